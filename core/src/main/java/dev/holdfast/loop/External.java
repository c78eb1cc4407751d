package dev.holdfast.loop;

import static java.util.Objects.requireNonNull;

import dev.holdfast.carrier.Callback;
import dev.holdfast.chain.Link;
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
    final Door door; // what outlives this handle

    private External(Door door) {
        this.door = door;
        Collected.watch(this, door, Door::forgotten);
    }

    /// For the floors above: opens a door that says something when it was forgotten. [IOLoop#external] opens the
    /// usual ones.
    ///
    /// @param loop where it leads
    /// @param name for people
    /// @param ifForgotten the last callback that comes through it, when this handle was collected and it is still
    /// open and counted; must not know the handle
    /// @return the door, which keeps `loop` running until it is closed
    /// @throws IllegalStateException if `loop` is closed, or runs on another thread
    public static External open(IOLoop loop, String name, Runnable ifForgotten) {
        return open(loop, new Door(loop, name, ifForgotten, false));
    }

    /// For the floors above: opens a door for loops that are judged together with this one. It keeps `loop` running
    /// too, but by itself it is nobody who may still come: whether the other loops can is theirs to say.
    ///
    /// @param loop where it leads
    /// @param name for people
    /// @return the door, which keeps `loop` running until it is closed
    /// @throws IllegalStateException if `loop` is closed, or runs on another thread
    public static External openInner(IOLoop loop, String name) {
        return open(loop, new Door(loop, name, () -> {}, true));
    }

    private static External open(IOLoop loop, Door door) {
        loop.checkDoor(loop);
        loop.hold(door);
        return new External(door);
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
        closeAfter(() -> {});
    }

    /// Runs `last` on the loop, in a later turn, and closes this in the same moment: of several who call it one
    /// gets in. The loop counts on it until `last` has run. Any thread may call it.
    ///
    /// @param last what it throws is logged
    /// @return false if this, or its loop, was closed: then `last` never runs
    public boolean closeAfter(Runnable last) {
        requireNonNull(last, "last");
        try {
            return door.leave(last);
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

    /// {@return whether somebody may still come through it: neither this nor its loop was closed} Any thread may ask.
    public boolean isOpen() {
        try {
            return door.isOpen();
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /// {@return its name, and whether it is open: `External[sensor], open`} Any thread may ask.
    public String describe() {
        return this + (isOpen() ? ", open" : ", closed");
    }

    /// {@return its kind and name: `External[sensor]`}
    @Override
    public String toString() {
        try {
            return "External[" + door.name + "]";
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /// What a handle stands for. It must not know the handle, or that would never be collected. While it counts,
    /// its loop holds it: so that what must be done for a forgotten one is done, and a dropped loop takes it along.
    static final class Door extends Link {
        final String name;
        private final IOLoop loop;
        private final Runnable ifForgotten;
        private final boolean inner;
        private final AtomicBoolean closed = new AtomicBoolean();

        private Door(IOLoop loop, String name, Runnable ifForgotten, boolean inner) {
            this.loop = loop;
            this.name = name;
            this.ifForgotten = ifForgotten;
            this.inner = inner;
        }

        boolean isInner() {
            return inner;
        }

        boolean isOpen() {
            return !closed.get() && loop.carrier().isOpen();
        }

        boolean enter(Runnable callback) {
            Callback entry = () -> loop.call(callback);
            if (closed.get() || !loop.bring(entry)) return false;
            // Closed meanwhile, by another thread: the loop may have ended before this came.
            return !closed.get() || !loop.carrier().takeBack(entry);
        }

        // By way of the inbox: what was brought before still counts until it has arrived.
        boolean leave(Runnable last) {
            return closed.compareAndSet(false, true)
                    && loop.bring(() -> {
                        loop.call(last);
                        unlink();
                    });
        }

        void release() {
            loop.bring(this::unlink);
        }

        void forgotten() {
            leave(ifForgotten);
        }
    }
}
