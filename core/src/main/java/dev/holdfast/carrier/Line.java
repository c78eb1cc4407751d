package dev.holdfast.carrier;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What stands in line for the loop's thread: first come, first served.
///
/// Not an [java.util.ArrayDeque], because that one looks empty for ever when there is no memory for it to grow
/// into. This one stays as it was, and the JDK, whose continuations stand here, asks again.
sealed class Line permits ShuffledLine {
    private static final int SMALLEST = 16; // a power of two, as all that follow

    private @Nullable Runnable[] ring = new Runnable[SMALLEST];
    private int head; // where the first stands
    private int size;

    /// Begins a turn: returns how many of those who stand here belong to it. They are served before whoever joins from
    /// now on.
    int beginTurn() {
        return size;
    }

    final int size() {
        return size;
    }

    final boolean isEmpty() {
        return size == 0;
    }

    final void add(Runnable entry) {
        if (size == ring.length) grow();
        ring[(head + size) & (ring.length - 1)] = entry;
        size++;
    }

    private void grow() {
        var wider = Arrays.copyOfRange(ring, head, head + 2 * size);
        System.arraycopy(ring, 0, wider, size - head, head);
        ring = wider;
        head = 0;
    }

    /// Returns the first, or null if nobody stands here.
    final @Nullable Runnable peek() {
        return size == 0 ? null : ring[head];
    }

    /// Takes the first out, or returns null if nobody stands here.
    final @Nullable Runnable poll() {
        if (size == 0) return null;
        var first = ring[head];
        ring[head] = null;
        head = (head + 1) & (ring.length - 1);
        size--;
        return first;
    }
}
