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
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Looks from a thread of its own at every loop, twice within the limit. A loop found in the same hands all that time
/// is held for too long.
///
/// Nobody tells it anything: it compares the numbers that the carriers give their holds, and asks who it is only
/// when one has lasted. *Who is named really did it*: the stack counts only if the hold is the same before and after
/// it was taken.
///
/// *The time of a look that came late is nobody's.* When the process was suspended, or the whole machine, or a
/// collection stopped everybody, the watchdog overslept like all the others, and what it did not see it does not
/// count.
///
/// *It costs nothing where nothing happens.* After a second of looks that found every loop asleep it dozes, until a
/// loop wakes up; after ten seconds of that its thread ends, and the next loop that wakes up starts another. Between
/// two looks it knows loops weakly, and it never looks at one that does not run, which may be garbage.
///
/// ```
///           wake                     nobody holds a loop, for a second
///   gone ─────────► looking ──────────────────────────────────────────► dozing
///    ▲                 ▲                     wake                         │ │
///    │                 └──────────────────────────────────────────────────┘ │ for ten seconds
///    └──────────────────────────────────────────────────────────────────────┘
/// ```
///
/// Who wakes up says so after his hold can be seen, and then looks at the state; the watchdog sets the state, and then
/// looks at the holds. So one of the two sees the other.
final class Watchdog {
    private enum State {
        GONE,
        LOOKING,
        DOZING
    }

    private static final System.Logger LOG = System.getLogger(Watchdog.class.getPackageName());
    private static final int LOOKS = 2; // within the limit
    private static final int LATE = 2; // times the time between two looks
    private static final long UNTIL_DOZE = Duration.ofSeconds(1).toNanos();
    private static final long DOZE = Duration.ofSeconds(10).toNanos();

    private final Duration limit;
    private final long period; // nanoseconds between two looks
    private final Predicate<Carrier> isWatched;
    private final ThreadFactory threads = Thread.ofPlatform()
            .name("holdfast-watchdog")
            .daemon()
            .inheritInheritableThreadLocals(false)
            .factory();
    private final AtomicReference<State> state = new AtomicReference<>(State.GONE);
    private volatile @Nullable Thread dozer; // set before anybody dozes

    Watchdog(Duration limit, Predicate<Carrier> isWatched) {
        this.limit = limit;
        this.period = limit.toNanos() / LOOKS;
        this.isWatched = isWatched;
    }

    /// For any thread, a carrying one too: somebody holds a loop.
    void wake() {
        var before = state.get();
        if (before == State.LOOKING || !state.compareAndSet(before, State.LOOKING)) return;
        if (before == State.DOZING) LockSupport.unpark(dozer);
        else start();
    }

    private void start() {
        try {
            threads.newThread(new Shift()).start();
        } catch (OutOfMemoryError e) { // no thread to be had; that is not worth a loop
            state.set(State.GONE);
        }
    }

    private boolean isAnyoneHeld() {
        for (var carrier : Carrier.carrying()) if (isWatched.test(carrier) && carrier.isHeld()) return true;
        return false;
    }

    /// What one thread does, from its start until it has dozed in vain.
    private final class Shift implements Runnable {
        private final Map<Carrier, Watch> watches = new WeakHashMap<>();
        private long last = Clock.SYSTEM.nanos(); // when it looked
        private long busy = last; // when somebody was last known to hold a loop

        @Override
        public void run() {
            dozer = Thread.currentThread();
            do look();
            while (rest());
        }

        private void look() {
            long now = Clock.SYSTEM.nanos();
            long nanos = seen(now - last);
            for (var carrier : Carrier.carrying()) if (isWatched.test(carrier)) look(carrier, now, nanos);
            last = now;
            if (isAnyoneHeld()) busy = now;
        }

        /// Returns how much of the time since the last look was really watched.
        private long seen(long passed) {
            return passed > LATE * period ? 0 : Math.min(passed, period);
        }

        @SuppressWarnings("CatchThrowable") // whatever a log's handler throws, the loops stay watched
        private void look(Carrier carrier, long now, long nanos) {
            try {
                Watchdog.look(carrier, watches.computeIfAbsent(carrier, _ -> new Watch(limit)), now, nanos);
            } catch (Throwable e) {
                // and the next look comes
            }
        }

        private boolean rest() {
            if (last - busy >= UNTIL_DOZE) return doze();
            park(period);
            return true;
        }

        /// Returns whether somebody woke it.
        private boolean doze() {
            state.set(State.DOZING);
            if (!isAnyoneHeld()) park(DOZE);
            else state.compareAndSet(State.DOZING, State.LOOKING);
            busy = Clock.SYSTEM.nanos();
            return !state.compareAndSet(State.DOZING, State.GONE);
        }

        private void park(long nanos) {
            LockSupport.parkNanos(Watchdog.this, nanos);
            var _ = Thread.interrupted(); // else the next park would not sleep
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
