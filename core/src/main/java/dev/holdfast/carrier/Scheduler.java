package dev.holdfast.carrier;

import dev.holdfast.time.Agenda;
import dev.holdfast.time.Clock;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// What the JDK believes to be a pool: it hands continuations to `execute`, and timed parks to `schedule` instead of
/// to a timer thread of its own. It never starts a worker.
///
/// Both are total: they never block and never throw, also after the end; but for want of memory.
final class Scheduler extends ForkJoinPool {
    private static final long UNTIL_MEMORY = TimeUnit.MILLISECONDS.toNanos(100); // as long as the JDK waits for it

    private final MountedCarrier carrier;
    private final Agenda<TimedPark> timedParks = new Agenda<>(); // only the carrying thread

    Scheduler(MountedCarrier carrier) {
        super(1, defaultForkJoinWorkerThreadFactory, null, false, 0, 1, 0, null, 1, TimeUnit.SECONDS);
        this.carrier = carrier;
    }

    @Override
    public void execute(Runnable continuation) {
        carrier.admit(continuation);
    }

    /// Runs `end` after `delay`. For want of memory it waits: the JDK would not ask again, and the virtual thread be
    /// lost.
    @Override
    public ScheduledFuture<?> schedule(Runnable end, long delay, TimeUnit unit) {
        while (true) {
            try {
                if (!carrier.isHere()) return Rescue.EXECUTOR.schedule(end, delay, unit);
                var timedPark = new TimedPark(timedParks, end, unit.toNanos(delay));
                timedParks.add(timedPark);
                return timedPark;
            } catch (OutOfMemoryError e) {
                LockSupport.parkNanos(UNTIL_MEMORY);
            }
        }
    }

    boolean isDue() {
        return !timedParks.isEmpty() && timedParks.isDue(Clock.SYSTEM.nanos());
    }

    void fireDue() {
        if (timedParks.isEmpty()) return;
        long now = Clock.SYSTEM.nanos();
        for (TimedPark due; (due = timedParks.removeDue(now)) != null; ) due.fire();
    }

    long nanosUntilNext() {
        return timedParks.isEmpty() ? Long.MAX_VALUE : timedParks.nanosUntilNext(Clock.SYSTEM.nanos());
    }

    /// The carrier is closed: what is left is fired elsewhere.
    void leave() {
        long now = Clock.SYSTEM.nanos();
        for (TimedPark next; (next = timedParks.removeDue(now + timedParks.nanosUntilNext(now))) != null; ) {
            var _ = Rescue.EXECUTOR.schedule(next::fire, next.moment() - now, TimeUnit.NANOSECONDS);
        }
    }
}
