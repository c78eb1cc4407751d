package dev.holdfast.lifetime;

import java.lang.management.ManagementFactory;

/// How much of the heap is in use, for tests that something leaves nothing behind.
final class Heap {
    /// So many bytes come and go by themselves.
    static final long NOISE = 200_000;

    private static final int COLLECTIONS = 2; // the least of so many looks

    private Heap() {}

    /// Returns how many bytes are in use once what can be collected was.
    static long used() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
            least = Math.min(
                    least,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return least;
    }
}
