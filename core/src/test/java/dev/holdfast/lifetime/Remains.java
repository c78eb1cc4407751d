package dev.holdfast.lifetime;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;

/// What ought to be garbage by now, known weakly and by name.
final class Remains {
    private record Thing(String name, WeakReference<Object> object) {}

    private final List<Thing> things = new ArrayList<>();

    void add(String name, Object thing) {
        things.add(new Thing(name, new WeakReference<>(thing)));
    }

    /// Checks that at least one thing was added, and that all are gone after at most `collections`.
    void expectGoneAfter(int collections) {
        for (int i = 0; i < collections && !left().isEmpty(); i++) System.gc();
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
