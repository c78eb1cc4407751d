package dev.holdfast.scope;

import dev.holdfast.task.Action;
import dev.holdfast.task.Body;
import dev.holdfast.task.Deadline;
import dev.holdfast.task.Task;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Limits around code. When one passes, the wait that the code is in throws, and so does every wait after it until
/// the block ends. Of two limits inside each other the outer one wins.
///
/// A limit of zero lets through what need not wait.
public final class Timeouts {
    private Timeouts() {}

    /// Runs `body`, at most for `limit`.
    ///
    /// @param <T> what `body` returns
    /// @param <X> what `body` may throw; inferred
    /// @param limit how long at most, from now
    /// @param body what is limited
    /// @return what `body` returned
    /// @throws X what `body` threw
    /// @throws dev.holdfast.cancel.TooSlow naming the task whose limit it was, if the limit cut it short; what
    /// `body` itself threw on its way out is suppressed in it
    public static <T extends @Nullable Object, X extends Throwable> T failAfter(Duration limit, Body<T, X> body)
            throws X {
        return deadline(limit).run(body);
    }

    /// Runs `body`, at most for `limit`, like [#failAfter(Duration, Body)].
    ///
    /// @param <X> what `body` may throw; inferred
    /// @param limit how long at most, from now
    /// @param body what is limited
    /// @throws X what `body` threw
    /// @throws dev.holdfast.cancel.TooSlow if the limit cut it short
    public static <X extends Throwable> void failAfter(Duration limit, Action<X> body) throws X {
        failAfter(limit, body.asBody());
    }

    /// Runs `body`, at most for `limit`, and goes on in either case.
    ///
    /// @param <X> what `body` may throw; inferred
    /// @param limit how long at most, from now
    /// @param body what is limited
    /// @return whether it completed; false if the limit cut it short
    /// @throws X what `body` threw
    public static <X extends Throwable> boolean moveOnAfter(Duration limit, Action<X> body) throws X {
        return deadline(limit).completes(body.asBody());
    }

    private static Deadline deadline(Duration limit) {
        var task = Task.current();
        task.check();
        return Deadline.around(task, limit);
    }
}
