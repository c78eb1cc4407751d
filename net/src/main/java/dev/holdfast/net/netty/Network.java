package dev.holdfast.net.netty;

import static dev.holdfast.task.Coroutine.blocking;
import static java.util.Objects.requireNonNull;

import dev.holdfast.chain.Chain;
import dev.holdfast.loop.Guest;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.loop.LoopLocal;
import dev.holdfast.loop.Timer;
import dev.holdfast.net.tls.TlsConfig;
import dev.holdfast.task.Task;
import io.netty.channel.IoHandlerFactory;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.SelectableChannel;
import java.time.Duration;
import java.util.Map;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/// The sockets of one loop. The first moves the loop to a poller that watches sockets; a loop that has none pays
/// nothing.
public final class Network implements Guest {
    private static final System.Logger LOG = System.getLogger(Network.class.getPackageName());
    private static final LoopLocal<Network> ON = LoopLocal.withInitial(Network::new);
    private static final LoopLocal<Strangers> STRANGERS = LoopLocal.withInitial(loop -> new Strangers(ON.get(loop)));

    private final IOLoop loop;
    private @Nullable NettyPoller poller; // null before the first socket
    private final Chain<OpenEntry> streams = new Chain<>(); // that nobody has closed
    private final Map<TlsConfig, TlsContext> clients = new WeakHashMap<>(); // whose files were read
    private final Map<TlsConfig, TlsContext> servers = new WeakHashMap<>(); // the same
    private @Nullable TlsProvider provider; // null: the one that was chosen
    private int leaving; // streams that were closed and still send

    private Network(IOLoop loop) {
        this.loop = loop;
    }

    /// {@return the sockets of the current task's loop} The first time it may wait, while Netty is loaded.
    ///
    /// @throws IllegalStateException where no task runs; on a loop that keeps the poller it was opened with, as in
    /// a test in virtual time; and if the transport that was asked for does not work
    public static Network here() {
        var task = Task.current();
        task.check();
        var network = ON.get(task.loop());
        if (network.poller == null) network.open(blocking(Transport::chosen));
        return network;
    }

    private void open(Transport transport) {
        open(transport, transport.handlers());
    }

    /// For tests: the sockets of `loop`, by a transport that nobody chose.
    static Network on(IOLoop loop, Transport transport, IoHandlerFactory handlers) {
        var network = ON.get(loop);
        network.open(transport, handlers);
        return network;
    }

    private void open(Transport transport, IoHandlerFactory handlers) {
        if (poller != null) return; // another task was quicker
        var opened = new NettyPoller(loop, transport, handlers);
        try {
            loop.sleepIn(opened);
        } catch (IllegalStateException e) {
            opened.close();
            throw new IllegalStateException(loop + " has no sockets, only streams in memory: " + e.getMessage(), e);
        }
        poller = opened;
    }

    // ---- for the floors above

    /// {@return the loop it belongs to}
    public IOLoop loop() {
        return loop;
    }

    /// Connects to `remote`, and waits until that is done. One that is cancelled leaves no connection.
    ///
    /// @param remote an address that is resolved, or a Unix socket's
    /// @param source the own address; null for any
    /// @param options how the connection is kept
    /// @return the connection
    /// @throws IOException if the peer refuses, or cannot be reached
    public SocketStream connect(SocketAddress remote, @Nullable SocketAddress source, SocketOptions options)
            throws IOException {
        return Task.suspend("connection to " + Addresses.inWords(remote), new Connect(this, remote, source, options));
    }

    /// Listens on `address`, and waits until that is so.
    ///
    /// @param address port 0 means any that is free
    /// @param options how
    /// @param visitor told of each connection
    /// @return who listens, from now on
    /// @throws IOException if the address is in use, or not this machine's
    public Listener listen(SocketAddress address, Listener.Options options, Listener.Visitor visitor)
            throws IOException {
        return Task.suspend("socket on " + Addresses.inWords(address), new Listen(this, address, options, visitor));
    }

    /// Binds a socket for datagrams to `address`, and waits until that is so.
    ///
    /// @param address port 0 means any that is free
    /// @param broadcast whether it may send to everybody
    /// @param visitor told of each datagram
    /// @return the socket
    /// @throws IOException if the address is in use, or not this machine's
    public Mailbox bind(InetSocketAddress address, boolean broadcast, Mailbox.Visitor visitor) throws IOException {
        return Task.suspend("socket on " + Addresses.inWords(address), new Bind(this, address, broadcast, visitor));
    }

    /// Waits until a channel of somebody else's is ready, who says that it does not block.
    ///
    /// @param channel let go of when nobody waits for it
    /// @param operations of a [java.nio.channels.SelectionKey]: any of them will do; either to read or to write
    /// @throws dev.holdfast.net.stream.StreamClosed if it is closed
    /// @throws IllegalStateException if another task waits for the same
    public void awaitReady(SelectableChannel channel, int operations) {
        var wait = new Ready(STRANGERS.get(loop), channel, operations);
        Task.suspend(wait, wait);
    }

    /// Reads the files of `config`, to speak as a client; waits while it does so the first time.
    ///
    /// @param config how to speak TLS
    /// @return the same, whenever it is asked again
    /// @throws IOException if its files are not there, or not what they should be
    public TlsContext tlsClient(TlsConfig config) throws IOException {
        return read(clients, config, TlsContext::client);
    }

    /// Reads the files of `config`, to speak as a server; waits while it does so the first time.
    ///
    /// @param config how to speak TLS, with a certificate
    /// @return the same, whenever it is asked again
    /// @throws IOException if its files are not there, or not what they should be
    public TlsContext tlsServer(TlsConfig config) throws IOException {
        return read(servers, config, TlsContext::server);
    }

    @FunctionalInterface
    private interface Reader {
        TlsContext read(TlsConfig config, TlsProvider provider) throws IOException;
    }

    private TlsContext read(Map<TlsConfig, TlsContext> known, TlsConfig config, Reader reader) throws IOException {
        var read = known.get(config);
        if (read != null) return read;
        var fresh = blocking(() -> reader.read(config, provider == null ? TlsProvider.chosen() : provider));
        known.put(config, fresh);
        return fresh;
    }

    /// For tests: its TLS is that of `provider`, which nobody chose.
    void tlsBy(TlsProvider provider) {
        this.provider = provider;
    }

    // ---- for its sockets

    NettyPoller poller() {
        return requireNonNull(poller);
    }

    /// Has the poller's thread run `task` before the loop sleeps again.
    void later(Runnable task) {
        poller().netty().execute(task);
    }

    Timer callLater(Duration delay, Runnable callback) {
        return loop.callLater(delay, callback).unref();
    }

    void enter(OpenEntry entry) {
        streams.add(entry);
    }

    /// From now on one stream more that was closed still sends, or one less.
    void leaving(boolean more) {
        leaving += more ? 1 : -1;
    }

    // ---- the loop's end

    @Override
    public boolean isLeft() {
        return leaving > 0 || (poller != null && !poller.netty().isSettled());
    }

    @Override
    public void evicted() {
        if (leaving > 0)
            LOG.log(Level.WARNING, leaving + " streams of " + loop + " had not sent everything at its end");
        for (OpenEntry next; (next = streams.removeFirst()) != null; ) next.drop();
    }

    /// {@return its kind and loop}
    @Override
    public String toString() {
        return "network of " + loop;
    }
}
