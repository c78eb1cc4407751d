package dev.holdfast.future;

import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How something ended: with a value, or with an error.
///
/// @param <T> the value's type
public sealed interface Outcome<T extends @Nullable Object> {
    /// It ended well.
    ///
    /// @param <T> the value's type
    /// @param value what it returned
    record Value<T extends @Nullable Object>(T value) implements Outcome<T> {}

    /// It failed.
    ///
    /// @param <T> the type of the value that there is not
    /// @param error what it threw
    record Failure<T extends @Nullable Object>(Throwable error) implements Outcome<T> {}

    /// {@return the value} A failure throws the very error, checked or not.
    default T get() {
        return switch (this) {
            case Value<T>(T value) -> value;
            case Failure<T>(Throwable error) -> throw Outcome.<RuntimeException>sneak(error);
        };
    }

    /// {@return `error`, in which `others` are suppressed from now on: each instance once, and never `error` in
    /// itself} Takes time in proportion to how many there are.
    ///
    /// @param <E> what it is
    /// @param error of those that came together the one that is thrown
    /// @param others may contain `error` too
    static <E extends Throwable> E suppressing(E error, Collection<? extends Throwable> others) {
        var known = Collections.<Throwable>newSetFromMap(new IdentityHashMap<>());
        known.add(error);
        known.addAll(List.of(error.getSuppressed()));
        for (var other : others) if (known.add(other)) error.addSuppressed(other);
        return error;
    }

    /// Throws `error` as it is, although the compiler is told that it is of type `X`. Write `throw sneak(error)`,
    /// so that the compiler sees the end of the road.
    ///
    /// @param <X> what the compiler is told; usually [RuntimeException], which need not be declared
    /// @param error what is thrown
    /// @return nothing, ever
    /// @throws X always
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // that is the trick
    static <X extends Throwable> X sneak(Throwable error) throws X {
        throw (X) error;
    }
}
