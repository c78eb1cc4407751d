package dev.holdfast.queue;

/// A [Queue] from which the item that came in last goes out first. Those who wait are still served in the order in
/// which they came.
///
/// @param <T> what is in it; never null
public final class LifoQueue<T> extends Queue<T> {
    /// A queue that always has room.
    public LifoQueue() {
        this(UNBOUNDED);
    }

    /// A queue that has room for `capacity` items.
    ///
    /// @param capacity at least one
    /// @throws IllegalArgumentException if `capacity` is less than one
    public LifoQueue(int capacity) {
        super(capacity, Shelf.lastInFirstOut());
    }

    @Override
    public LifoQueue<T> named(String name) {
        super.named(name);
        return this;
    }
}
