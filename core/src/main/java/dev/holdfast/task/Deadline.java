package dev.holdfast.task;

import dev.holdfast.cancel.CancelScope;
import dev.holdfast.cancel.Cancelled;
import dev.holdfast.cancel.TooSlow;
import dev.holdfast.future.Outcome;
import dev.holdfast.time.Span;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A limit around a body: when it passes, the body is cancelled. For the words that users write, here and above.
///
/// The limit wins over a body that was thrown out of a wait by it and went on all the same; but a body that never
/// had to wait after the limit had passed has done its work, and keeps its result.
public final class Deadline {
    private final Task<?> task;
    private final Duration limit;
    private final String name;
    private final CancelScope scope;

    private Deadline(Task<?> task, Duration limit, String name, boolean shield) {
        this.task = task;
        this.limit = limit;
        this.name = name;
        this.scope = shield ? task.scope().shieldInside(this) : task.scope().inside(this);
    }

    /// {@return a limit around what `task` does next, for one body}
    ///
    /// @param task the current one
    /// @param limit how long at most, from the moment in which the body begins
    public static Deadline around(Task<?> task, Duration limit) {
        return new Deadline(task, limit, "limit of " + task, false);
    }

    /// A limit behind which no cancellation from outside reaches.
    static Deadline shielding(Task<?> task, Duration limit) {
        return new Deadline(task, limit, "shield of " + task, true);
    }

    /// Runs `body` and returns its value, or throws its very error.
    ///
    /// @param <T> what `body` returns
    /// @param <X> what `body` may throw; inferred
    /// @param body what is limited
    /// @return what `body` returned
    /// @throws X what `body` threw
    /// @throws TooSlow if the limit cut it short
    public <T extends @Nullable Object, X extends Throwable> T run(Body<T, X> body) throws X {
        T value;
        try {
            value = runWithTimer(body);
        } catch (Throwable e) {
            if (!scope.wasFelt()) throw e;
            if (!scope.isCancelledItself()) throw Outcome.<RuntimeException>sneak(isOurs(e) ? outer() : e);
            var tooSlow = new TooSlow(name, limit);
            if (!isOurs(e)) tooSlow.addSuppressed(e);
            throw tooSlow;
        }
        if (!scope.wasFelt()) return value;
        if (!scope.isCancelledItself()) throw Outcome.<RuntimeException>sneak(outer());
        throw new TooSlow(name, limit);
    }

    /// Runs `body`, and goes on also if the limit cut it short.
    ///
    /// @param <X> what `body` may throw; inferred
    /// @param body what is limited
    /// @return whether it completed; false if the limit cut it short
    /// @throws X what `body` threw
    public <X extends Throwable> boolean completes(Body<?, X> body) throws X {
        try {
            runWithTimer(body);
        } catch (Cancelled e) {
            if (!isOurs(e)) throw e;
        }
        if (!scope.wasFelt()) return true;
        if (!scope.isCancelledItself()) throw Outcome.<RuntimeException>sneak(outer());
        return false;
    }

    /// What was cancelled around this while the body was on its way out of here: the outer one wins (rule 49).
    private Throwable outer() {
        return task.scope().thrownTo(task);
    }

    private boolean isOurs(Throwable error) {
        return error instanceof Cancelled cancelled && cancelled.scope() == scope;
    }

    private <T extends @Nullable Object, X extends Throwable> T runWithTimer(Body<T, X> body) throws X {
        var timer = task.loop().callLater(limit, () -> scope.cancel("limit of " + Span.words(limit)));
        try {
            return task.within(scope, body);
        } finally {
            timer.cancel();
        }
    }

    /// {@return whose limit it is, and how long}
    @Override
    public String toString() {
        return name + ", " + Span.words(limit);
    }
}
