package dev.holdfast.inspect;

import dev.holdfast.carrier.Carrier;
import dev.holdfast.loop.Words;
import dev.holdfast.time.Clock;
import dev.holdfast.time.Span;
import java.lang.System.Logger.Level;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/// Looks from a thread of its own at every loop that runs, twice within the limit. A loop found in the same hands
/// all that time is held for too long.
///
/// Nobody tells it anything: it compares the numbers that the carriers give their holds, and asks who it is only
/// when one has lasted. *Who is named really did it*: the stack counts only if the hold is the same before and after
/// it was taken.
///
/// *The time of a look that came late is nobody's.* When the process was suspended, or the whole machine, or a
/// collection stopped everybody, the watchdog overslept like all the others, and what it did not see it does not
/// count.
///
/// Its thread ends when no loop runs, and the next run starts another. Between two looks it knows loops weakly.
final class Watchdog {
    private static final System.Logger LOG = System.getLogger(Watchdog.class.getPackageName());
    private static final int LOOKS = 2; // within the limit
    private static final int LATE = 2; // times the time between two looks

    private final Duration limit;
    private final long period; // nanoseconds between two looks
    private final Predicate<Carrier> isWatched;
    private final AtomicBoolean awake = new AtomicBoolean(); // there is a thread, which will look once more

    Watchdog(Duration limit, Predicate<Carrier> isWatched) {
        this.limit = limit;
        this.period = limit.toNanos() / LOOKS;
        this.isWatched = isWatched;
    }

    /// For any thread: a loop runs.
    void wake() {
        if (awake.get() || !awake.compareAndSet(false, true)) return;
        try {
            Thread.ofPlatform()
                    .name("holdfast-watchdog")
                    .daemon()
                    .inheritInheritableThreadLocals(false)
                    .start(this::watch);
        } catch (OutOfMemoryError e) { // no thread to be had; that is not worth a loop
            awake.set(false);
        }
    }

    private void watch() {
        var watches = new WeakHashMap<Carrier, Watch>();
        long last = Clock.SYSTEM.nanos();
        do {
            LockSupport.parkNanos(this, period);
            var _ = Thread.interrupted(); // else the next park would not sleep
            long now = Clock.SYSTEM.nanos();
            look(watches, now, seen(now - last));
            last = now;
        } while (isNeeded() || !mayEnd());
    }

    /// Returns how much of the time since the last look was really watched.
    private long seen(long passed) {
        return passed > LATE * period ? 0 : Math.min(passed, period);
    }

    private boolean isNeeded() {
        for (var carrier : Carrier.all()) if (carrier.isCarrying() && isWatched.test(carrier)) return true;
        return false;
    }

    /// Who begins to run says so after it can be seen; so it either starts another thread, or is seen here.
    private boolean mayEnd() {
        awake.set(false);
        return !isNeeded() || !awake.compareAndSet(false, true);
    }

    @SuppressWarnings("CatchThrowable") // whatever a log's handler throws, the loops stay watched
    private void look(Map<Carrier, Watch> watches, long now, long nanos) {
        for (var carrier : Carrier.all()) {
            if (!isWatched.test(carrier)) continue;
            try {
                look(carrier, watches.computeIfAbsent(carrier, _ -> new Watch(limit)), now, nanos);
            } catch (Throwable e) {
                // and the next look comes
            }
        }
    }

    private static void look(Carrier carrier, Watch watch, long now, long nanos) {
        long hold = carrier.hold();
        if (!watch.see(hold, nanos, now) || Debugger.IS_THERE) return;
        var holder = Holder.of(carrier);
        if (holder == null || carrier.hold() != hold) return;
        var loop = Words.of(carrier.owner());
        Flight.slowTurn(loop, holder, watch.held());
        if (watch.speak(holder.place(), now)) LOG.log(Level.WARNING, text(loop, holder, watch));
    }

    private static String text(String loop, Holder holder, Watch watch) {
        int untold = watch.takeUntold();
        return loop + " has been held for " + Span.words(watch.held()) + " by " + holder.name()
                + "; what takes so long belongs in blocking(…)"
                + (untold == 0 ? "" : " (" + untold + " others since the last such line)")
                + Holder.lines(holder.stack());
    }

    /// Somebody steps through the program: then everything takes long. Only asked when something does.
    private static final class Debugger {
        static final boolean IS_THERE = isThere();

        private Debugger() {}

        private static boolean isThere() {
            try {
                return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                        .anyMatch(argument -> argument.contains("jdwp"));
            } catch (LinkageError e) { // a runtime without management
                return false;
            }
        }
    }
}
