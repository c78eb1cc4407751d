package dev.holdfast.net.netty;

import dev.holdfast.loop.Timer;
import dev.holdfast.net.stream.ByteQueue;
import dev.holdfast.net.stream.ByteStream;
import dev.holdfast.net.stream.Inflow;
import dev.holdfast.net.stream.Outflow;
import dev.holdfast.net.stream.Segment;
import dev.holdfast.net.stream.StreamClosed;
import dev.holdfast.time.Span;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.socket.SocketChannelConfig;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A stream over a socket of Netty's.
///
/// What comes is read ahead, up to a mark; who leaves more than that unread has the socket left alone, and so the
/// peer has to wait. What is written goes to the poller's thread, which hands it to Netty, all of one turn
/// together; when that has more than the system takes, writers wait.
///
/// ```
///   tasks                     the poller's thread
///   write ──► Outflow ──────► flush ──► Netty ──► system
///   read  ◄── Inflow  ◄────── Netty's handler ◄── system
/// ```
///
/// *Closing* lets what was written go out first, for as long as the peer takes it, and no longer than [#PATIENCE]
/// in all. Meanwhile the loop counts it as somebody who has to leave.
public final class SocketStream implements ByteStream {
    /// How long a stream that was closed tries to send what was written before.
    public static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final System.Logger LOG = System.getLogger(SocketStream.class.getPackageName());
    private static final int HIGH_WATER = Outflow.HIGH_WATER; // bytes read ahead, and bytes of which Netty has enough
    private static final int MOST_AHEAD = 2 * HIGH_WATER; // bytes, before anybody had a turn to take them
    private static final int MOST_ENCRYPTED = 256 * 1024; // bytes, before others have their turn
    private static final WriteBufferWaterMark MARKS = new WriteBufferWaterMark(HIGH_WATER / 2, HIGH_WATER);

    private final Network network;
    private final Channel channel;
    private final SocketAddress peer;
    private boolean paused; // enough was read ahead
    private final Inflow in = new Inflow(this, () -> {
        if (paused) settleLater();
    });
    private final Outflow out = new Outflow(this, HIGH_WATER, this::settleLater);
    private final Runnable settling = this::settle;
    private boolean settles; // soon
    private boolean closed; // here
    private @Nullable IOException failure; // of which whoever waited was told
    private boolean finishing; // nothing more is written, and what was goes out
    private boolean finished; // it has gone out
    private boolean counted = true; // by the poller
    private boolean referenced = true; // the loop keeps running for it
    private @Nullable Timer patience; // while what was written before a close goes out
    private final OpenEntry entry = new OpenEntry(this::drop);
    private @Nullable TlsLayer tls; // null while bytes go in clear
    private Runnable lost = () -> {}; // told when it has failed and nobody waits here
    private Runnable dropped = () -> {}; // told when nobody has closed it and its loop is

    /// On the poller's thread: a stream over `channel`, which was not registered yet.
    SocketStream(Network network, Channel channel, SocketAddress peer) {
        this.network = network;
        this.channel = channel;
        this.peer = peer;
        network.poller().watch(true);
        network.enter(entry);
        channel.config().setWriteBufferWaterMark(MARKS);
        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        channel.pipeline().addLast(new Ear());
        var _ = channel.closeFuture().addListener(_ -> network.later(this::gone)); // after Netty has said why
    }

    @Override
    public boolean read(ByteQueue into) {
        network.loop().checkDoor(this);
        return in.read(into);
    }

    @Override
    public void write(ByteQueue from) {
        network.loop().checkDoor(this);
        out.write(from);
    }

    @Override
    public void closeWrite() {
        network.loop().checkDoor(this);
        if (out.hasEnded()) return;
        out.end();
        settleLater();
    }

    @Override
    public void close() {
        if (closed || network.loop().isClosed()) return;
        network.loop().checkDoor(this);
        closed = true;
        entry.unlink();
        in.close();
        out.close();
        if (channel.isOpen()) network.leaving(true);
        if (tls != null) tls.closed();
        settleLater();
    }

