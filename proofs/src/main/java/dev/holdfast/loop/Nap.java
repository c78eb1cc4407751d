package dev.holdfast.loop;

/// A sleep that only a wake-up ends, for the proofs that none is lost.
public final class Nap {
    // Nanoseconds. So long no thread is kept from running; but once a wake-up was lost, which is enough, all naps are
    // short: else there would be thousands of them to sleep through.
    private static volatile long limit = 10_000_000_000L;

    private Nap() {}

    /// Sleeps in `poller`.
    ///
    /// @param poller woken by another thread, before this or meanwhile
    /// @return false if it slept to the end, because the wake-up was lost
    public static boolean endsEarlyIn(Poller poller) {
        long most = limit;
        long start = System.nanoTime();
        poller.poll(most);
        boolean early = System.nanoTime() - start < most;
        if (!early) limit = 1_000_000;
        return early;
    }
}
