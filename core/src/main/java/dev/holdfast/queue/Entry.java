package dev.holdfast.queue;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/// An item, and when it came in: so that it can go back to its place, and equal items stay two.
final class Entry<T> {
    static final long OUTSIDE = 0;

    final T item;
    long order = OUTSIDE; // counts from 1 those that came in

    @Nullable RuntimeException refusal; // what came of letting it in, if it waited and could not be put in order

    Entry(T item) {
        this.item = requireNonNull(item, "item");
    }

    boolean isIn() {
        return order != OUTSIDE;
    }
}
