package dev.holdfast.carrier;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// That a carrier is there, for those who look in from outside. It keeps nobody alive: it knows its carrier weakly.
///
/// Yet to look at what is known weakly holds it for a moment, and for the whole of a collection that runs beside the
/// program meanwhile. Who looks every few milliseconds would hold it for ever. So he looks at those only that carry,
/// which are held by the thread that they run on.
final class Presence extends WeakReference<Carrier> {
    private static final Set<Presence> ALL = ConcurrentHashMap.newKeySet();
    private static final ReferenceQueue<Carrier> GONE = new ReferenceQueue<>();

    private volatile boolean carrying;

    Presence(Carrier carrier) {
        super(carrier, GONE);
    }

    /// From now on the carrier is found.
    void begin() {
        forgetWhoIsGone();
        ALL.add(this);
    }

    void end() {
        ALL.remove(this);
    }

    void carries(boolean carrying) {
        this.carrying = carrying;
    }

    static List<Carrier> all() {
        return those(_ -> true);
    }

    static List<Carrier> carrying() {
        return those(presence -> presence.carrying);
    }

    static @Nullable Strand strandOf(Thread thread) {
        for (var carrier : carrying()) {
            var strand = carrier.strands.get(thread);
            if (strand != null) return strand;
        }
        return null;
    }

    private static List<Carrier> those(Predicate<Presence> which) {
        return ALL.stream()
                .filter(which)
                .map(Presence::get)
                .filter(Objects::nonNull)
                .toList();
    }

    static boolean areNone() {
        forgetWhoIsGone();
        return ALL.isEmpty();
    }

    private static void forgetWhoIsGone() {
        for (Reference<?> gone; (gone = GONE.poll()) != null; ) ALL.remove(gone);
    }
}
