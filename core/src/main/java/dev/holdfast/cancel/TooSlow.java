package dev.holdfast.cancel;

import dev.holdfast.time.Span;
import java.time.Duration;

/// Thrown when something was not done within its limit. The message names whose limit it was.
@SuppressWarnings("serial") // nothing of it needs a version
public final class TooSlow extends RuntimeException {
    /// How long it had.
    private final Duration limit;

    /// An error which says that `what` was not done within `limit`.
    ///
    /// @param what its `toString` begins the message
    /// @param limit how long it had
    public TooSlow(Object what, Duration limit) {
        super(what + ": not within " + Span.words(limit));
        this.limit = limit;
    }

    /// {@return the limit that was passed}
    public Duration limit() {
        return limit;
    }
}
