package dev.holdfast.loop;

import static java.util.Objects.requireNonNull;

import dev.holdfast.carrier.Callback;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/// The door by which other threads enter a loop, and the only one. Open it on the loop ([IOLoop#external]) and hand
/// it to the thread: while it is open the loop knows that somebody may still come, and keeps running.
///
/// Close it when nobody will come any more; one that is forgotten is closed when it has been collected.
///
/// ```
/// var door = IOLoop.current().external("sensor");
/// Thread.ofPlatform().start(() -> {
///     try (door) {
///         door.execute(() -> values.tryPut(42));
///     }
/// });
/// ```
public final class External implements Executor, AutoCloseable {
    private static final Cleaner CLEANER = Cleaner.create();

    private final Door door; // what outlives this handle

    External(IOLoop loop, String name) {
        this.door = new Door(loop, name);
        CLEANER.register(this, door::close);
    }

    /// Runs `callback` on the loop, in a later turn. Any thread may call it. Those of one thread run in the order
    /// of their calls.
    ///
    /// @throws RejectedExecutionException if this, or its loop, was closed
    @Override
    public void execute(Runnable callback) {
        if (!tryExecute(callback)) throw new RejectedExecutionException(this + " is closed");
    }

    /// Runs `callback` on the loop, in a later turn, like [#execute], but only says so if it cannot. Any thread may
    /// call it.
    ///
    /// @param callback what it throws is logged
    /// @return false if this, or its loop, was closed: then the callback never runs
    public boolean tryExecute(Runnable callback) {
        requireNonNull(callback, "callback");
        try {
            return door.enter(callback);
        } finally {
            Reference.reachabilityFence(this); // else it might be closed as collected while the callback goes through
        }
    }

    /// Nobody will come any more. Any thread may call it; the second time does nothing.
    @Override
    public void close() {
        try {
            door.close();
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /// From now on the loop does not keep running for it. Any thread may call it.
    ///
    /// @return this handle
    public External unref() {
        try {
            door.release();
            return this;
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /// {@return its kind and name: `External[sensor]`}
    @Override
    public String toString() {
        return door.toString();
    }

    /// What a handle stands for. It must not know the handle, or that would never be collected.
    private static final class Door {
        private final IOLoop loop;
        private final String name;
        private final AtomicBoolean closed = new AtomicBoolean();
        private final AtomicBoolean released = new AtomicBoolean();

        Door(IOLoop loop, String name) {
            this.loop = loop;
            this.name = name;
            loop.hold();
        }

        boolean enter(Runnable callback) {
            Callback entry = () -> loop.call(callback);
            if (closed.get() || !loop.bring(entry)) return false;
            // Closed meanwhile, by another thread: the loop may have ended before this came.
            return !closed.get() || !loop.carrier().takeBack(entry);
        }

        void close() {
            if (closed.compareAndSet(false, true)) release();
        }

        // By way of the inbox: what was brought before still counts until it has arrived.
        void release() {
            Callback release = loop::release;
            if (released.compareAndSet(false, true)) loop.bring(release);
        }

        @Override
        public String toString() {
            return "External[" + name + "]";
        }
    }
}
