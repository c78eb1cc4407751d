package dev.holdfast.net.testing;

import static java.util.Objects.requireNonNull;

import dev.holdfast.net.stream.ByteQueue;
import dev.holdfast.net.stream.ByteStream;
import dev.holdfast.net.stream.Inflow;
import dev.holdfast.net.stream.Outflow;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// One end of a connection over a [FaultyNetwork]. Like a socket it knows only what has come to it.
final class FaultyStream implements ByteStream {
    private final String name;
    private final Inflow in = new Inflow(this, this::letPeerGoOn);
    private final Outflow out;
    private @Nullable FaultyWay way; // to its peer; set, like the peer, before anybody else sees this
    private @Nullable FaultyStream peer;
    private boolean closed; // here
    private boolean failed;

    FaultyStream(String name, int capacity) {
        this.name = name;
        this.out = new Outflow(this, capacity, this::handOn);
    }

    void join(FaultyWay way, FaultyStream peer) {
        this.way = way;
        this.peer = peer;
    }

    // ---- for tasks

    @Override
    public boolean read(ByteQueue into) {
        return in.read(into);
    }

    @Override
    public void write(ByteQueue from) {
        out.write(from);
    }

    @Override
    public void closeWrite() {
        out.end();
        handOn();
    }

    @Override
    public void close() {
        closed = true;
        in.close();
        out.close();
        handOn();
        letPeerGoOn();
    }

    private void handOn() {
        way().carry();
    }

    private void letPeerGoOn() {
        requireNonNull(peer).handOn();
    }

    // ---- for its ways

    FaultyWay way() {
        return requireNonNull(way);
    }

    Outflow out() {
        return out;
    }

    long unread() {
        return in.size();
    }

    boolean hasFailed() {
        return failed;
    }

    /// Some bytes have come. Nobody is there to take them if this was closed, and who sent them hears of it.
    void hear(ByteQueue bytes) {
        in.add(bytes, bytes.size());
        if (closed && !failed) fail();
    }

    /// The peer sends no more.
    void hearEnd() {
        in.end();
    }

    /// The connection was reset.
    void hearReset() {
        if (failed) return;
        failed = true;
        var failure = new IOException("Connection reset");
        in.fail(failure);
        out.fail(failure);
    }

    /// The connection is reset, and its peer told.
    void fail() {
        hearReset();
        way().reset();
    }

    /// {@return `FaultyStream[near-1]` or `FaultyStream[far-1]`, with the number of the connection}
    @Override
    public String toString() {
        return "FaultyStream[" + name + "]";
    }
}
