package dev.holdfast.time;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is due when, soonest first; equal moments keep the order in which they were added.
///
/// A binary heap in which everything knows its place, so that taking something out again is O(log n) and leaves
/// nothing behind (J. W. J. Williams, "Algorithm 232: Heapsort", CACM 7, 1964). First it looks where something
/// belongs, and then it moves what must make room, calling nothing meanwhile: so a stack that overflows, in a user's
/// deep recursion, finds it as it was.
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
        putAbove(due, placeAbove(due, size), size);
        size++;
    }

    /// Takes `due` out, in O(log n).
    ///
    /// @param due here, elsewhere or nowhere
    /// @return false if it does not stand here
    public boolean remove(D due) {
        int hole = due.place;
        if (hole == Due.NOWHERE || hole >= size || heap[hole] != due) return false;
        if (heap.length > SMALLEST && size < heap.length / 4) heap = Arrays.copyOf(heap, heap.length / 2);
        int end = size - 1;
        var last = at(end);
        if (last != due) fill(hole, last, end);
        heap[end] = null;
        size = end;
        due.place = Due.NOWHERE;
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

    /// Puts `last`, which stood at the `end`, where it belongs above or below the `hole`.
    private void fill(int hole, Due last, int end) {
        int place = placeBelow(last, hole, end);
        if (place != hole) putBelow(last, place, hole);
        else putAbove(last, placeAbove(last, hole), hole);
    }

    private static int above(int place) {
        return (place - 1) >>> 1;
    }

    /// Returns where `due` belongs on the way from `hole` to the top.
    private int placeAbove(Due due, int hole) {
        while (hole > 0 && due.isBefore(at(above(hole)))) hole = above(hole);
        return hole;
    }

    /// Returns where `due` belongs on the way from `hole` to the bottom, `end` being where that is.
    private int placeBelow(Due due, int hole, int end) {
        for (int child; (child = 2 * hole + 1) < end; hole = child) {
            if (child + 1 < end && at(child + 1).isBefore(at(child))) child++;
            if (!at(child).isBefore(due)) break;
        }
        return hole;
    }

    /// Puts `due` at `place`, after those between that and the `hole` below it have moved down by one.
    @SuppressWarnings("NullAway") // below `size` every place is taken
    private void putAbove(Due due, int place, int hole) {
        for (int up; hole != place; hole = up) {
            up = (hole - 1) >>> 1; // spelled out: nothing is called in here
            var next = heap[up];
            heap[hole] = next;
            next.place = hole;
        }
        heap[place] = due;
        due.place = place;
    }

    /// Puts `due` at `place`, after those between that and the `hole` above it have moved up by one.
    @SuppressWarnings("NullAway") // below `size` every place is taken
    private void putBelow(Due due, int place, int hole) {
        for (var next = due; ; place = (place - 1) >>> 1) {
            var before = heap[place];
            heap[place] = next;
            next.place = place;
            if (place == hole) return;
            next = before;
        }
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
