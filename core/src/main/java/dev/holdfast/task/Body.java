package dev.holdfast.task;

import org.jspecify.annotations.Nullable;

/// Code that returns a value and may throw.
///
/// @param <T> what it returns
/// @param <X> what it may throw; inferred, so that checked exceptions arrive as themselves
@FunctionalInterface
public interface Body<T extends @Nullable Object, X extends Throwable> {
    /// Runs it.
    ///
    /// @return its value
    /// @throws X if it fails
    T run() throws X;
}
