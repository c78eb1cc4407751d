package dev.holdfast.net.testing;

import dev.holdfast.net.stream.BufferedStream;
import dev.holdfast.net.stream.ByteQueue;
import dev.holdfast.net.stream.ByteStream;
import dev.holdfast.net.stream.Inflow;
import dev.holdfast.net.stream.Outflow;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A stream whose peer is another one like it, with nothing but memory between: for tests, in virtual time too. It
/// keeps the same rules as a socket, back-pressure included.
///
/// ```
/// Sim.run(() -> {
///     var pair = MemoryStream.pair();
///     spawn("server", () -> serve(pair.far()));
///     pair.near().write("hello\n".getBytes());
///     assertEquals("HELLO", pair.near().readLine());
/// });
/// ```
public final class MemoryStream implements ByteStream {
    /// Two streams, each the other's peer.
    ///
    /// @param near one end
    /// @param far the other
    public record Pair(BufferedStream near, BufferedStream far) {}

    private final String name;
    private final int capacity;
    private final Inflow in = new Inflow(this, this::letPeerGoOn);
    private final Outflow out;
    private @Nullable MemoryStream peer; // set before anybody else sees this

    private MemoryStream(String name, int capacity) {
        this.name = name;
        this.capacity = capacity;
        this.out = new Outflow(this, capacity, this::handOn);
    }

    /// {@return two streams, each the other's peer, with as much room as sockets have}
    public static Pair pair() {
        return pair(Outflow.HIGH_WATER);
    }

    /// {@return two streams, each the other's peer}
    ///
    /// @param capacity how many bytes each way takes before it is full; as many again wait at either end of it
    /// @throws IllegalArgumentException if `capacity` is less than one
    public static Pair pair(int capacity) {
        if (capacity < 1) throw new IllegalArgumentException("capacity < 1: " + capacity);
        var near = new MemoryStream("near", capacity);
        var far = new MemoryStream("far", capacity);
        near.peer = far;
        far.peer = near;
        return new Pair(new BufferedStream(near), new BufferedStream(far));
    }

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
        in.close();
        out.close();
        handOn();
        if (peer != null) peer.out.fail(new IOException(this + " was closed"));
    }

    private void letPeerGoOn() {
        if (peer != null) peer.handOn();
    }

    private void handOn() {
        if (peer == null) return;
        var bytes = out.waiting();
        peer.in.add(bytes, Math.min(bytes.size(), peer.in.hasEnded() ? bytes.size() : capacity - peer.in.size()));
        if (out.hasEnded() && bytes.isEmpty()) peer.in.end();
        out.handedOn(false);
    }

    /// {@return `MemoryStream[near]` or `MemoryStream[far]`}
    @Override
    public String toString() {
        return "MemoryStream[" + name + "]";
    }
}