    /// {@return its own address}
    public @Nullable SocketAddress localAddress() {
        return Addresses.ofJdk(channel.localAddress());
    }

    /// {@return the address of its peer}
    public SocketAddress peerAddress() {
        return peer;
    }

    /// {@return whether it was closed here, or has failed}
    public boolean isClosed() {
        return closed || !channel.isOpen();
    }

    /// From now on the loop does not keep running for it.
    public void unref() {
        network.loop().checkDoor(this);
        referenced = false;
        recount();
    }

    /// From now on few bytes are sent at once, or are kept back until there are more.
    ///
    /// @param on whether they are sent at once
    public void noDelay(boolean on) {
        set(ChannelOption.TCP_NODELAY, on);
    }

    /// From now on the system asks a silent peer now and then if it still lives, or does not.
    ///
    /// @param on whether it asks
    public void keepAlive(boolean on) {
        set(ChannelOption.SO_KEEPALIVE, on);
    }

    private void set(ChannelOption<Boolean> option, boolean on) {
        network.loop().checkDoor(this);
        network.later(() -> {
            if (channel.isOpen()) channel.config().setOption(option, on);
        });
    }

    /// Has `lost` told, on the poller's thread, when the connection has failed and nobody is in a read or a write
    /// who would be told by that.
    ///
    /// @param lost must not wait
    public void whenLost(Runnable lost) {
        this.lost = lost;
    }

    /// Has `dropped` told when its loop is closed, unless it was closed before.
    ///
    /// @param dropped must not wait
    public void whenDropped(Runnable dropped) {
        this.dropped = dropped;
    }

    /// {@return how it goes by TLS; null if bytes go in clear}
    public @Nullable TlsLayer tls() {
        return tls;
    }

    /// From now on bytes go by way of the layer that this returns.
    TlsLayer goBy(@Nullable String host) {
        network.loop().checkDoor(this);
        if (tls != null) throw new IllegalStateException(this + " goes by TLS already");
        if (failure != null) throw new StreamClosed(this + " failed: " + failure.getMessage(), failure);
        if (out.hasEnded()) throw new IllegalStateException(this + " has ended, and cannot go by TLS any more");
        var clear = new ByteQueue();
        out.waiting().moveTo(clear);
        network.later(() -> handOver(clear));
        var layer = new TlsLayer(network, this, in, host);
        tls = layer;
        return layer;
    }

    void goInClear() {
        tls = null; // nothing has gone by it
        settleLater();
        if (out.waiting().isEmpty()) return;
        out.waiting().clear();
        network.later(() -> fail(new IOException("what was written to go by TLS is not sent in clear")));
    }

    /// Takes back what has come and was not read.
    ///
    /// @param into gets it all
    public void takeBack(ByteQueue into) {
        in.takeBack(into);
    }

    void settleLater() {
        if (settles) return;
        settles = true;
        network.later(settling);
    }

    // ---- on the poller's thread

    Channel channel() {
        return channel;
    }

    private void settle() {
        settles = false;
        flush();
        pauseOrNot();
        if (out.hasEnded()) finishSoon();
        recount();
    }

    /// Comes after the turn of who reads, who often has taken everything: then nothing need be said to the system.
    private void pauseOrNot() {
        boolean isEnough = in.size() >= HIGH_WATER;
        if (isEnough != paused && !closed) pause(isEnough);
    }

    private void pause(boolean on) {
        paused = on;
        channel.config().setAutoRead(!on);
    }

    private void flush() {
        var waiting = out.waiting();
        if (waiting.isEmpty() || !isAgreed()) return; // not in clear, nor to whom we don't know yet
        if (tls == null) {
            handOver(waiting);
        } else if (channel.isWritable()) { // TLS would encrypt it all, whether it can be sent or not
            var some = new ByteQueue();
            waiting.moveTo(some, Math.min(waiting.size(), MOST_ENCRYPTED));
            handOver(some);
        }
        if (!waiting.isEmpty() && channel.isWritable()) settleLater();
        out.handedOn(!channel.isWritable());
    }

    private boolean isAgreed() {
        return tls == null || tls.session() != null;
    }

