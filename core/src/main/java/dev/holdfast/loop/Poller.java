package dev.holdfast.loop;

/// Where a loop sleeps. I/O layers replace it with a selector.
public interface Poller {
    /// Runs `turns`, in all of which the loop sleeps here, and around them whatever its thread needs for that.
    /// Called by the loop alone, anew for each run.
    ///
    /// @param turns run once, on the current thread
    default void around(Runnable turns) {
        turns.run();
    }

    /// Does what was left to be done on the loop's own thread since the last [#poll], before the loop decides how
    /// long it may sleep: that may wake somebody, or leave nothing to wait for. Called by the loop alone, before
    /// each poll.
    default void settle() {}

    /// Sleeps until something happens, [#wakeup] is called, or `nanos` have passed. It may return early. Called by
    /// the loop alone, on a thread that may park.
    ///
    /// @param nanos [Long#MAX_VALUE] means that there is no limit, 0 that there is no sleep
    void poll(long nanos);

    /// Ends the current [#poll], or the next one if none is going on. Any thread may call it, also after the close;
    /// it must not block.
    void wakeup();

    /// {@return whether something outside of the program may still make it return, a socket it listens on, say; or
    /// something is left for [#settle]}
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
