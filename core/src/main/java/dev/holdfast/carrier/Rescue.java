package dev.holdfast.carrier;

import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;

/// Where coroutines of a closed loop run to their end, when something wakes them after all: one thread for all of
/// them, so that two of the same loop still never run at once.
final class Rescue {
    private static final ThreadFactory DAEMON =
            body -> Thread.ofPlatform().name("holdfast-rescue").daemon().unstarted(body);

    /// Started by the first who needs it.
    static final ScheduledThreadPoolExecutor EXECUTOR = new ScheduledThreadPoolExecutor(1, DAEMON);

    private Rescue() {}
}
