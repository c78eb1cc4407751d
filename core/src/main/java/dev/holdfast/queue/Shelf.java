package dev.holdfast.queue;

import java.util.ArrayDeque;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/// What lies in a queue, in the order in which it goes out.
sealed interface Shelf<T> {
    int size();

    /// Refuses what it could not put in order.
    default void check(Entry<T> entry) {}

    /// Puts in the latest.
    void add(Entry<T> latest);

    /// Takes out the next, or returns null if there is none.
    @Nullable Entry<T> take();

    /// Puts what was taken out back where it was.
    void putBack(Entry<T> taken);

    /// Takes out this one; returns false if it is not here any more.
    boolean remove(Entry<T> entry);

    /// First in, first out.
    static <T> Shelf<T> firstInFirstOut() {
        return new Row<>();
    }

    /// Last in, first out.
    static <T> Shelf<T> lastInFirstOut() {
        return new Heap<>(Comparator.comparingLong(entry -> -entry.order));
    }

    /// The least first; of equals, the first that came in.
    static <T> Shelf<T> leastFirst(Comparator<? super T> comparator) {
        return new Heap<>(Comparator.<Entry<T>, T>comparing(entry -> entry.item, comparator)
                .thenComparingLong(entry -> entry.order));
    }

    /// In the order in which they came.
    final class Row<T> implements Shelf<T> {
        private final ArrayDeque<Entry<T>> entries = new ArrayDeque<>();

        @Override
        public int size() {
            return entries.size();
        }

        @Override
        public void add(Entry<T> latest) {
            entries.addLast(latest);
        }

        @Override
        public @Nullable Entry<T> take() {
            return entries.pollFirst();
        }

        @Override
        public void putBack(Entry<T> taken) {
            var earlier = new ArrayDeque<Entry<T>>(); // those that were put back before it
            while (!entries.isEmpty() && entries.getFirst().order < taken.order) earlier.push(entries.remove());
            entries.addFirst(taken);
            earlier.forEach(entries::addFirst);
        }

        @Override
        public boolean remove(Entry<T> entry) {
            return entries.removeLastOccurrence(entry); // it came in a moment ago
        }
    }

    /// By an order in which no two are equal.
    final class Heap<T> implements Shelf<T> {
        private final java.util.PriorityQueue<Entry<T>> entries;

        Heap(Comparator<Entry<T>> order) {
            entries = new java.util.PriorityQueue<>(order);
        }

        @Override
        public int size() {
            return entries.size();
        }

        @Override
        public void check(Entry<T> entry) {
            int _ = entries.comparator().compare(entry, entry);
        }

        @Override
        public void add(Entry<T> latest) {
            entries.add(latest);
        }

        @Override
        public @Nullable Entry<T> take() {
            return entries.poll();
        }

        @Override
        public void putBack(Entry<T> taken) {
            entries.add(taken);
        }

        @Override
        public boolean remove(Entry<T> entry) {
            return entries.remove(entry);
        }
    }
}
