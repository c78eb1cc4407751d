package dev.holdfast.net.stream;

import org.jspecify.annotations.Nullable;

/// Thrown out of reading and writing when the stream has ended. Its cause, if it has one, is what ended it: a
/// connection that was reset, a limit that was overrun. If there is none, it was closed in order, by the peer or
/// here.
@SuppressWarnings("serial") // nothing of it needs a version
public final class StreamClosed extends RuntimeException {
    /// An error which says so.
    ///
    /// @param message names the stream, and says what was missing
    /// @param cause null if it was closed in order
    public StreamClosed(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /// {@return whether it was closed in order, and did not fail}
    public boolean isOrderly() {
        return getCause() == null;
    }
}
