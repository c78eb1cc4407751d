package dev.holdfast.loop;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;

/// The loops of this program, for looking in from outside: weak references, and the only registry there is (law 6).
final class Loops {
    private static final Set<IOLoop> ALL = Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

    private Loops() {}

    static void add(IOLoop loop) {
        ALL.add(loop);
    }

    static void remove(IOLoop loop) {
        ALL.remove(loop);
    }

    static List<IOLoop> all() {
        synchronized (ALL) {
            return List.copyOf(ALL);
        }
    }
}
