package dev.holdfast.net.netty;

import dev.holdfast.net.stream.StreamClosed;
import dev.holdfast.task.Task;
import dev.holdfast.task.Wait;
import dev.holdfast.task.Waker;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A socket for datagrams. What comes is taken from the system at once, and its visitor is told. What is sent goes
/// to the poller's thread, and whoever sends waits until the system has taken it, or has said why not.
public final class Mailbox implements AutoCloseable {
    private static final int LARGEST = 65_535; // bytes: no datagram has more
    private static final int AT_A_TIME = 64; // datagrams, before others have their turn

    private final Network network;
    private final Channel channel;
    private final Visitor visitor;
    private @Nullable InetSocketAddress address; // once it is bound
    private @Nullable IOException failure; // what ended it, if it was not closed here
    private boolean closed; // here
    private boolean counted = true; // by the poller

    /// Told of datagrams, on the poller's thread: must not wait.
    public interface Visitor {
        /// A datagram has come.
        ///
        /// @param bytes what was sent, perhaps nothing
        /// @param sender who sent it
        void came(byte[] bytes, InetSocketAddress sender);

        /// No more will come.
        void ended();
    }

    /// On the poller's thread: over `channel`, which was not registered yet.
    Mailbox(Network network, Channel channel, boolean broadcast, Visitor visitor) {
        this.network = network;
        this.channel = channel;
        this.visitor = visitor;
        network.poller().watch(true);
        channel.config().setOption(ChannelOption.SO_BROADCAST, broadcast);
        // Netty's own would cut off everything after 2,048 bytes.
        var room = new FixedRecvByteBufAllocator(LARGEST).maxMessagesPerRead(AT_A_TIME);
        channel.config().setRecvByteBufAllocator(room);
        channel.pipeline().addLast(new Ear());
        var _ = channel.closeFuture().addListener(_ -> network.poller().netty().afterPoll(this::gone));
    }

    Channel channel() {
        return channel;
    }

    void bound() {
        address = (InetSocketAddress) channel.localAddress();
    }

    // ---- for tasks

    /// Sends `bytes`, and waits until the system has taken them.
    ///
    /// @param bytes one at least; not to be changed until this returns
    /// @param to whose host is an address
    /// @throws IOException if the system does not take them
    /// @throws StreamClosed if this was closed, or has failed, before or meanwhile
    public void send(byte[] bytes, InetSocketAddress to) throws IOException {
        Task.current().check();
        checkOpen();
        if (bytes.length > LARGEST) throw new IOException("Message too long");
        Task.suspend("room in " + this, new Send(bytes, to));
    }

    /// Fails if it has ended.
    ///
    /// @throws StreamClosed if this was closed, or has failed
    public void checkOpen() {
        network.loop().checkDoor(this);
        if (closed || !channel.isOpen()) throw ended();
    }

    /// {@return what whoever comes too late is thrown}
    public StreamClosed ended() {
        if (failure == null) return new StreamClosed(this + " was closed here", null);
        return new StreamClosed(this + " failed: " + failure.getMessage(), failure);
    }

    /// {@return where it is bound, with the port that was found}
    public InetSocketAddress address() {
        return Objects.requireNonNull(address);
    }

    /// From now on the loop does not keep running for it.
    public void unref() {
        network.loop().checkDoor(this);
        count(false);
    }

    /// Ends it. Never waits, so that the port may still be in use for a moment; does nothing the second time.
    @Override
    public void close() {
        if (closed || network.loop().isClosed()) return;
        network.loop().checkDoor(this);
        closed = true;
        visitor.ended();
        network.later(this::closeChannel);
    }

    // ---- on the poller's thread

    private void closeChannel() {
        var _ = channel.close();
    }

    private void gone() {
        if (!closed) visitor.ended();
        count(false);
    }

    private void count(boolean counts) {
        if (counts == counted) return;
        counted = counts;
        network.poller().watch(counts);
    }

    private void fail(Throwable cause) {
        if (failure == null) failure = Failures.inWords(cause);
        closeChannel();
    }

    /// {@return `UdpSocket[address]`}
    @Override
    public String toString() {
        return "UdpSocket[" + Addresses.inWords(address) + "]";
    }

    /// Waits until the system has taken a datagram. One that is cancelled before the poller's thread comes by is
    /// not sent.
    private final class Send implements Wait<@Nullable Void> {
        private final byte[] bytes;
        private final InetSocketAddress to;

        Send(byte[] bytes, InetSocketAddress to) {
            this.bytes = bytes;
            this.to = to;
        }

        @Override
        public void begin(Waker<@Nullable Void> waker) {
            network.later(() -> hand(waker));
        }

        private void hand(Waker<@Nullable Void> waker) {
            if (!waker.isWaiting()) return;
            if (!channel.isOpen()) {
                waker.fail(ended());
                return;
            }
            ByteBuf copy;
            try {
                copy = channel.alloc().directBuffer(bytes.length).writeBytes(bytes);
            } catch (OutOfMemoryError e) { // of the memory for buffers alone
                waker.fail(e);
                return;
            }
            var _ = channel.writeAndFlush(new DatagramPacket(copy, to)).addListener(sending -> sent(waker, sending));
        }

        private void sent(Waker<@Nullable Void> waker, Future<?> sending) {
            if (sending.isSuccess()) waker.wake(null);
            else waker.fail(channel.isOpen() ? Failures.inWords(sending.cause()) : ended());
        }
    }

    /// What Netty tells of the socket.
    private final class Ear extends SimpleChannelInboundHandler<DatagramPacket> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) {
            if (!closed) visitor.came(ByteBufUtil.getBytes(packet.content()), packet.sender());
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            fail(cause);
        }
    }
}
