package dev.holdfast.future;

import org.jspecify.annotations.Nullable;

/// How something ended: with a value, or with an error.
///
/// @param <T> the value's type
public sealed interface Outcome<T extends @Nullable Object> {
    /// It ended well.
    ///
    /// @param value what it returned
    record Value<T extends @Nullable Object>(T value) implements Outcome<T> {}

    /// It failed.
    ///
    /// @param error what it threw
    record Failure<T extends @Nullable Object>(Throwable error) implements Outcome<T> {}

    /// Returns the value, or throws the very error, checked or not.
    default T get() {
        return switch (this) {
            case Value<T>(T value) -> value;
            case Failure<T>(Throwable error) -> throw Outcome.<RuntimeException>sneak(error);
        };
    }

    /// Returns `error` to be thrown as it is, although the compiler is told that it is of type `X`.
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // that is the trick
    static <X extends Throwable> X sneak(Throwable error) throws X {
        throw (X) error;
    }
}
