package dev.holdfast.net.stream;

import dev.holdfast.loop.IOLoop;
import dev.holdfast.sync.WaitQueue;
import dev.holdfast.task.Task;
import org.jspecify.annotations.Nullable;

/// The way out of a stream: what was written and not handed on yet, and the tasks that wait because it is too much.
/// For those who make streams.
///
/// Up to a mark whoever writes goes on at once. Above it writers wait, until what they wrote is handed on and the
/// one who carries it on has room again. They wait after their bytes were taken, so the bytes of each stay together
/// and in the order of the calls.
public final class Outflow {
    /// How many bytes may wait to be handed on, if nothing else is said, before those who write have to wait: 64
    /// KiB.
    public static final int HIGH_WATER = 64 * 1024;

    private final ByteStream stream; // named in messages
    private final int highWater;
    private final Runnable written;
    private final ByteQueue waiting = new ByteQueue(); // to be handed on
    private @Nullable IOLoop home; // null until first touched on a loop
    private @Nullable WaitQueue<Task<?>> writers; // made by the first who has to wait
    private boolean congested; // what was handed on is more than is taken
    private boolean ended; // nothing more may be written
    private boolean closed; // nobody waits any more either
    private @Nullable Throwable failure; // what ended it, if that was not in order

    /// The way out of `stream`.
    ///
    /// @param stream whose `toString` names it
    /// @param highWater how many bytes may wait to be handed on before those who write have to wait
    /// @param written told when there is something to hand on
    public Outflow(ByteStream stream, int highWater, Runnable written) {
        this.stream = stream;
        this.highWater = highWater;
        this.written = written;
    }

    // ---- for who writes

    /// Takes all of `from`, and waits while that is too much: see [ByteStream#write].
    ///
    /// @param from emptied at once
    public void write(ByteQueue from) {
        var me = Task.current();
        me.check();
        home = IOLoop.claim(home, stream);
        if (ended) throw closed();
        if (from.isEmpty()) return;
        from.moveTo(waiting);
        written.run();
        while (isFull()) line().await(this, me);
        if (closed) throw closed();
    }

    private boolean isFull() {
        return !closed && (congested || waiting.size() > highWater);
    }

    private WaitQueue<Task<?>> line() {
        if (writers == null) writers = new WaitQueue<>();
        return writers;
    }

    private StreamClosed closed() {
        if (failure == null) return new StreamClosed(stream + " was closed here", null);
        return new StreamClosed(stream + " failed: " + failure.getMessage(), failure);
    }

    // ---- for the stream itself

    /// {@return what is to be handed on, for the stream to take out}
    public ByteQueue waiting() {
        return waiting;
    }

    /// {@return whether nothing more may be written}
    public boolean hasEnded() {
        return ended;
    }

    /// {@return whether somebody waits to go on writing}
    public boolean isAwaited() {
        return isFull();
    }

    /// What waits has changed, or how it goes on.
    ///
    /// @param congested whether more was handed on than is taken at the moment
    public void handedOn(boolean congested) {
        this.congested = congested;
        if (writers != null && !isFull()) writers.wakeAll();
    }

    /// Nothing more is written. What was still goes out, and who waits still does.
    public void end() {
        ended = true;
    }

    /// It was closed here: who waits is told. What was written still goes out.
    public void close() {
        ended = closed = true;
        if (writers != null) writers.wakeAll();
    }

    /// It has failed: who waits is told, and nothing more goes out.
    ///
    /// @param failure its message is what people read
    public void fail(Throwable failure) {
        if (this.failure != null) return;
        this.failure = failure;
        waiting.clear();
        close();
    }

    /// Says what who waits is waiting for.
    @Override
    public String toString() {
        return "room in " + stream;
    }
}
