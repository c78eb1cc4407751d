package dev.holdfast.future;

import dev.holdfast.carrier.Callback;
import dev.holdfast.loop.Collected;
import dev.holdfast.loop.Guest;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.loop.LoopLocal;
import java.lang.System.Logger.Level;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A failure that nobody has looked at yet. It is logged when its future has been collected, or when the loop is
/// closed, whichever comes first. Once somebody has looked nothing of it is left.
final class Unseen {
    private static final LoopLocal<All> ALL = LoopLocal.withInitial(All::new);

    private final All home;
    private final String name;
    private final Throwable error;
    private @Nullable Collected watch;
    private boolean seen;

    private Unseen(All home, String name, Throwable error) {
        this.home = home;
        this.name = name;
        this.error = error;
    }

    /// Returns the failure of `future`, to be told when somebody looks; null if `loop` is closed already, as it is
    /// for a task that outlived it: then this logs it, for there is no later.
    static @Nullable Unseen of(IOLoop loop, Future<?> future, Throwable error) {
        if (loop.isClosed()) {
            log(loop, future.toString(), error);
            return null;
        }
        var unseen = new Unseen(ALL.get(loop), future.toString(), error);
        unseen.home.failures.add(unseen);
        unseen.watch = Collected.watch(future, unseen, Unseen::collected);
        return unseen;
    }

    private void collected() {
        atHome(this::report);
    }

    /// Also for a future that belongs to nobody, and so on any thread.
    void seen() {
        seen = true;
        if (watch != null) watch.stop();
        if (home.loop.carrier().isHere()) home.failures.remove(this);
        else atHome(() -> home.failures.remove(this));
    }

    private void atHome(Callback callback) {
        home.loop.carrier().bring(callback);
    }

    private void report() {
        if (home.failures.remove(this) && !seen) log(home.loop, name, error);
    }

    private static void log(IOLoop loop, String name, Throwable error) {
        loop.carrier().complain(Future.LOG, Level.ERROR, name + " failed and nobody looked", error);
    }

    /// Those of one loop.
    private static final class All implements Guest {
        private final IOLoop loop;
        private final Set<Unseen> failures = new LinkedHashSet<>();

        All(IOLoop loop) {
            this.loop = loop;
        }

        @Override
        public void evicted() {
            List.copyOf(failures).forEach(Unseen::report);
        }
    }
}
