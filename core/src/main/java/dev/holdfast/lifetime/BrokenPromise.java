package dev.holdfast.lifetime;

/// Thrown to whoever waits for an [ExternalPromise] that nobody will keep any more: it was closed, or forgotten.
/// The message names it, and the line where it was opened.
@SuppressWarnings("serial") // nothing of it needs a version
public final class BrokenPromise extends RuntimeException {
    BrokenPromise(String message) {
        super(message);
    }
}
