package dev.holdfast.testing;

import dev.holdfast.carrier.Strand;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.loop.Origin;
import dev.holdfast.loop.Words;
import dev.holdfast.task.Task;
import dev.holdfast.task.Tasks;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A call of the JDK's in which a coroutine or a callback of a simulated loop blocks. Virtual time cannot pass
/// there, and when the call ends no seed decides; so a test with such a call fails, and is told where.
///
/// Not so at once for who only waits for a lock or a monitor: a log or a console may be busy for a moment, with what
/// a test beside this one says. He gets as much real time as anybody from outside.
///
/// On the baton nobody can look while somebody blocks.
final class Blocked {
    private static final String JDK = "java.base";
    private static final String LOCKS = "java.util.concurrent.locks.";
    private static final Pattern PARKING = Pattern.compile("java\\.lang\\..*|jdk\\.internal\\..*|"
            + Pattern.quote(LOCKS) + "(LockSupport|AbstractQueued(Long)?Synchronizer)");

    private Blocked() {}

    /// Throws if somebody blocks for longer than a moment.
    ///
    /// @param nobodyRuns whether all coroutines wait for something, or block
    /// @throws AssertionError that says who, and where; its stack is his
    static void check(IOLoop loop, boolean nobodyRuns) {
        boolean sleeps = loop.carrier().nanosUntilNext() < Long.MAX_VALUE;
        boolean blocks =
                nobodyRuns && (Tasks.of(loop).isBusy() || loop.carrier().blockedCallbacks() > 0);
        if (!sleeps && !blocks) return;
        for (var strand : suspects(loop).toList()) {
            var state = stateOf(strand);
            if (state != Thread.State.TIMED_WAITING && !(blocks && state == Thread.State.WAITING)) continue;
            var stack = stackOf(strand);
            if (isInTheJdk(stack) && (state == Thread.State.TIMED_WAITING || !isForALock(stack))) {
                throw error(strand, stack);
            }
        }
    }

    /// Returns what is to be said of somebody who blocks, for whatever reason; null if nobody does.
    static @Nullable AssertionError find(IOLoop loop) {
        for (var strand : suspects(loop).toList()) {
            var stack = stackOf(strand);
            if (stateOf(strand) != Thread.State.RUNNABLE && isInTheJdk(stack)) return error(strand, stack);
        }
        return null;
    }

    private static Stream<Strand> suspects(IOLoop loop) {
        return loop.carrier().strands().stream()
                .filter(strand -> !(strand instanceof Task<?> task && task.waitsFor() != null));
    }

    private static Thread.State stateOf(Strand strand) {
        var thread = strand.thread();
        return thread == null ? Thread.State.NEW : thread.getState();
    }

    private static StackTraceElement[] stackOf(Strand strand) {
        var thread = strand.thread();
        return thread == null ? new StackTraceElement[0] : thread.getStackTrace();
    }

    /// Returns whether it was not us who called what it is parked in.
    private static boolean isInTheJdk(StackTraceElement[] stack) {
        int caller = callerOfTheJdk(stack);
        return caller > 0
                && !(caller < stack.length && stack[caller].getClassName().startsWith("dev.holdfast.carrier."));
    }

    private static int callerOfTheJdk(StackTraceElement[] stack) {
        int caller = 0;
        while (caller < stack.length && JDK.equals(stack[caller].getModuleName())) caller++;
        return caller;
    }

    /// Returns whether the innermost call that is no mere parking is one of a lock: of one to go in by, that is, and
    /// not of its condition.
    private static boolean isForALock(StackTraceElement[] stack) {
        for (var frame : stack) {
            var type = frame.getClassName();
            if (!PARKING.matcher(type).matches()) return type.startsWith(LOCKS) && !type.contains("Condition");
        }
        return false;
    }

    private static AssertionError error(Strand strand, StackTraceElement[] stack) {
        int caller = callerOfTheJdk(stack);
        var call = stack[caller - 1];
        var name = call.getClassName();
        var site = Origin.of(stack);
        var error =
                new AssertionError(Words.of(strand) + " blocks in " + name.substring(name.lastIndexOf('.') + 1) + "."
                        + call.getMethodName() + (site == null ? "" : ", at " + site)
                        + ": virtual time cannot pass there; use a wait of Holdfast's, or call it by blocking");
        error.setStackTrace(stack);
        return error;
    }
}
