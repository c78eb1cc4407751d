package dev.holdfast.loop;

/// What the collector's thread does once the handle of an external was collected, at the moment at which a proof
/// wants it.
public final class Forgetting {
    private Forgetting() {}

    /// Brings the news that `door` was forgotten, by the current thread.
    ///
    /// @param door still held, so that the collector does not come too
    public static void forget(External door) {
        door.door.forgotten();
    }
}
