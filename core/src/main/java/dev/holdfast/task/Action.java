package dev.holdfast.task;

import org.jspecify.annotations.Nullable;

/// Code that returns nothing and may throw.
///
/// @param <X> what it may throw; inferred, so that checked exceptions arrive as themselves
@FunctionalInterface
public interface Action<X extends Throwable> {
    /// Runs it.
    ///
    /// @throws X if it fails
    void run() throws X;

    /// {@return this as a body whose value is null}
    default Body<@Nullable Void, X> asBody() {
        return () -> {
            run();
            return null;
        };
    }
}
