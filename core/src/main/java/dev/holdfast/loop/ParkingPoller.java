package dev.holdfast.loop;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Sleeps by parking its thread.
final class ParkingPoller implements Poller {
    private volatile @Nullable Thread sleeper; // null while nobody polls
    private volatile boolean woken;

    @Override
    public void poll(long nanos) {
        if (nanos == 0) return; // a wake-up ends the next sleep, if it is still wanted
        sleeper = Thread.currentThread();
        if (!woken) {
            if (nanos == Long.MAX_VALUE) LockSupport.park(this);
            else LockSupport.parkNanos(this, nanos);
        }
        sleeper = null;
        woken = false;
    }

    @Override
    public void wakeup() {
        woken = true;
        LockSupport.unpark(sleeper);
    }
}
