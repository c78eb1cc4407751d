package dev.holdfast.time;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is due when, soonest first; equal moments keep the order in which they were added.
///
/// A binary heap in which everything knows its place, so that taking something out again is O(log n) and leaves
/// nothing behind (J. W. J. Williams, "Algorithm 232: Heapsort", CACM 7, 1964).
///
/// @param <D> what stands in it
public final class Agenda<D extends Due> {
    private static final int SMALLEST = 16;

    private @Nullable Due[] heap = new Due[SMALLEST];
    private int size;
    private long added;

    /// An empty agenda.
    public Agenda() {}

    /// {@return how many stand in it}
    public int size() {
        return size;
    }

    /// {@return whether nothing stands in it}
    public boolean isEmpty() {
        return size == 0;
    }

    /// Puts `due` where its moment belongs, in O(log n).
    ///
    /// @param due stands in no agenda
    /// @throws IllegalStateException if it stands in one already
    public void add(D due) {
        if (due.isListed()) throw new IllegalStateException("already in an agenda: " + due);
        if (size == heap.length) heap = Arrays.copyOf(heap, 2 * size);
        due.order = added++;
        rise(due, size++);
    }

    /// Takes `due` out, in O(log n).
    ///
    /// @param due here, elsewhere or nowhere
    /// @return false if it does not stand here
    public boolean remove(D due) {
        int hole = due.place;
        if (hole == Due.NOWHERE || hole >= size || heap[hole] != due) return false;
        var last = at(--size);
        heap[size] = null;
        if (last != due) {
            sink(last, hole);
            if (last.place == hole) rise(last, hole);
        }
        due.place = Due.NOWHERE;
        if (heap.length > SMALLEST && size < heap.length / 4) heap = Arrays.copyOf(heap, heap.length / 2);
        return true;
    }

    /// {@return whether something is due at `now`}
    ///
    /// @param now a moment on the same clock as theirs, in nanoseconds
    public boolean isDue(long now) {
        return size > 0 && at(0).moment - now <= 0;
    }

    /// Takes out what is due first, if its moment is not after `now`, in O(log n).
    ///
    /// @param now a moment on the same clock as theirs, in nanoseconds
    /// @return it; null if nothing is due
    public @Nullable D removeDue(long now) {
        if (!isDue(now)) return null;
        var first = first();
        remove(first);
        return first;
    }

    /// {@return how many nanoseconds after `now` something falls due: 0 if it has, [Long#MAX_VALUE] if there is
    /// nothing}
    ///
    /// @param now a moment on the same clock as theirs, in nanoseconds
    public long nanosUntilNext(long now) {
        return size == 0 ? Long.MAX_VALUE : Math.max(0, at(0).moment - now);
    }

    /// Takes everything out.
    public void clear() {
        for (int i = 0; i < size; i++) at(i).place = Due.NOWHERE;
        heap = new Due[SMALLEST];
        size = 0;
    }

    /// {@return all that stands in it, soonest first}
    @SuppressWarnings("unchecked") // only add puts things in, and it takes D
    public List<D> snapshot() {
        return Arrays.stream(heap, 0, size)
                .map(due -> (D) due)
                .sorted((a, b) -> a.isBefore(b) ? -1 : 1)
                .toList();
    }

    /// For tests: returns for how many there is room.
    int capacity() {
        return heap.length;
    }

    private void rise(Due due, int hole) {
        while (hole > 0) {
            int parent = (hole - 1) >>> 1;
            var above = at(parent);
            if (!due.isBefore(above)) break;
            put(above, hole);
            hole = parent;
        }
        put(due, hole);
    }

    private void sink(Due due, int hole) {
        for (int child; (child = 2 * hole + 1) < size; hole = child) {
            if (child + 1 < size && at(child + 1).isBefore(at(child))) child++;
            var below = at(child);
            if (!below.isBefore(due)) break;
            put(below, hole);
        }
        put(due, hole);
    }

    private void put(Due due, int place) {
        heap[place] = due;
        due.place = place;
    }

    @SuppressWarnings("unchecked") // only add puts things in, and it takes D
    private D first() {
        return (D) at(0);
    }

    @SuppressWarnings("NullAway") // below `size` every place is taken
    private Due at(int place) {
        return heap[place];
    }
}
