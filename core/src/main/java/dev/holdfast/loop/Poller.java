package dev.holdfast.loop;

/// Where a loop sleeps. I/O layers replace it with a selector.
public interface Poller {
    /// Sleeps until something happens, [#wakeup] is called, or `nanos` have passed. It may return early. Called by
    /// the loop alone, on a thread that may park.
    ///
    /// @param nanos [Long#MAX_VALUE] means that there is no limit, 0 that there is no sleep
    void poll(long nanos);

    /// Ends the current [#poll], or the next one if none is going on. Any thread may call it, also after the close;
    /// it must not block.
    void wakeup();

    /// {@return whether something outside of the program may still make it return: a socket it listens on, say}
    default boolean isWatching() {
        return false;
    }

    /// Lets go of what it holds. Called once, when its loop is closed.
    default void close() {}

    /// {@return a poller that waits for nothing but its wake-up}
    static Poller parking() {
        return new ParkingPoller();
    }
}
