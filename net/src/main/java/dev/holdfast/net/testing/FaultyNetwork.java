package dev.holdfast.net.testing;

import static java.util.Objects.requireNonNull;

import dev.holdfast.loop.Chance;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.net.stream.BufferedStream;
import dev.holdfast.net.stream.Outflow;
import java.time.Duration;
import java.util.random.RandomGenerator;

/// A network at its worst: what is sent over it comes late, in pieces, slowly, or no more, as the seed decides.
/// For tests of whatever is written against [dev.holdfast.net.stream.ByteStream], in virtual time.
///
/// ```
/// Sim.explore(1_000, () -> {
///     var network = FaultyNetwork.open().split().delay(ofSeconds(2)).reset(0.01).silence(0.01);
///     var pair = network.pair();
///     spawn("server", () -> serve(pair.far()));
///     talk(pair.near());
/// });
/// ```
///
/// Without a fault it is a good network: everything comes in a later turn, whole and in order. What was sent
/// travels in pieces, one for each write unless there is too much of it or the network [splits][#split]; the
/// end of a stream is the last. For each piece the seed decides anew what happens to it. What is still on its
/// way when a [dev.holdfast.testing.Sim] has run its body never comes.
///
/// Who waits for what a silent network has swallowed, and has set himself no limit, is told by a
/// [dev.holdfast.lifetime.Deadlock] if nobody else has anything to do.
public final class FaultyNetwork {
    private static final int EVERYTHING = Integer.MAX_VALUE;

    private final IOLoop loop;
    private boolean splits;
    private Duration longest = Duration.ZERO; // that a piece is on its way
    private double resetChance; // of each piece
    private double silenceChance; // of each piece
    private double slowShare; // of the ways of connections
    private int slowRate = EVERYTHING; // bytes per second of those
    private int connections;
    private int resets;
    private int silences;

    private FaultyNetwork(IOLoop loop) {
        this.loop = loop;
    }

    /// {@return a network of the current loop, without a fault}
    ///
    /// @throws IllegalStateException if the current thread runs no loop
    public static FaultyNetwork open() {
        return new FaultyNetwork(IOLoop.current());
    }

    // ---- what goes wrong from now on

    /// From now on what is sent comes in pieces, cut where the seed says.
    ///
    /// @return this network
    public FaultyNetwork split() {
        splits = true;
        return this;
    }

    /// From now on each piece comes up to `longest` later. Those of one way still come in order.
    ///
    /// @param longest the most by which the seed may delay a piece
    /// @return this network
    /// @throws IllegalArgumentException if `longest` is negative
    public FaultyNetwork delay(Duration longest) {
        if (longest.isNegative()) throw new IllegalArgumentException("delay < 0: " + longest);
        this.longest = requireNonNull(longest, "longest");
        return this;
    }

    /// From now on a piece may be lost and its connection with it: who was to get the piece is told that the
    /// connection was reset, and then, if that comes through, who sent it.
    ///
    /// @param chance that it happens to a piece, from 0 to 1
    /// @return this network
    /// @throws IllegalArgumentException if `chance` is not between 0 and 1
    public FaultyNetwork reset(double chance) {
        resetChance = checked("chance", chance);
        return this;
    }

    /// From now on a piece may be the first of those that never come: whoever it was sent to hears nothing any
    /// more, no bytes, no end and no reset. The connection is half-open: the other way still works. Who sends
    /// there is not told either, but has to wait when as much is on its way as the connection takes.
    ///
    /// @param chance that it happens to a piece, from 0 to 1
    /// @return this network
    /// @throws IllegalArgumentException if `chance` is not between 0 and 1
    public FaultyNetwork silence(double chance) {
        silenceChance = checked("chance", chance);
        return this;
    }

    /// From now on some of the new connections have slow readers: what is sent to such a one comes one piece
    /// after the other, and each takes its time.
    ///
    /// @param share of the ways, of which a connection has two, from 0 to 1
    /// @param bytesPerSecond how many a slow one takes, on average
    /// @return this network
    /// @throws IllegalArgumentException if `share` is not between 0 and 1, or `bytesPerSecond` is less than one
    public FaultyNetwork slow(double share, int bytesPerSecond) {
        if (bytesPerSecond < 1) throw new IllegalArgumentException("bytesPerSecond < 1: " + bytesPerSecond);
        slowShare = checked("share", share);
        slowRate = bytesPerSecond;
        return this;
    }

    private static double checked(String what, double number) {
        if (!(number >= 0 && number <= 1)) throw new IllegalArgumentException(what + " not in 0..1: " + number);
        return number;
    }

    // ---- connections

    /// {@return two streams, each the other's peer, with this network between them, and as much room as sockets
    /// have}
    public MemoryStream.Pair pair() {
        return pair(Outflow.HIGH_WATER);
    }

    /// {@return two streams, each the other's peer, with this network between them}
    ///
    /// @param capacity how many bytes each way takes at most, on their way and not read yet; as many again wait
    /// to be sent before who writes has to wait
    /// @throws IllegalArgumentException if `capacity` is less than one
    public MemoryStream.Pair pair(int capacity) {
        if (capacity < 1) throw new IllegalArgumentException("capacity < 1: " + capacity);
        connections++;
        var near = new FaultyStream("near-" + connections, capacity);
        var far = new FaultyStream("far-" + connections, capacity);
        near.join(new FaultyWay(this, near, far, capacity, rate()), far);
        far.join(new FaultyWay(this, far, near, capacity, rate()), near);
        return new MemoryStream.Pair(new BufferedStream(near), new BufferedStream(far));
    }

    /// {@return how many connections were reset so far}
    public int resets() {
        return resets;
    }

    /// {@return on how many ways nothing comes any more}
    public int silences() {
        return silences;
    }

    // ---- what the seed decides

    private int rate() {
        return chance().nextDouble() < slowShare ? slowRate : EVERYTHING;
    }

    int pieceOf(int bytes) {
        return splits ? 1 + chance().nextInt(bytes) : bytes;
    }

    Duration longest() {
        return longest;
    }

    boolean fallsSilent() {
        if (chance().nextDouble() >= silenceChance) return false;
        silences++;
        return true;
    }

    boolean breaks() {
        if (chance().nextDouble() >= resetChance) return false;
        resets++;
        return true;
    }

    private RandomGenerator chance() {
        return Chance.on(loop);
    }

    /// {@return its kind and how many connections it has had: `FaultyNetwork[2]`}
    @Override
    public String toString() {
        return "FaultyNetwork[" + connections + "]";
    }
}
