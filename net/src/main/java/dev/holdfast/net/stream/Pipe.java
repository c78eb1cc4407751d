package dev.holdfast.net.stream;

import dev.holdfast.loop.IOLoop;
import dev.holdfast.sync.WaitQueue;
import dev.holdfast.task.Task;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/// A stream over an [InputStream], an [OutputStream], or both.
///
/// ```
///   tasks                    the pumps' threads
///   write ──► Outflow ─────► piece by piece ──► OutputStream
///   read  ◄── Inflow  ◄───── read ahead     ◄── InputStream
/// ```
///
/// One piece is under way at a time, each way. What comes is read ahead up to a mark; above it nobody reads, and so
/// whoever is at the other end has to wait. What is written waits here until the piece before it was taken.
final class Pipe implements ByteStream {
    private static final int PIECE = 64 * 1024; // bytes: as much as Linux keeps for a pipe

    private final IOLoop loop;
    private final String name;
    private final @Nullable InputStream source;
    private final @Nullable OutputStream sink;
    private final Inflow in = new Inflow(this, this::readAhead);
    private final Outflow out = new Outflow(this, Outflow.HIGH_WATER, this::handOn);
    private final WaitQueue<Task<?>> finishers = new WaitQueue<>();
    private final @Nullable Pump reading;
    private final @Nullable Pump writing;
    private final byte[] buffer; // touched by the thread that reads
    private boolean finished; // the sink is closed, or has failed
    private boolean closed;
    private @Nullable IOException failure; // of writing

    Pipe(IOLoop loop, String name, @Nullable InputStream source, @Nullable OutputStream sink) {
        this.loop = loop;
        this.name = name;
        this.source = source;
        this.sink = sink;
        this.reading = source == null ? null : new Pump(loop, name, source);
        this.writing = sink == null ? null : new Pump(loop, name, sink);
        this.buffer = new byte[source == null ? 0 : PIECE];
        readAhead();
    }

    // ---- for tasks

    @Override
    public boolean read(ByteQueue into) {
        loop.checkDoor(this);
        if (source == null) throw new IllegalStateException(this + " is written only");
        return in.read(into);
    }

    @Override
    public void write(ByteQueue from) {
        loop.checkDoor(this);
        if (sink == null) throw new IllegalStateException(this + " is read only");
        out.write(from);
    }

    @Override
    public void closeWrite() {
        loop.checkDoor(this);
        if (sink == null || out.hasEnded()) return;
        out.end();
        handOn();
    }

    /// Says that nothing more is written, and waits until all of it was taken, and the sink is closed.
    void finish() {
        var me = Task.current();
        me.check();
        closeWrite();
        if (sink != null && !finished && !closed) finishers.await(this, me);
        if (failure != null) throw new StreamClosed(this + " failed: " + failure.getMessage(), failure);
        if (closed) throw new StreamClosed(this + " was closed here", null);
    }

    @Override
    public void close() {
        if (closed || loop.isClosed()) return;
        loop.checkDoor(this);
        closed = true;
        in.close();
        if (reading != null) reading.close();
        out.close();
        finishers.wakeAll();
        if (writing != null) writing.leave();
        handOn();
    }

    // ---- the way in

    private void readAhead() {
        if (reading == null || !reading.isFree() || in.hasEnded() || in.size() >= Outflow.HIGH_WATER) return;
        reading.have(this::readPiece, this::came, this::failed);
    }

    /// On its own thread. Returns null at the end.
    private @Nullable Segment readPiece() throws IOException {
        if (source == null) return null;
        int count = source.read(buffer);
        return count < 0 ? null : HeapSegment.copyOf(buffer, 0, count);
    }

    private void came(@Nullable Segment piece) {
        if (piece == null) {
            in.end();
            if (reading != null) reading.close();
        } else {
            in.add(piece);
            readAhead();
        }
    }

    private void failed(IOException failure) {
        in.fail(inWords(failure));
        if (reading != null) reading.close();
    }

    // ---- the way out

    private void handOn() {
        if (writing == null || !writing.isFree()) return;
        var waiting = out.waiting();
        if (waiting.isEmpty()) {
            if (out.hasEnded()) writing.have(this::closeSink, _ -> finished(null), this::finished);
            return;
        }
        var piece = new ByteQueue();
        waiting.moveTo(piece, Math.min(waiting.size(), PIECE));
        writing.have(() -> writePiece(piece), _ -> taken(), this::finished);
    }

    /// On its own thread.
    private @Nullable Void writePiece(ByteQueue piece) throws IOException {
        if (sink == null) return null;
        try {
            sink.write(piece.take((int) piece.size()));
            sink.flush();
        } finally {
            piece.clear();
        }
        return null;
    }

    private @Nullable Void closeSink() throws IOException {
        if (sink != null) sink.close();
        return null;
    }

    private void taken() {
        out.handedOn(false);
        handOn();
    }

    private void finished(@Nullable IOException failure) {
        finished = true;
        if (failure != null) {
            this.failure = inWords(failure);
            out.fail(this.failure);
        }
        if (writing != null) writing.close();
        finishers.wakeAll();
    }

    private static IOException inWords(IOException failure) {
        return failure.getMessage() == null ? new IOException(failure.toString(), failure) : failure;
    }

    /// {@return its name}
    @Override
    public String toString() {
        return name;
    }
}
