package dev.holdfast.task;

import org.jspecify.annotations.Nullable;

/// Code that returns a value and may throw. It will do wherever an [Action] does: so where a lambda or a reference
/// might be either, the compiler takes it for this.
///
/// @param <T> what it returns
/// @param <X> what it may throw; inferred, so that checked exceptions arrive as themselves
@FunctionalInterface
public interface Body<T extends @Nullable Object, X extends Throwable> extends Action<X> {
    /// Runs it.
    ///
    /// @return its value
    /// @throws X if it fails
    T call() throws X;

    /// Runs it, and forgets its value.
    ///
    /// @throws X if it fails
    @Override
    default void run() throws X {
        call();
    }
}
