package dev.holdfast.cancel;

import org.jspecify.annotations.Nullable;

/// Thrown out of a wait when a scope around it was cancelled. Let it pass: `finally` is the place to tidy up.
///
/// An error and not an exception, so that `catch (Exception e)` in a loop does not swallow it and spin.
@SuppressWarnings("serial") // its scope lives and dies with its loop
public final class Cancelled extends Error {
    private final transient CancelScope scope;

    /// In the words of whoever cancelled.
    private final String reason;

    Cancelled(CancelScope scope, String reason, @Nullable Throwable cause) {
        super(scope + " cancelled: " + reason, cause);
        this.scope = scope;
        this.reason = reason;
    }

    /// {@return the scope that was cancelled: the outermost one, if several were}
    public CancelScope scope() {
        return scope;
    }

    /// {@return why, in the words of whoever cancelled}
    public String reason() {
        return reason;
    }
}
