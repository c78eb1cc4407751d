package dev.holdfast.queue;

import java.util.ArrayDeque;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/// What lies in a queue, in the order in which it goes out.
sealed interface Shelf<T> {
    int size();

    /// Refuses what it could not put in order.
    default void check(T item) {}

    /// Puts in the latest.
    void add(Entry<T> latest);

    /// Takes out the next, or returns null if there is none.
    @Nullable Entry<T> take();

    /// Puts what was taken out back where it was.
    void putBack(Entry<T> taken);

    /// Takes out this one; returns false if it is not here any more.
    boolean remove(Entry<T> entry);

    /// First in, first out.
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

    /// Last in, first out.
    final class Pile<T> implements Shelf<T> {
        private final ArrayDeque<Entry<T>> entries = new ArrayDeque<>();

        @Override
        public int size() {
            return entries.size();
        }

        @Override
        public void add(Entry<T> latest) {
            entries.push(latest);
        }

        @Override
        public @Nullable Entry<T> take() {
            return entries.poll();
        }

        @Override
        public void putBack(Entry<T> taken) {
            var later = new ArrayDeque<Entry<T>>(); // those that came in meanwhile
            while (!entries.isEmpty() && entries.getFirst().order > taken.order) later.push(entries.pop());
            entries.push(taken);
            later.forEach(entries::push);
        }

        @Override
        public boolean remove(Entry<T> entry) {
            return entries.remove(entry);
        }
    }

    /// The least first; of equals, the first that came in.
    final class Heap<T> implements Shelf<T> {
        private final Comparator<? super T> comparator;
        private final java.util.PriorityQueue<Entry<T>> entries;

        Heap(Comparator<? super T> comparator) {
            this.comparator = comparator;
            this.entries =
                    new java.util.PriorityQueue<>(Comparator.<Entry<T>, T>comparing(entry -> entry.item, comparator)
                            .thenComparingLong(entry -> entry.order));
        }

        @Override
        public int size() {
            return entries.size();
        }

        @Override
        public void check(T item) {
            int _ = comparator.compare(item, item);
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
