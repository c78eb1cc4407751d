package dev.holdfast.net.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A socket that listens. Each connection is a stream, of which its visitor is told.
///
/// When the system has no room for another connection, because the process has too many files open, it says so in
/// the log and tries again a second later.
public final class Listener implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Listener.class.getPackageName());
    private static final Duration REST = Duration.ofSeconds(1); // after one that could not be taken in

    private final Network network;
    private final Channel channel;
    private final Options options;
    private final Visitor visitor;
    private @Nullable SocketAddress address; // once it is bound
    private boolean paused; // whoever comes waits in the system's line
    private boolean rests; // the same, for a second
    private boolean closed;
    private boolean counted = true; // by the poller
    private Runnable gone = () -> {};

    /// How to listen.
    ///
    /// @param backlog how many may wait in the system's line
    /// @param reusePort whether others may listen on the same port; the system deals connections out among them
    /// @param connections how the connections are kept
    public record Options(int backlog, boolean reusePort, SocketOptions connections) {}

    /// Told of connections.
    @FunctionalInterface
    public interface Visitor {
        /// Somebody has connected. Called on the poller's thread: must not wait.
        ///
        /// @param stream the connection
        void came(SocketStream stream);
    }

    Listener(Network network, Channel channel, Options options, Visitor visitor) {
        this.network = network;
        this.channel = channel;
        this.options = options;
        this.visitor = visitor;
        network.poller().watch(true);
        channel.config().setOption(ChannelOption.SO_BACKLOG, options.backlog);
        if (options.reusePort) network.poller().transport().reusePort(channel);
        channel.pipeline().addLast(new Door());
        var _ = channel.closeFuture().addListener(_ -> network.poller().netty().afterPoll(this::gone));
    }

    Channel channel() {
        return channel;
    }

    void bound() {
        address = Addresses.ofJdk(channel.localAddress());
    }

    /// {@return where it listens, with the port that was found}
    public SocketAddress address() {
        return Objects.requireNonNull(address);
    }

    /// From now on whoever comes has to wait, or waits no longer.
    ///
    /// @param paused whether they wait
    public void pause(boolean paused) {
        network.loop().checkDoor(this);
        this.paused = paused;
        network.later(this::acceptOrNot);
    }

    private void acceptOrNot() {
        if (channel.isOpen()) channel.config().setAutoRead(!paused && !rests);
    }

    /// From now on the loop does not keep running for it.
    public void unref() {
        network.loop().checkDoor(this);
        count(false);
    }

    /// Listens no more. Never waits, so that the address may still be in use for a moment; does nothing the second
    /// time.
    ///
    /// @param gone told, on the poller's thread, when the address is free
    public void close(Runnable gone) {
        this.gone = gone;
        close();
    }

    @Override
    public void close() {
        if (closed || network.loop().isClosed()) return;
        network.loop().checkDoor(this);
        closed = true;
        network.later(this::closeChannel);
    }

    private void closeChannel() {
        var _ = channel.close();
    }

    private void gone() {
        count(false);
        gone.run();
    }

    private void count(boolean counts) {
        if (counts == counted) return;
        counted = counts;
        network.poller().watch(counts);
    }

    private void takeIn(Channel child) {
        var peer = Addresses.ofJdk(child.remoteAddress());
        // Who comes by a Unix socket has no address; then it is called by ours.
        var stream =
                new SocketStream(network, child, peer == null || peer.toString().isEmpty() ? address() : peer);
        options.connections.applyTo(stream.channel());
        network.poller().netty().adopt(child);
        visitor.came(stream);
    }

    private void rest(Throwable cause) {
        LOG.log(
                Level.WARNING,
                this + " could not take in a connection: "
                        + Failures.inWords(cause).getMessage());
        if (!(cause instanceof IOException) || rests) return;
        rests = true;
        acceptOrNot();
        network.callLater(REST, () -> {
            rests = false;
            network.later(this::acceptOrNot);
        });
    }

    /// {@return `Listener[address]`}
    @Override
    public String toString() {
        return "Listener[" + Addresses.inWords(address) + "]";
    }

    private final class Door extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (closed) ((Channel) message).unsafe().closeForcibly();
            else takeIn((Channel) message);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            rest(cause);
        }
    }
}
