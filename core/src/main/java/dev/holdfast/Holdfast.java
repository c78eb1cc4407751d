package dev.holdfast;

import static java.util.Objects.requireNonNull;

import dev.holdfast.cancel.TooSlow;
import dev.holdfast.future.Outcome;
import dev.holdfast.future.Outcome.Failure;
import dev.holdfast.future.Outcome.Value;
import dev.holdfast.lifetime.Lifetime;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.task.Action;
import dev.holdfast.task.Body;
import dev.holdfast.task.Deadline;
import dev.holdfast.task.Task;
import dev.holdfast.task.Tasks;
import dev.holdfast.time.Span;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The way in: runs a coroutine, and everything it starts, on a loop of its own.
///
/// ```
/// void main() {
///     Holdfast.run(() -> {
///         var greeting = spawn("greeter", () -> "hello");
///         IO.println(greeting.join());
///     });
/// }
/// ```
///
/// The loop runs on the calling thread, which may be any but one inside a loop; called on a foreign virtual thread,
/// which cannot carry others, it runs on a platform thread of its own. An interrupt of the calling thread does not
/// end it, and is still there afterwards.
///
/// When main has ended, whatever else runs is cancelled and awaited: `finally` blocks run. That is granted ten
/// seconds; who refuses is named in the log, and left behind. Ctrl-C and SIGTERM cancel main: its caller is then
/// thrown [dev.holdfast.cancel.Cancelled], with the reason "shutdown", and a second later the process ends.
public final class Holdfast {
    private Holdfast() {}

    /// Runs `body` as the main task.
    ///
    /// @param <T> what `body` returns
    /// @param <X> what `body` may throw; inferred
    /// @param body what the main task runs
    /// @return what `body` returned
    /// @throws X what `body` threw
    /// @throws IllegalStateException inside of a loop, and when the loop was stopped before main had a result
    /// @throws dev.holdfast.lifetime.Deadlock out of a wait, when nothing can happen any more that would end it
    /// @throws java.util.concurrent.CancellationException if main itself was cancelled
    public static <T extends @Nullable Object, X extends Throwable> T run(Body<T, X> body) throws X {
        return new Run<T>(requireNonNull(body, "body")).result();
    }

    /// Runs `body` as the main task, like [#run(Body)].
    ///
    /// @param <X> what `body` may throw; inferred
    /// @param body what the main task runs
    /// @throws X what `body` threw
    public static <X extends Throwable> void run(Action<X> body) throws X {
        run(body.asBody());
    }

    /// Runs `body` as the main task, at most for `limit`, like [#run(Body)].
    ///
    /// @param <T> what `body` returns
    /// @param <X> what `body` may throw; inferred
    /// @param limit how long at most, from now
    /// @param body what the main task runs
    /// @return what `body` returned
    /// @throws X what `body` threw
    /// @throws TooSlow if the limit cut it short, also if `body` caught the cancellation and went on
    public static <T extends @Nullable Object, X extends Throwable> T run(Duration limit, Body<T, X> body) throws X {
        return new Run<T>(requireNonNull(limit, "limit"), requireNonNull(body, "body")).result();
    }

    /// Runs `body` as the main task, at most for `limit`, like [#run(Duration, Body)].
    ///
    /// @param <X> what `body` may throw; inferred
    /// @param limit how long at most, from now
    /// @param body what the main task runs
    /// @throws X what `body` threw
    /// @throws TooSlow if the limit cut it short
    public static <X extends Throwable> void run(Duration limit, Action<X> body) throws X {
        run(limit, body.asBody());
    }

    /// One run: a loop and its main task.
    private static final class Run<T extends @Nullable Object> {
        private final IOLoop loop = openHere();
        private final Tasks tasks = Tasks.of(loop);
        private final Task<T> main;
        private @Nullable TooSlow overdue; // what to throw when main does not even end when it is cancelled

        Run(Body<? extends T, ?> body) {
            main = tasks.start("main", tasks.root(), body, (_, _) -> {
                loop.stop();
                return true;
            });
        }

        Run(Duration limit, Body<? extends T, ?> body) {
            this(() -> Deadline.around(Task.current(), limit).run(body));
            long end = Span.after(Span.after(loop.now(), limit), IOLoop.PATIENCE);
            loop.callAt(end, () -> giveUp(limit)).unref();
        }

        private static IOLoop openHere() {
            var around = IOLoop.currentOrNull();
            if (around == null) return IOLoop.open();
            throw new IllegalStateException("Holdfast.run inside " + around + "; start a task with spawn");
        }

        private void giveUp(Duration limit) {
            overdue = new TooSlow("limit of " + main, limit);
            loop.stop();
        }

        T result() {
            try (var _ = Shutdown.over(main);
                    loop) {
                loop.run();
                if (main.future().isDone()) Lifetime.reportLost(loop);
                if (main.future().isDone()) return value();
                if (overdue == null) throw withoutResult();
                loop.close(Duration.ZERO); // it had its time
                throw overdue;
            }
        }

        private T value() {
            return switch (main.future().outcome()) {
                case Value<T>(T value) -> value;
                case Failure<T>(Throwable error) -> throw Outcome.<RuntimeException>sneak(Shutdown.leaving(error));
            };
        }

        private IllegalStateException withoutResult() {
            if (loop.wasStopped()) {
                return new IllegalStateException(loop + " was stopped before " + main + " had a result");
            }
            return new IllegalStateException(loop + " ended before " + main.describe());
        }
    }
}
