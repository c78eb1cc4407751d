package dev.holdfast.carrier;

import static java.util.Objects.requireNonNull;

import java.util.IdentityHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Sees which strands are blocked by a call of the JDK's: those that stop running although they are in no wait of
/// ours. Tells an [Onlooker], while that looks; else nothing is noted.
///
/// A strand says when its own code goes on, at its start and after each of our waits, and when it ends or begins such
/// a wait. What has stopped in between is blocked. Only the carrying thread, and what it carries, come here.
///
/// What is blocked may be handed over more than once, and only one of these makes it go on. Were it kept from going
/// on at that moment, by a thread dump, one wait would be told as two.
final class Lookout {
    private final Consumer<Callback> line; // what is told may want a lock, so it stands in line for that
    private final IdentityHashMap<Runnable, Absence> absent = new IdentityHashMap<>(); // by their continuations
    private @Nullable Onlooker onlooker;
    private boolean looking; // in this turn
    private @Nullable Strand running; // whose own code runs; null if that is not known

    private record Absence(Strand strand, Onlooker.Blocked blocked) {}

    Lookout(Consumer<Callback> line) {
        this.line = line;
    }

    void onlooker(Onlooker onlooker) {
        this.onlooker = onlooker;
    }

    /// Another turn begins.
    void turns() {
        boolean now = onlooker != null && onlooker.isLooking();
        if (now == looking) return;
        looking = now;
        running = null;
        absent.clear();
    }

    boolean isLooking() {
        return looking;
    }

    /// The code of `strand` goes on; or if that is null, nobody's.
    void runs(@Nullable Strand strand) {
        if (looking) running = strand;
    }

    /// `continuation` is about to be run.
    void goesOn(Runnable continuation) {
        running = null;
        var absence = absent.get(continuation);
        if (absence == null || threadOf(absence.strand).getState() != Thread.State.RUNNABLE) return;
        absent.remove(continuation);
        running = absence.strand;
        absence.blocked.ended();
        line.accept(absence.blocked);
    }

    /// `continuation` was run, and has stopped.
    void stopped(Runnable continuation) {
        if (running != null) blocked(running, continuation);
        running = null;
    }

    /// `strand` is blocked; it will go on by `continuation`.
    void blocked(Strand strand, Runnable continuation) {
        if (!looking || onlooker == null) return;
        var stack = threadOf(strand).getStackTrace();
        absent.put(continuation, new Absence(strand, onlooker.blocked(strand, stack)));
    }

    private static Thread threadOf(Strand strand) {
        return requireNonNull(strand.thread);
    }
}
