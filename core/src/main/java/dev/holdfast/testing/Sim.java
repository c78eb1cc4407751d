package dev.holdfast.testing;

import dev.holdfast.loop.IOLoop;
import dev.holdfast.loop.Poller;
import dev.holdfast.task.Action;
import dev.holdfast.task.Body;
import dev.holdfast.task.Task;
import dev.holdfast.task.Tasks;
import dev.holdfast.time.Clock;
import dev.holdfast.time.Span;
import java.time.Duration;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Runs a test body as a coroutine in virtual time: the clock stands still while anybody can run, and jumps to the
/// next timer when everybody waits. Hours pass in no time, and the order is exact.
///
/// Fails when the body fails, when it leaves tasks behind, and when nothing can happen any more. While an External
/// is open or a task is blocked in the JDK, time stands still and the loop really waits, at most ten seconds at a
/// time; then it fails.
public final class Sim {
    private static final Duration PATIENCE = Duration.ofSeconds(10); // real time

    private final Poller real = Poller.parking();
    private final IOLoop loop;
    private final Tasks tasks;
    private long now; // nanoseconds since the start

    private Sim() {
        loop = IOLoop.open("sim", () -> now, new Jumping());
        loop.traceOrigins();
        tasks = Tasks.of(loop);
    }

    /// Runs `body` in virtual time.
    ///
    /// @param <T> what `body` returns
    /// @param <X> what `body` may throw; inferred
    /// @param body the test
    /// @return what `body` returned
    /// @throws X what `body` threw
    /// @throws AssertionError if it leaves tasks behind, or nothing can happen any more
    public static <T extends @Nullable Object, X extends Throwable> T run(Body<T, X> body) throws X {
        return new Sim().runToEnd(body);
    }

    /// Runs `body` in virtual time, like [#run(Body)].
    ///
    /// @param <X> what `body` may throw; inferred
    /// @param body the test
    /// @throws X what `body` threw
    /// @throws AssertionError if it leaves tasks behind, or nothing can happen any more
    public static <X extends Throwable> void run(Action<X> body) throws X {
        run(body.asBody());
    }

    /// {@return how much virtual time has passed since the start} To be asked inside of [#run].
    ///
    /// @throws IllegalStateException if the current thread runs no loop
    public static Duration elapsed() {
        return Duration.ofNanos(IOLoop.current().now());
    }

    private <T extends @Nullable Object, X extends Throwable> T runToEnd(Body<T, X> body) throws X {
        try (loop) {
            Task<T> test = tasks.start("test", tasks.root(), body);
            loop.execute(() -> test.future().onDone(_ -> loop.stop()));
            loop.run();
            if (!test.future().isDone()) throw new AssertionError(withoutResult());
            var outcome = test.future().outcome();
            var value = outcome.get();
            if (!tasks.live().isEmpty()) throw new AssertionError("left behind: " + left());
            return value;
        }
    }

    private String withoutResult() {
        if (loop.wasStopped()) return loop + " was stopped before Task[test] had a result";
        return "nothing can happen any more: " + left();
    }

    private String left() {
        return tasks.live().stream().map(Task::describe).collect(Collectors.joining(", "));
    }

    /// Where others sleep, this jumps; unless somebody may still come from outside.
    private final class Jumping implements Poller {
        @Override
        public void poll(long nanos) {
            if (nanos == 0) return;
            if (loop.awaitsOutside()) awaitOutside();
            else if (nanos == Long.MAX_VALUE) throw new AssertionError("nothing can happen any more: " + left());
            else now += nanos;
        }

        private void awaitOutside() {
            long start = Clock.SYSTEM.nanos();
            real.poll(PATIENCE.toNanos());
            if (Clock.SYSTEM.nanos() - start < PATIENCE.toNanos()) return;
            throw new AssertionError("nobody came from outside in " + Span.words(PATIENCE) + ": " + left());
        }

        @Override
        public void wakeup() {
            real.wakeup();
        }
    }
}
