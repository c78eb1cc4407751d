package dev.holdfast.junit;

import dev.holdfast.Holdfast;
import dev.holdfast.inspect.Inspector;
import dev.holdfast.inspect.TaskTree;
import dev.holdfast.loop.External;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.task.Action;
import dev.holdfast.task.Task;
import dev.holdfast.time.Span;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A loop on a thread of its own, watched by the one that waits for it: so that also a loop that hangs, and could
/// not look at a clock, is told of.
final class TimedRun {
    private static final Duration FAREWELL = Duration.ofSeconds(2); // for a method that was cancelled

    private final Duration limit;
    private volatile @Nullable Inside inside; // null before the method begins
    private volatile @Nullable Throwable failure;

    /// What the watching thread needs of the loop.
    private record Inside(Task<?> main, External door) {}

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
                var error = overdue();
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
                var door = IOLoop.current().external("deadline").unref();
                inside = new Inside(Task.current(), door);
                method.run();
            });
        } catch (Throwable e) {
            failure = e;
        }
    }

    private AssertionError overdue() {
        var inside = this.inside;
        return new AssertionError("took longer than " + Span.words(limit)
                + (inside == null ? "" : "\n" + TaskTree.of(Inspector.snapshot(inside.main.loop()))));
    }

    /// Cancels the method, and waits for its end, though not for ever.
    private void end(Thread thread, String reason) throws InterruptedException {
        var inside = this.inside;
        if (inside != null) inside.door.tryExecute(() -> inside.main.cancel(reason));
        thread.join(FAREWELL);
    }
}
