package dev.holdfast.sync;

/// The right to be inside, until it is closed. Closing it twice is harmless.
///
/// ```
/// try (var _ = lock.acquire()) {
///     …
/// }
/// ```
public sealed interface Permit extends AutoCloseable permits Lock.Held, Semaphore.Taken {
    /// Gives it to the first in line, who goes on later than this call returns. Never waits.
    ///
    /// @throws IllegalStateException if a lock's permit is closed by another task than the holder
    @Override
    void close();
}
