package dev.holdfast.lifetime;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// What ought to be garbage by now, known weakly and by name.
final class Remains {
    private record Thing(String name, WeakReference<Object> object) {}

    private static final Duration LAST_LINES = Duration.ofSeconds(10);

    private final List<Thing> things = new ArrayList<>();

    void add(String name, Object thing) {
        things.add(new Thing(name, new WeakReference<>(thing)));
    }

    /// Checks that at least one thing was added, and that all are gone after at most `collections`. On a busy
    /// machine a thread of the JDK's that has only its last lines to run may still hold some: until it is through
    /// they are counted anew.
    void expectGoneAfter(int collections) {
        long start = System.nanoTime();
        do {
            for (int i = 0; i < collections && !left().isEmpty(); i++) System.gc();
        } while (!left().isEmpty() && System.nanoTime() - start < LAST_LINES.toNanos());
        if (things.isEmpty() || !left().isEmpty())
            throw new AssertionError(left() + " of " + things.size() + " still there after " + collections);
    }

    /// Checks that all are still there after `collections`.
    void expectKeptAfter(int collections) {
        for (int i = 0; i < collections; i++) System.gc();
        if (left().size() != things.size())
            throw new AssertionError("only " + left() + " of " + things.size() + " left");
    }

    private List<String> left() {
        return things.stream()
                .filter(thing -> !thing.object.refersTo(null))
                .map(Thing::name)
                .toList();
    }
}
