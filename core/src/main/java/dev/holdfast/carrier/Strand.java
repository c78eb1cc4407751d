package dev.holdfast.carrier;

import org.jspecify.annotations.Nullable;

/// A body that runs on a virtual thread of its own, carried by a [Carrier].
///
/// The thread finds its strand again through its handler of uncaught exceptions, which the strand is: one field
/// that every thread has anyway, where a [ThreadLocal] would cost each of a million parked threads two hundred
/// bytes. Code that replaces the handler of its own thread is still found, by a slower look into the carrier's
/// table.
public abstract class Strand implements Runnable, Thread.UncaughtExceptionHandler {
    private static final System.Logger LOG = System.getLogger(Strand.class.getPackageName());

    final Carrier carrier;

    @Nullable Thread thread; // set when started

    /// A strand that `carrier` will run.
    ///
    /// @param carrier that of its loop
    protected Strand(Carrier carrier) {
        this.carrier = carrier;
    }

    /// {@return the strand that the current thread runs, or null if it runs none}
    public static @Nullable Strand current() {
        return of(Thread.currentThread());
    }

    /// {@return the strand that `thread` runs, or null if it runs none} Any thread may ask.
    ///
    /// @param thread anybody's
    public static @Nullable Strand of(Thread thread) {
        if (thread.getUncaughtExceptionHandler() instanceof Strand strand) return strand;
        return thread.isVirtual() ? Presence.strandOf(thread) : null;
    }

    /// {@return who carries it}
    public final Carrier carrier() {
        return carrier;
    }

    /// {@return its thread, or null before it was started}
    public final @Nullable Thread thread() {
        return thread;
    }

    /// The thread's whole body. Must not throw.
    protected abstract void act();

    /// Runs on the thread, once; not to be called.
    @Override
    public final void run() {
        carrier.goesOn();
        try {
            act();
        } finally {
            carrier.ended(this);
        }
    }

    /// Says that [#act] broke its promise not to throw.
    @Override
    public void uncaughtException(Thread thread, Throwable error) {
        carrier.complain(LOG, System.Logger.Level.ERROR, this + " threw", error);
    }
}
