package dev.holdfast.net.netty;

/// Who watches channels of somebody else's, for one loop. Called on the poller's thread.
sealed interface Sentry permits OnLoop, Beside {
    /// Has `wait` told when its channel is ready, or cannot be watched.
    ///
    /// @param wait the only one of its kind for its channel
    void watch(Ready wait);

    /// Lets go of its channel, unless somebody else waits for that.
    ///
    /// @param wait perhaps never watched, or told already
    void forget(Ready wait);

    /// The loop is being closed.
    void leave();
}
