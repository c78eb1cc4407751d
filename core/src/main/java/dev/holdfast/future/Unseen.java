package dev.holdfast.future;

import dev.holdfast.carrier.Callback;
import dev.holdfast.loop.Guest;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.loop.LoopLocal;
import java.lang.System.Logger.Level;
import java.lang.ref.Cleaner;
import java.util.LinkedHashSet;
import java.util.Set;

/// A failure that nobody has looked at yet. It is logged when its future has been collected, or when the loop is
/// closed, whichever comes first.
final class Unseen {
    private static final Cleaner CLEANER = Cleaner.create();
    private static final LoopLocal<All> ALL = LoopLocal.withInitial(_ -> new All());

    private final All home;
    private final String name;
    private final Throwable error;

    private Unseen(All home, String name, Throwable error) {
        this.home = home;
        this.name = name;
        this.error = error;
    }

    static Unseen of(IOLoop loop, Future<?> future, Throwable error) {
        var unseen = new Unseen(ALL.get(loop), future.toString(), error);
        unseen.home.failures.add(unseen);
        Callback report = unseen::report;
        CLEANER.register(future, () -> loop.carrier().bring(report));
        return unseen;
    }

    void seen() {
        home.failures.remove(this);
    }

    private void report() {
        if (home.failures.remove(this)) log();
    }

    private void log() {
        Future.LOG.log(Level.ERROR, name + " failed and nobody looked", error);
    }

    /// Those of one loop.
    private static final class All implements Guest {
        private final Set<Unseen> failures = new LinkedHashSet<>();

        @Override
        public void evicted() {
            failures.forEach(Unseen::log);
            failures.clear();
        }
    }
}
