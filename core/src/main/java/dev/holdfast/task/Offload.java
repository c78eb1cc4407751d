package dev.holdfast.task;

import dev.holdfast.cancel.CancelScope;
import dev.holdfast.future.Outcome;
import dev.holdfast.future.Outcome.Failure;
import dev.holdfast.future.Outcome.Value;
import dev.holdfast.loop.External;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One call that is carried out on another thread while its task waits; the word for it is [Coroutine#blocking].
///
/// The task waits until the call has really ended, cancelled or not: so what the call uses may be closed by the
/// block around it. A cancellation interrupts the call's thread, while it is at it and no longer; how the call then
/// ends is its own affair. What it returns all the same is not lost; an interrupt that leaves it counts as the
/// cancellation (rules 22 and 23). One that still stands in a pool's queue is struck off and never runs.
///
/// ```
///   queued ──────► running ──────► ended        cancelled: queued ──► ended, the body never runs
///      the pool's thread     │                             running ─► its thread is interrupted
///                            └─ by the door, to the loop
/// ```
///
/// @param <T> what it returns
final class Offload<T extends @Nullable Object> implements Runnable, CancelScope.Occupant {
    /// A virtual thread for each call, on the JDK's own scheduler. A coroutine must not start it: it would inherit
    /// the coroutine's scheduler, and block our loop. So one platform thread, gone when idle, starts them all.
    static final Executor VIRTUAL = Offload::startVirtual;

    private static final Executor STARTER = new ThreadPoolExecutor(
            0,
            1,
            10,
            TimeUnit.SECONDS,
            new LinkedTransferQueue<>(),
            body -> Thread.ofPlatform()
                    .name("holdfast-offload")
                    .daemon()
                    .inheritInheritableThreadLocals(false)
                    .unstarted(body));

    private enum State {
        QUEUED,
        RUNNING,
        ENDED
    }

    private final Task<?> task;
    private final Body<? extends T, ?> body;
    private final External door;

    // Guarded by the monitor: the loop cancels, the other thread runs.
    private State state = State.QUEUED;
    private @Nullable Thread thread; // while running
    private boolean interrupted; // by us

    // Touched on the loop only.
    private @Nullable Outcome<T> outcome; // null until the body has ended
    private @Nullable Waker<@Nullable Void> waker;

    private Offload(Task<?> task, Body<? extends T, ?> body) {
        this.task = task;
        this.body = body;
        this.door = task.loop().external(toString());
    }

    /// Has `elsewhere` run `body`, waits for its end, and returns its value or throws its very error.
    static <T extends @Nullable Object> T call(Executor elsewhere, Body<? extends T, ?> body) {
        var task = Task.current();
        task.check();
        var call = new Offload<T>(task, body);
        try (var _ = call.door) {
            return call.await(elsewhere);
        }
    }

    private static void startVirtual(Runnable call) {
        STARTER.execute(() -> Thread.ofVirtual().name(call.toString()).start(call));
    }

    private T await(Executor elsewhere) {
        var scope = task.scope();
        var undo = scope.inside(this);
        undo.occupy(this);
        try {
            elsewhere.execute(this);
            task.within(scope.shieldInside(this), this::awaitEnd);
        } finally {
            undo.close();
        }
        return switch (outcome) {
            case Value<T>(T value) -> value;
            case Failure<T>(Throwable error) -> throw Outcome.<RuntimeException>sneak(task.uninterrupted(scope, error));
            case null -> throw new AssertionError("woken before its end");
        };
    }

    private @Nullable Void awaitEnd() {
        while (outcome == null) Task.<@Nullable Void>suspend(this, waker -> this.waker = waker);
        return null;
    }

    /// On the other thread.
    @Override
    @SuppressWarnings("CatchThrowable") // whatever it throws is its outcome
    public void run() {
        if (!begin()) return;
        Outcome<T> outcome;
        try {
            outcome = new Value<>(body.call());
        } catch (Throwable e) {
            outcome = new Failure<>(e);
        }
        end();
        var ended = outcome;
        door.tryExecute(() -> settle(ended));
    }

    private synchronized boolean begin() {
        if (state == State.ENDED) return false;
        state = State.RUNNING;
        thread = Thread.currentThread();
        return true;
    }

    private synchronized void end() {
        state = State.ENDED;
        thread = null;
        if (interrupted) Thread.interrupted(); // it is over, and the thread may be a pool's
    }

    /// On the loop: the task's scope was cancelled.
    @Override
    public void abort() {
        if (!strikeOff()) return;
        var error = new InterruptedException(this + " was cancelled before it began");
        task.loop().execute(() -> settle(new Failure<>(error)));
    }

    /// Interrupts the body if it runs; returns true if it has not begun, and then it never will.
    private synchronized boolean strikeOff() {
        if (state == State.QUEUED) {
            state = State.ENDED;
            return true;
        }
        if (thread != null) {
            interrupted = true;
            thread.interrupt();
        }
        return false;
    }

    private void settle(Outcome<T> outcome) {
        this.outcome = outcome;
        if (waker != null) waker.wake(null);
    }

    /// Returns `blocking[name of the task]`, which is also its thread's name.
    @Override
    public String toString() {
        return "blocking[" + task.name() + "]";
    }
}
