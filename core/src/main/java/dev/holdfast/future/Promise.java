package dev.holdfast.future;

import static java.util.Objects.requireNonNull;

import dev.holdfast.future.Outcome.Failure;
import dev.holdfast.future.Outcome.Value;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.loop.Origin;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/// The writing end of a [Future], and the future itself. Settled once: whoever comes second is told `false`.
///
/// @param <T> the value's type
public final class Promise<T extends @Nullable Object> extends Future<T> {
    private final @Nullable Object source; // who will settle it; what messages call it

    /// A promise that somebody has to keep.
    public Promise() {
        this(null, Origin.ofNew());
    }

    /// For the floors above: a promise that `source` will settle. It holds `source`, which therefore lets go of
    /// what it no longer needs, and goes by its name.
    ///
    /// @param source its `toString` is what messages call this
    public Promise(Object source) {
        this(source, Origin.ofNew());
    }

    private Promise(@Nullable Object source, @Nullable Origin origin) {
        super(null, origin);
        this.source = source;
    }

    /// For the floors above: a promise that `source` will settle, and which belongs to `home` from the start.
    ///
    /// @param source who will settle it; it is held, and names the promise
    /// @param home the loop it is settled on
    /// @param origin where it was made, if that is to be remembered
    public Promise(Object source, IOLoop home, @Nullable Origin origin) {
        super(home, origin);
        this.source = source;
    }

    /// Gives it its value.
    ///
    /// @param value may be null if `T` says so
    /// @return false if it was settled before
    public boolean complete(T value) {
        return take(new Value<>(value));
    }

    /// Gives it an error.
    ///
    /// @param error what whoever awaits it is thrown
    /// @return false if it was settled before
    public boolean fail(Throwable error) {
        return take(new Failure<>(requireNonNull(error, "error")));
    }

    /// Gives it an outcome.
    ///
    /// @param outcome somebody else's, say
    /// @return false if it was settled before
    public boolean settle(Outcome<T> outcome) {
        return take(outcome);
    }

    /// Fails it with a [CancellationException]. A value that comes later is dropped, an error that comes later is
    /// logged.
    ///
    /// @return false if it was settled before
    public boolean cancel() {
        return fail(new CancellationException(this + " was cancelled"));
    }

    @Override
    @Nullable Object source() {
        return source;
    }

    @Override
    public String toString() {
        return source == null ? "Promise" : source.toString();
    }
}
