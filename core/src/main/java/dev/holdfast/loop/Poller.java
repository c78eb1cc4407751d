package dev.holdfast.loop;

/// Where a loop sleeps. I/O layers replace it with a selector.
public interface Poller {
    /// Returns when something happened, [#wakeup] was called, or `nanos` have passed; [Long#MAX_VALUE] means that
    /// there is no limit, 0 that there is no sleep. It may return early. Called by the loop alone, on a thread that
    /// may park.
    void poll(long nanos);

    /// Ends the current [#poll], or the next one if none is going on. Any thread may call it, also after the close;
    /// it must not block.
    void wakeup();

    /// Returns whether something outside of the program may still make it return: a socket it listens on, say.
    default boolean isWatching() {
        return false;
    }

    /// Lets go of what it holds. Called once, when its loop is closed.
    default void close() {}

    /// A poller that waits for nothing but its wake-up.
    static Poller parking() {
        return new ParkingPoller();
    }
}
