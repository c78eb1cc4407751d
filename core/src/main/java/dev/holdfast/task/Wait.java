package dev.holdfast.task;

import org.jspecify.annotations.Nullable;

/// A wait as its maker describes it to [Task#suspend]: how it begins, and how it is undone.
///
/// @param <R> what it returns
@FunctionalInterface
public interface Wait<R extends @Nullable Object> {
    /// Arranges that `waker` is called some day: puts it in a line, say. May call it at once.
    ///
    /// @param waker ends the wait; to be called on the loop
    void begin(Waker<R> waker);

    /// Undoes [#begin], because the wait was cancelled before it was granted. By default the waker leaves the chain
    /// it stands in.
    ///
    /// @param waker the one that [#begin] was given
    default void abandon(Waker<R> waker) {
        waker.unlink();
    }

    /// Takes a grant back, because the wait was cancelled after `value` was granted and before the task went on
    /// with it: passes a permit on, puts an item back at the head (rule 22). By default there is nothing to give
    /// back.
    ///
    /// @param value the grant
    /// @return false if that cannot be done any more; then the grant stands, and the task meets the cancellation at
    /// its next wait
    default boolean giveBack(R value) {
        return true;
    }
}
