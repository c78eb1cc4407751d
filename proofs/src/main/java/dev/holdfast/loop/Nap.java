package dev.holdfast.loop;

/// A sleep that only a wake-up ends, for the proofs that none is lost.
public final class Nap {
    private static final long LONG = 5_000_000_000L; // nanoseconds: no thread is kept from running for so long

    private Nap() {}

    /// Sleeps in `poller`.
    ///
    /// @param poller woken by another thread, before this or meanwhile
    /// @return false if it slept to the end, because the wake-up was lost
    public static boolean endsEarlyIn(Poller poller) {
        long start = System.nanoTime();
        poller.poll(LONG);
        return System.nanoTime() - start < LONG;
    }
}
