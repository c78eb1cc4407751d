package dev.holdfast.net.stream;

/// Thrown when what was to be read does not end within its limit. The stream is closed then, because what follows
/// would be taken for something that it is not.
@SuppressWarnings("serial") // nothing of it needs a version
public final class TooLong extends RuntimeException {
    /// How many bytes there might have been.
    private final int maxBytes;

    TooLong(String message, int maxBytes) {
        super(message);
        this.maxBytes = maxBytes;
    }

    /// {@return how many bytes there might have been}
    public int maxBytes() {
        return maxBytes;
    }
}
