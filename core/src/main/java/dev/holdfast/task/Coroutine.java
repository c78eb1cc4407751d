package dev.holdfast.task;

import static java.util.Objects.requireNonNull;

import dev.holdfast.cancel.TooSlow;
import dev.holdfast.future.Future;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.loop.Timer;
import dev.holdfast.loop.Words;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// What a coroutine may say. Meant for static import.
///
/// Whatever may wait looks first, also when it need not wait: it throws [dev.holdfast.cancel.Cancelled] if a scope
/// around the task is cancelled, and [IllegalStateException] where no task runs.
public final class Coroutine {
    private static final Duration NOW = Duration.ZERO;

    @SuppressWarnings("unchecked") // see listening(); one for all, because every parked task would hold one of its own
    private static final Wait<Object> LISTENING = waker -> ((Future<Object>) waker.where).add(waker);

    private Coroutine() {}

    /// Waits for `future` and returns its value, or throws the very error. If it is done already, this does not
    /// give up the loop.
    ///
    /// @param <T> the future's value
    /// @param future of the current loop, or of none yet
    /// @return its value
    /// @throws dev.holdfast.cancel.Cancelled if a scope around the task is cancelled; the future is not
    public static <T extends @Nullable Object> T await(Future<T> future) {
        var task = Task.current();
        task.check();
        if (future.isDone()) return task.taken(future.outcome());
        return Task.suspend(future, listening());
    }

    /// Waits for `future`, at most for `limit`, and returns its value, or throws the very error. The future is not
    /// cancelled when the limit passes. A limit of zero fails at once if the future is not done.
    ///
    /// @param <T> the future's value
    /// @param future of the current loop, or of none yet
    /// @param limit how long at most, from now
    /// @return its value
    /// @throws TooSlow if it was not done in time
    public static <T extends @Nullable Object> T await(Future<T> future, Duration limit) {
        var task = Task.current();
        task.check();
        if (future.isDone()) return task.taken(future.outcome());
        return suspend(future, limit, future::add);
    }

    /// Waits for `stage` and returns its value, or throws the very error: the cause of a
    /// [java.util.concurrent.CompletionException]. Any thread may complete it; until then the loop knows that
    /// somebody may still come, and keeps running. If it is done already, this does not give up the loop.
    ///
    /// @param <T> the stage's value
    /// @param stage completed by any thread
    /// @return its value
    /// @throws dev.holdfast.cancel.Cancelled if a scope around the task is cancelled; the stage is not
    public static <T extends @Nullable Object> T await(CompletionStage<? extends T> stage) {
        return new StageWait<T>(Task.current()).await(stage);
    }

    /// For waits with a limit: like [Task#suspend], and fails when the limit passes.
    ///
    /// @param <R> what the wait returns
    /// @param where what is waited for
    /// @param limit how long at most, from now; zero or less fails and does not begin `wait`
    /// @param wait how to begin, and how to undo it
    /// @return what the waker was called with
    /// @throws TooSlow if nobody called the waker in time; the message names `where`
    public static <R extends @Nullable Object> R suspend(Object where, Duration limit, Wait<R> wait) {
        if (limit.compareTo(NOW) <= 0) {
            Task.current().check();
            throw new TooSlow(where, limit);
        }
        var limited = new Limited<R>(where, limit, wait);
        try {
            return Task.suspend(where, limited);
        } finally {
            limited.over();
        }
    }

    /// Starts a task in the loop's root scope: nothing around the caller touches it, its failure cancels nobody and
    /// belongs to its future. Its body runs in a later turn. May be called from callbacks too.
    ///
    /// @param <T> what `body` returns
    /// @param name for messages and thread dumps; need not be unique
    /// @param body what the task runs
    /// @return the task, which has not begun
    /// @throws IllegalStateException if the current thread runs no loop
    public static <T extends @Nullable Object> Task<T> spawn(String name, Body<? extends T, ?> body) {
        var tasks = Tasks.of(IOLoop.current());
        return tasks.start(requireNonNull(name, "name"), tasks.root(), requireNonNull(body, "body"));
    }

    /// Starts a task in the loop's root scope, like [#spawn(String, Body)].
    ///
    /// @param name for messages and thread dumps; need not be unique
    /// @param body what the task runs
    /// @return the task, whose value will be null
    /// @throws IllegalStateException if the current thread runs no loop
    public static Task<@Nullable Void> spawn(String name, Action<?> body) {
        return spawn(name, body.asBody());
    }

    /// Waits until `time` has passed from now. Zero or less lets everybody else in line go first.
    ///
    /// @param time how long, from this call on
    public static void sleep(Duration time) {
        var task = Task.current();
        if (time.compareTo(NOW) <= 0) task.yieldNow();
        else Task.suspend("sleep", new Sleep(task.loop(), time));
    }

    /// Lets everybody else in line go first.
    public static void yieldNow() {
        Task.current().yieldNow();
    }

    /// Runs `body` without interruption: a wait inside is an error that names the line, and so nothing else runs
    /// meanwhile. A call of the JDK's that really blocks is no error: on the mounted carrier it lets others run all
    /// the same, and a warning says so, once for each place. So does `Thread.yield`, of which nothing is said.
    ///
    /// @param <T> what `body` returns
    /// @param <X> what `body` may throw; inferred
    /// @param body what must not be disturbed
    /// @return what `body` returned
    /// @throws X what `body` threw
    /// @throws IllegalStateException out of a wait inside
    public static <T extends @Nullable Object, X extends Throwable> T alone(Body<T, X> body) throws X {
        return Task.current().alone(body);
    }

