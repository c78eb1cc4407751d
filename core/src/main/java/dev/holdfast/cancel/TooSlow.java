package dev.holdfast.cancel;

import dev.holdfast.time.Span;
import java.time.Duration;

/// Thrown when something was not done within its limit. The message names whose limit it was.
@SuppressWarnings("serial") // nothing of it needs a version
public final class TooSlow extends RuntimeException {
    private final Duration limit;

    /// `what` was not done within `limit`.
    public TooSlow(Object what, Duration limit) {
        super(what + ": not within " + Span.words(limit));
        this.limit = limit;
    }

    /// Returns the limit that was passed.
    public Duration limit() {
        return limit;
    }
}