    private void handOver(ByteQueue bytes) {
        if (!channel.isOpen()) bytes.clear();
        for (Segment next; (next = bytes.removeFirst()) != null; ) {
            var _ = channel.write(bufOf(next), channel.voidPromise());
        }
        channel.flush();
    }

    /// TLS keeps for a while what it gets, so that is copied to stay.
    ByteBuf bufOf(Segment segment) {
        return network.poller().scratch().bufOf(segment, channel, tls != null);
    }

    private void finishSoon() {
        if (!finishing && isAgreed() && out.waiting().isEmpty()) {
            finishing = true;
            var _ = channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> finish());
        } else if (finished) {
            finish();
        }
        if (closed && channel.isOpen() && patience == null) patience = network.callLater(PATIENCE, this::giveUp);
    }

    /// Everything that was written has gone out, or nothing ever will.
    private void finish() {
        boolean wasFinished = finished;
        finished = true;
        boolean isOver = closed || in.hasEnded();
        if (wasFinished && !isOver) return;
        if (tls != null && !isOver) tls.sendEnd();
        else shutDown(isOver);
    }

    private void shutDown(boolean bothWays) {
        var _ = bothWays ? channel.close() : ((DuplexChannel) channel).shutdownOutput();
    }

    private void giveUp() {
        LOG.log(Level.WARNING, this + " was closed, and its peer did not take the rest in " + Span.words(PATIENCE));
        network.later(this::reset);
    }

    /// Ends the connection at once: what was not sent is dropped, and the peer told that something is wrong.
    void reset() {
        if (channel.config() instanceof SocketChannelConfig config && channel.isOpen()) config.setSoLinger(0);
        closeAtOnce();
    }

    /// TLS would have something to say first, and perhaps nobody to say it to.
    private void closeAtOnce() {
        channel.unsafe().close(channel.newPromise());
    }

    void fail(Throwable cause) {
        if (failure != null) return; // Netty says it again for each write that was not done
        failure = Failures.inWords(cause);
        boolean isTold = in.isAwaited() || out.isAwaited() || (tls != null && tls.isAwaited());
        in.fail(failure);
        out.fail(failure);
        if (tls != null) tls.failed(failure);
        if (!isTold && !closed) lost.run();
        closeAtOnce();
    }

    void failWrites(IOException cause) {
        out.fail(Failures.inWords(cause));
        settleLater();
    }

    void ended() {
        in.end();
        if (finished) finish();
        recount();
    }

    private void gone() {
        if (tls != null) tls.socketEnded();
        in.end();
        if (!out.hasEnded()) out.fail(new IOException("the connection is gone"));
        out.waiting().clear();
        if (patience != null && !network.loop().isClosed()) patience.cancel();
        if (closed) network.leaving(false);
        recount();
    }

    /// Its loop is being closed, and nobody has closed it: what was not read is nobody's.
    private void drop() {
        in.close();
        dropped.run();
    }

    private void recount() {
        boolean mayBringSomething =
                !in.hasEnded() || closed || out.isAwaited() || !out.waiting().isEmpty();
        boolean counts = channel.isOpen() && referenced && mayBringSomething;
        if (counts == counted) return;
        counted = counts;
        network.poller().watch(counts);
    }

    /// {@return `TcpStream[peer]` or `UnixStream[path]`}
    @Override
    public String toString() {
        var kind = peer instanceof UnixDomainSocketAddress ? "UnixStream" : "TcpStream";
        return kind + "[" + Addresses.inWords(peer) + "]";
    }

    /// What Netty tells of the socket.
    private final class Ear extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof ByteBuf buf) in.add(new BufSegment(buf));
            else ReferenceCountUtil.release(message);
            if (paused || in.size() < HIGH_WATER) return;
            if (in.size() < MOST_AHEAD) settleLater();
            else pause(true);
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            out.handedOn(!channel.isWritable());
            if (!out.waiting().isEmpty()) settleLater();
            recount();
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (tls != null) tls.heard(event);
            else if (event == ChannelInputShutdownEvent.INSTANCE) ended();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            fail(cause);
        }
    }
}