    /// Runs `body` without interruption, like [#alone(Body)].
    ///
    /// @param <X> what `body` may throw; inferred
    /// @param body what must not be disturbed
    /// @throws X what `body` threw
    public static <X extends Throwable> void alone(Action<X> body) throws X {
        alone(body.asBody());
    }

    /// Runs `body` where no cancellation from outside reaches, at most for `limit`: for what must be done before a
    /// cancelled task may end.
    ///
    /// @param <T> what `body` returns
    /// @param <X> what `body` may throw; inferred
    /// @param limit how long at most, from now; when it passes, `body` is cancelled after all
    /// @param body what must be done
    /// @return what `body` returned
    /// @throws X what `body` threw
    /// @throws TooSlow naming the task, if the limit cut `body` short
    public static <T extends @Nullable Object, X extends Throwable> T shielded(Duration limit, Body<T, X> body)
            throws X {
        return Deadline.shielding(Task.current(), limit).run(body);
    }

    /// Runs `body` where no cancellation from outside reaches, like [#shielded(Duration, Body)].
    ///
    /// @param <X> what `body` may throw; inferred
    /// @param limit how long at most, from now; when it passes, `body` is cancelled after all
    /// @param body what must be done
    /// @throws X what `body` threw
    public static <X extends Throwable> void shielded(Duration limit, Action<X> body) throws X {
        shielded(limit, body.asBody());
    }

    /// Runs `body` elsewhere, on a virtual thread of the JDK's own scheduler, and waits for it: for what would
    /// block the loop's thread, as files and DNS do, or compute for long. Meanwhile others run. Returns its value
    /// or throws its very error.
    ///
    /// A cancellation interrupts that thread, and the wait goes on until `body` has ended: so it never outlives the
    /// block around this call. A value that it returns all the same is returned here, and the next wait throws.
    /// `body` sees none of the task's thread-locals, and may not touch what belongs to the loop.
    ///
    /// @param <T> what `body` returns
    /// @param <X> what `body` may throw; inferred
    /// @param body what may block
    /// @return what `body` returned
    /// @throws X what `body` threw
    public static <T extends @Nullable Object, X extends Throwable> T blocking(Body<T, X> body) throws X {
        return Offload.call(Offload.VIRTUAL, requireNonNull(body, "body"));
    }

    /// Runs `body` elsewhere and waits for it, like [#blocking(Body)].
    ///
    /// @param <X> what `body` may throw; inferred
    /// @param body what may block
    /// @throws X what `body` threw
    public static <X extends Throwable> void blocking(Action<X> body) throws X {
        blocking(body.asBody());
    }

    /// Runs `body` on `pool` and waits for it, like [#blocking(Body)]: for what must not be done by too many at
    /// once. One that is cancelled while it still stands in the pool's queue never runs.
    ///
    /// @param <T> what `body` returns
    /// @param <X> what `body` may throw; inferred
    /// @param pool has threads of its own; one that runs things on the caller's blocks the loop
    /// @param body what may block
    /// @return what `body` returned
    /// @throws X what `body` threw
    /// @throws java.util.concurrent.RejectedExecutionException if the pool refuses it
    public static <T extends @Nullable Object, X extends Throwable> T blocking(Executor pool, Body<T, X> body)
            throws X {
        return Offload.call(requireNonNull(pool, "pool"), requireNonNull(body, "body"));
    }

    /// Runs `body` on `pool` and waits for it, like [#blocking(Executor, Body)].
    ///
    /// @param <X> what `body` may throw; inferred
    /// @param pool has threads of its own; one that runs things on the caller's blocks the loop
    /// @param body what may block
    /// @throws X what `body` threw
    public static <X extends Throwable> void blocking(Executor pool, Action<X> body) throws X {
        blocking(pool, body.asBody());
    }

    /// Waits until the task is cancelled; for a task whose only purpose is to be there.
    ///
    /// @throws dev.holdfast.cancel.Cancelled when it is; but if that is because a task failed in a scope
    /// that this one opened, the very failure is thrown
    public static void awaitCancelled() {
        Tasks.of(Task.current().loop()).waitOnPurpose();
        throw new AssertionError("woken from awaitCancelled");
    }

    @SuppressWarnings("unchecked") // where a task waits like this, what it waits for is a future of what it returns
    private static <T extends @Nullable Object> Wait<T> listening() {
        return (Wait<T>) LISTENING;
    }

    private static final class Sleep implements Wait<@Nullable Void> {
        private final IOLoop loop;
        private final Duration time;
        private @Nullable Timer timer;

        Sleep(IOLoop loop, Duration time) {
            this.loop = loop;
            this.time = time;
        }

        @Override
        public void begin(Waker<@Nullable Void> waker) {
            timer = loop.callLater(time, () -> waker.wake(null));
        }

        @Override
        public void abandon(Waker<@Nullable Void> waker) {
            if (timer != null) timer.cancel();
        }
    }

    private static final class Limited<R extends @Nullable Object> implements Wait<R> {
        private final Object where;
        private final Duration limit;
        private final Wait<R> wait;
        private @Nullable Timer timer;

        Limited(Object where, Duration limit, Wait<R> wait) {
            this.where = where;
            this.limit = limit;
            this.wait = wait;
        }

        @Override
        public void begin(Waker<R> waker) {
            timer = waker.task().loop().callLater(limit, () -> expire(waker));
            wait.begin(waker);
        }

        private void expire(Waker<R> waker) {
            if (!waker.isWaiting()) return;
            wait.abandon(waker);
            waker.fail(new TooSlow(Words.of(where), limit)); // whatever its name does, the task is told
        }

        @Override
        public void abandon(Waker<R> waker) {
            wait.abandon(waker);
        }

        @Override
        public boolean giveBack(R value) {
            return wait.giveBack(value);
        }

        void over() {
            if (timer != null) timer.cancel();
        }
    }
}
