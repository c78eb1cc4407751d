package dev.holdfast.lifetime;

import java.lang.ref.Reference;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// A storm of collections, on another thread, as long as it is open.
final class Collecting implements AutoCloseable {
    static final int PATIENCE = 100; // collections

    private static final long BETWEEN = 500_000; // nanoseconds; without a break hardly anybody else ever runs

    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicInteger collections = new AtomicInteger();

    Collecting() {
        Thread.ofPlatform().daemon().start(this::collect);
    }

    private void collect() {
        for (; !over.get(); collections.incrementAndGet()) {
            System.gc();
            LockSupport.parkNanos(BETWEEN);
        }
    }

    /// Returns how many there have been.
    int collections() {
        return collections.get();
    }

    /// Collects until `reference` is cleared, or patience is over; returns whether it is.
    static boolean clears(Reference<?> reference) {
        for (int i = 0; i < PATIENCE && !reference.refersTo(null); i++) System.gc();
        return reference.refersTo(null);
    }

    @Override
    public void close() {
        over.set(true);
    }
}
