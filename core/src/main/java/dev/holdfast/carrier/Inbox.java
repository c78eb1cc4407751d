package dev.holdfast.carrier;

import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// What other threads bring: any thread adds, only the loop's takes. However many add while the loop sleeps, one of
/// them wakes it. What they only want to know lies apart: it wakes the loop too, but is no work.
///
/// The sleeper says that it will sleep, then looks whether something came; who adds looks for a sleeper after
/// adding. Both steps are volatile, so one of the two sees the other, and no wake-up is lost.
final class Inbox {
    /// Who sleeps, and how to wake it.
    @FunctionalInterface
    interface Sleeper {
        /// Ends the sleep that was announced, or keeps it from beginning. Any thread may call it.
        void wakeup();
    }

    private final ConcurrentLinkedQueue<Runnable> arrivals = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Callback> questions = new ConcurrentLinkedQueue<>();
    private final AtomicReference<@Nullable Sleeper> sleeper = new AtomicReference<>(); // null while awake
    private volatile boolean shut; // to those outside
    private volatile boolean closed;

    /// Adds `arrival` and wakes the sleeper. Returns false if this was closed: then nobody will ever take it.
    boolean add(Runnable arrival) {
        if (closed) return false;
        arrivals.add(arrival);
        if (closed && arrivals.remove(arrival)) return false;
        wakeup();
        return true;
    }

    /// Adds `question` and wakes the sleeper. Returns false if this was closed.
    boolean ask(Callback question) {
        if (closed) return false;
        questions.add(question);
        wakeup();
        return true;
    }

    /// Adds what somebody outside brings. Returns false if this was shut or closed: then nobody will ever take it.
    boolean bring(Runnable arrival) {
        if (shut || !add(arrival)) return false;
        return !shut || !arrivals.remove(arrival);
    }

    /// Wakes whoever sleeps; the first of many who call.
    void wakeup() {
        var sleeping = sleeper.get();
        if (sleeping != null && sleeper.compareAndSet(sleeping, null)) sleeping.wakeup();
    }

    boolean isEmpty() {
        return arrivals.isEmpty();
    }

    /// Takes `arrival` out again; returns false if it is not here any more.
    boolean remove(Runnable arrival) {
        return arrivals.remove(arrival);
    }

    /// Returns what is there now.
    List<Runnable> arrivals() {
        return List.copyOf(arrivals);
    }

    @Nullable Runnable take() {
        return arrivals.poll();
    }

    boolean isAsked() {
        return !questions.isEmpty();
    }

    @Nullable Callback takeQuestion() {
        return questions.poll();
    }

    /// Says that `sleeping` is about to sleep; returns false if it should not, because something has arrived.
    boolean mayFallAsleep(Sleeper sleeping) {
        sleeper.set(sleeping);
        // Who is being woken already does sleep, for a moment: so that this wake-up is not left over.
        return (arrivals.isEmpty() && questions.isEmpty()) || !sleeper.compareAndSet(sleeping, null);
    }

    void awake() {
        sleeper.set(null);
    }

    boolean isOpen() {
        return !closed;
    }

    /// From now on nobody outside brings anything. What came before is still there to be taken.
    void shut() {
        shut = true;
    }

    boolean isShut() {
        return shut;
    }

    /// From now on nothing gets in. What came before is still there to be taken.
    void close() {
        closed = true;
    }
}
