package dev.holdfast.queue;

import java.util.Comparator;

/// A [Queue] from which the least item goes out first; of equal items, the one that came in first.
///
/// @param <T> what is in it; never null
public final class PriorityQueue<T> extends Queue<T> {
    /// A queue that always has room; the items are compared by their natural order. An item without one, or
    /// with another than those that are in, is refused with a [ClassCastException].
    public PriorityQueue() {
        this(UNBOUNDED);
    }

    /// A queue that has room for `capacity` items, which are compared by their natural order.
    ///
    /// @param capacity at least one
    /// @throws IllegalArgumentException if `capacity` is less than one
    public PriorityQueue(int capacity) {
        this(capacity, naturalOrder());
    }

    /// A queue that always has room; the items are compared by `comparator`.
    ///
    /// @param comparator asked also about one item alone, as it is put in: it may refuse it by throwing
    public PriorityQueue(Comparator<? super T> comparator) {
        this(UNBOUNDED, comparator);
    }

    /// A queue that has room for `capacity` items, which are compared by `comparator`.
    ///
    /// @param capacity at least one
    /// @param comparator asked also about one item alone, as it is put in: it may refuse it by throwing
    /// @throws IllegalArgumentException if `capacity` is less than one
    public PriorityQueue(int capacity, Comparator<? super T> comparator) {
        super(capacity, Shelf.leastFirst(comparator));
    }

    @Override
    public PriorityQueue<T> named(String name) {
        super.named(name);
        return this;
    }

    @SuppressWarnings("unchecked") // checked as each item is put in
    private static <T> Comparator<T> naturalOrder() {
        return (Comparator<T>) Comparator.naturalOrder();
    }
}
