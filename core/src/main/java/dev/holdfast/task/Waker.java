package dev.holdfast.task;

import static java.util.Objects.requireNonNull;

import dev.holdfast.future.Listener;
import dev.holdfast.future.Outcome;
import dev.holdfast.future.Outcome.Failure;
import dev.holdfast.future.Outcome.Value;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.loop.Words;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/// Ends one wait of one task, once: whoever comes second is told `false`. It is its own place in the line that it
/// waits in, and listens to the future that is awaited.
///
/// ```
///              wake, fail            the task runs again
///   waiting ─────────────► granted ─────────────────────► over
///      │                                                   ▲
///      └──────────────────► aborted ───────────────────────┘
///        the scope was cancelled      Cancelled is thrown
/// ```
///
/// @param <R> what the wait returns
public final class Waker<R extends @Nullable Object> extends Listener<R> {
    private static final System.Logger LOG = System.getLogger(Waker.class.getPackageName());

    final Object where; // what is waited for
    private final Task<?> task;
    private final Wait<R> wait;
    private @Nullable Outcome<R> grant; // null while waiting, and when aborted
    private boolean aborted;

    Waker(Task<?> task, Object where, Wait<R> wait) {
        this.task = task;
        this.where = requireNonNull(where, "where");
        this.wait = wait;
    }

    /// Grants the wait, which then returns `value`. The task goes on later than this call returns.
    ///
    /// @param value what the wait returns
    /// @return false if the wait was over: then `value` is still the caller's
    /// @throws IllegalStateException on a thread that is not on the task's loop
    public boolean wake(R value) {
        return settleHere(new Value<>(value));
    }

    /// Ends the wait with an error.
    ///
    /// @param error what the wait throws, as it is
    /// @return false if the wait was over
    /// @throws IllegalStateException on a thread that is not on the task's loop
    public boolean fail(Throwable error) {
        return settleHere(new Failure<>(requireNonNull(error, "error")));
    }

    /// {@return whether it can still be woken}
    public boolean isWaiting() {
        return grant == null && !aborted;
    }

    /// {@return who waits}
    public Task<?> task() {
        return task;
    }

    @Override
    protected void settled(Outcome<R> outcome) {
        settle(outcome);
    }

    private boolean settleHere(Outcome<R> outcome) {
        var _ = IOLoop.claim(task.loop(), where);
        return settle(outcome);
    }

    private boolean settle(Outcome<R> outcome) {
        if (!isWaiting()) return false;
        grant = outcome;
        task.granted();
        return true;
    }

    boolean breakOff(Throwable error) {
        if (!isWaiting()) return false;
        abandon();
        return fail(error);
    }

    void abort() {
        if (!isWaiting()) return;
        aborted = true;
        abandon();
        task.granted();
    }

    /// Whatever comes of it: the task goes on, and so does whoever cancels it.
    @SuppressWarnings("CatchThrowable")
    private void abandon() {
        try {
            wait.abandon(this);
        } catch (Throwable e) {
            task.carrier().complain(LOG, Level.ERROR, task + " could not undo its wait for " + Words.of(where), e);
        }
    }

    /// For the task, when it runs again: returns whether the cancellation of its scope takes the grant back.
    boolean yieldsToCancellation() {
        return switch (grant) {
            case null -> true;
            case Value<R>(R value) -> wait.giveBack(value);
            case Failure<R> _ -> true;
        };
    }

    Outcome<R> outcome() {
        return requireNonNull(grant);
    }

    /// {@return who waits}
    @Override
    public String toString() {
        return task.toString();
    }
}
