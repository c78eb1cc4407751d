package dev.holdfast.scope;

/// Whether the `try` that calls `close` does so because its block threw.
final class Unwinding {
    private Unwinding() {}

    static boolean isUnderway() {
        return false;
    }
}
