package dev.holdfast.carrier;

import dev.holdfast.time.Agenda;
import dev.holdfast.time.Clock;
import dev.holdfast.time.Due;
import java.util.concurrent.Delayed;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The end of a timed park of the JDK's: what `Thread.sleep` or `tryLock(time)` of a coroutine waits for. Kept by
/// its carrier and fired on the carrier's own thread, because the poller may itself be the one who sleeps.
///
/// The JDK only ever starts and cancels these; nobody waits for one, so it has no result.
final class TimedPark extends Due implements ScheduledFuture<Void> {
    private static final long LONGEST = Long.MAX_VALUE / 2; // moments are compared by their difference

    private final Agenda<TimedPark> home;
    private final Runnable end;
    private boolean cancelled;

    TimedPark(Agenda<TimedPark> home, Runnable end, long nanos) {
        super(Clock.SYSTEM.nanos() + Math.min(nanos, LONGEST));
        this.home = home;
        this.end = end;
    }

    void fire() {
        end.run();
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        cancelled = home.remove(this);
        return cancelled;
    }

    @Override
    public boolean isCancelled() {
        return cancelled;
    }

    @Override
    public boolean isDone() {
        return !isListed();
    }

    @Override
    public long getDelay(TimeUnit unit) {
        return unit.convert(moment() - Clock.SYSTEM.nanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed that) {
        return Long.compare(getDelay(TimeUnit.NANOSECONDS), that.getDelay(TimeUnit.NANOSECONDS));
    }

    @Override
    public @Nullable Void get() {
        throw new UnsupportedOperationException("a timed park has no result");
    }

    @Override
    public @Nullable Void get(long timeout, TimeUnit unit) {
        throw new UnsupportedOperationException("a timed park has no result");
    }
}
