package dev.holdfast.loop;

/// Moves in with every loop there is, though no loop has ever heard of it: how upper floors watch over loops that
/// nobody told them about. Found by [java.util.ServiceLoader], next to the library itself.
public interface Resident {
    /// `loop` is being opened: the moment to put a [Guest] into a [LoopLocal].
    ///
    /// @param loop remembered, not used yet
    void moveIn(IOLoop loop);
}
