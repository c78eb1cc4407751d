package dev.holdfast.net.stream;

import dev.holdfast.loop.IOLoop;
import dev.holdfast.task.Task;
import dev.holdfast.task.Wait;
import dev.holdfast.task.Waker;
import org.jspecify.annotations.Nullable;

/// The way in of a stream: what has come and was not read yet, and the one task that waits for more. For those who
/// make streams.
///
/// Nothing is handed to who waits; it is woken, and takes for itself. So a read that is cancelled in that very
/// moment loses nothing (rule 22).
public final class Inflow {
    private final ByteStream stream; // named in messages
    private final Runnable taken;
    private final ByteQueue arrived = new ByteQueue();
    private final Arrival arrival = new Arrival();
    private @Nullable IOLoop home; // null until first touched on a loop
    private @Nullable Task<?> reader; // who waits for more; also when woken, until it has taken some
    private @Nullable Waker<@Nullable Void> waker; // of its wait
    private boolean ended; // nothing more will come
    private boolean closed; // here, and not by the peer
    private @Nullable Throwable failure; // what ended it, if that was not in order

    /// The way in of `stream`.
    ///
    /// @param stream whose `toString` names it
    /// @param taken told when everything that had come was read
    public Inflow(ByteStream stream, Runnable taken) {
        this.stream = stream;
        this.taken = taken;
    }

    // ---- for who reads

    /// Waits until there is something, and moves all there is to the end of `into`: see [ByteStream#read].
    ///
    /// @param into gets at least a byte, unless this is the end
    /// @return false at the end
    public boolean read(ByteQueue into) {
        var me = Task.current();
        me.check();
        home = IOLoop.claim(home, stream);
        if (reader != null) throw new IllegalStateException(stream + " is already being read by " + reader);
        if (isBare()) awaitMore(me);
        if (arrived.isEmpty()) return reachedEnd();
        arrived.moveTo(into);
        taken.run();
        return true;
    }

    private void awaitMore(Task<?> me) {
        reader = me;
        try {
            while (isBare()) Task.suspend(this, arrival);
        } finally {
            reader = null;
        }
    }

    private boolean isBare() {
        return arrived.isEmpty() && !ended;
    }

    private boolean reachedEnd() {
        if (closed) throw new StreamClosed(stream + " was closed here", null);
        if (failure != null) throw new StreamClosed(stream + " failed: " + failure.getMessage(), failure);
        return false;
    }

    // ---- for the stream itself

    /// {@return how many bytes were not read yet}
    public long size() {
        return arrived.size();
    }

    /// {@return whether nothing more will come}
    public boolean hasEnded() {
        return ended;
    }

    /// {@return whether somebody waits for more}
    public boolean isAwaited() {
        return reader != null;
    }

    /// Some bytes have come. After the end they are dropped.
    ///
    /// @param segment belongs to this from now on
    public void add(Segment segment) {
        if (ended) {
            segment.release();
            return;
        }
        arrived.add(segment);
        wake();
    }

    /// Some bytes have come. After the end they are dropped.
    ///
    /// @param bytes lose those
    /// @param count how many
    public void add(ByteQueue bytes, long count) {
        if (ended) bytes.skip(count);
        else bytes.moveTo(arrived, count);
        if (count > 0) wake();
    }

    /// Takes back what has come and was not read: for a stream that reads it otherwise from now on.
    ///
    /// @param into gets it all
    public void takeBack(ByteQueue into) {
        arrived.moveTo(into);
    }

    /// The peer sends no more.
    public void end() {
        end(null, false);
    }

    /// It has failed: what has come can still be read, and then `failure` is told.
    ///
    /// @param failure its message is what people read
    public void fail(Throwable failure) {
        end(failure, false);
    }

    /// It was closed here: nobody reads any more.
    public void close() {
        arrived.clear();
        end(null, true);
    }

    private void end(@Nullable Throwable failure, boolean here) {
        closed |= here;
        if (ended) return;
        ended = true;
        this.failure = failure;
        wake();
    }

    private void wake() {
        var waiting = waker;
        if (waiting == null) return;
        waker = null;
        waiting.wake(null);
    }

    /// Says what who waits is waiting for.
    @Override
    public String toString() {
        return "bytes of " + stream;
    }

    private final class Arrival implements Wait<@Nullable Void> {
        @Override
        public void begin(Waker<@Nullable Void> waker) {
            Inflow.this.waker = waker;
        }

        @Override
        public void abandon(Waker<@Nullable Void> waker) {
            Inflow.this.waker = null;
        }
    }
}
