package dev.holdfast.junit;

import dev.holdfast.Holdfast;
import dev.holdfast.loop.External;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.task.Action;
import dev.holdfast.task.Task;
import dev.holdfast.task.Tasks;
import dev.holdfast.time.Span;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A loop on a thread of its own, watched by the one that waits for it: so that also a loop that hangs, and could
/// not look at a clock, is told of.
final class TimedRun {
    private static final Duration FAREWELL = Duration.ofSeconds(2); // for a method that was cancelled

    private final Duration limit;
    private volatile @Nullable Insight insight; // null before the method begins
    private volatile @Nullable Throwable failure;

    /// What the watching thread needs of the loop.
    private record Insight(Task<?> main, Tasks tasks, External door) {}

    TimedRun(Duration limit) {
        this.limit = limit;
    }

    void run(Action<Throwable> method) throws Throwable {
        var thread = Thread.ofPlatform()
                .name(Thread.currentThread().getName() + " loop")
                .daemon() // should it hang, the tests still end
                .start(() -> runHere(method));
        try {
            if (!thread.join(limit)) {
                var error = overdue(thread);
                end(thread, "the deadline of the test");
                throw error;
            }
        } catch (InterruptedException e) {
            end(thread, "the test was interrupted");
            throw e;
        }
        var failure = this.failure;
        if (failure != null) throw failure;
    }

    @SuppressWarnings("CatchThrowable") // whatever it is, the waiting thread throws it
    private void runHere(Action<Throwable> method) {
        try {
            Holdfast.run(() -> {
                var loop = IOLoop.current();
                insight = new Insight(
                        Task.current(),
                        Tasks.of(loop),
                        loop.external("deadline").unref());
                method.run();
            });
        } catch (Throwable e) {
            failure = e;
        }
    }

    private AssertionError overdue(Thread thread) {
        var insight = this.insight;
        var doing = insight == null
                ? ""
                : insight.tasks.live().stream().map(TimedRun::inWords).collect(Collectors.joining());
        var error = new AssertionError("took longer than " + Span.words(limit) + ":" + doing);
        error.setStackTrace(thread.getStackTrace());
        return error;
    }

    private static String inWords(Task<?> task) {
        var thread = task.thread();
        var stack = thread == null ? new StackTraceElement[0] : thread.getStackTrace();
        return "\n" + task.describe()
                + Arrays.stream(stack).map(frame -> "\n\tat " + frame).collect(Collectors.joining());
    }

    /// Cancels the method, and waits for its end, though not for ever.
    private void end(Thread thread, String reason) throws InterruptedException {
        var insight = this.insight;
        if (insight != null) insight.door.tryExecute(() -> insight.main.cancel(reason));
        thread.join(FAREWELL);
    }
}
