package dev.holdfast.net.tcp;

import dev.holdfast.cancel.CancelScope;
import dev.holdfast.cancel.TooSlow;
import dev.holdfast.carrier.Strand;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.net.netty.Addresses;
import dev.holdfast.net.netty.Listener;
import dev.holdfast.net.netty.Network;
import dev.holdfast.net.netty.SocketStream;
import dev.holdfast.net.netty.TlsContext;
import dev.holdfast.net.netty.TlsLayer;
import dev.holdfast.net.stream.StreamClosed;
import dev.holdfast.net.tls.TlsConfig;
import dev.holdfast.scope.Timeouts;
import dev.holdfast.sync.Event;
import dev.holdfast.sync.WaitQueue;
import dev.holdfast.task.Coroutine;
import dev.holdfast.task.Task;
import dev.holdfast.task.Tasks;
import dev.holdfast.time.Span;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Listens, and runs a task for each connection, which ends when the task does.
///
/// ```
/// try (var server = TcpServer.listen("localhost", 8080, stream -> {
///     while (stream.awaitMore()) stream.write(stream.readUntil("\n".getBytes(), 1024));
/// })) {
///     server.join();
/// }
/// ```
///
/// An error in one of these tasks is logged, and the others live. A task that ends by [StreamClosed] because its
/// peer closed in order has ended as it should. When a connection fails while its task neither reads nor writes,
/// and so would not hear of it, the task is cancelled.
///
/// It lives until it is closed, or its loop is. It is nobody's child: a cancellation around whoever opened it
/// reaches its connections only by way of [#close], which gives them some time.
public final class TcpServer implements AutoCloseable {
    /// How long [#close] waits for connections to end by themselves, if nothing else is said.
    public static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final System.Logger LOG = System.getLogger(TcpServer.class.getPackageName());
    private static final Duration BOUND = Duration.ofSeconds(4); // for those who are cancelled
    private static final int MOST_NAMED = 10;

    /// What is done with a connection.
    @FunctionalInterface
    public interface Handler {
        /// Serves one connection, in a task of its own; it is closed when this returns or throws.
        ///
        /// @param stream the connection
        /// @throws Exception is logged
        void serve(TcpStream stream) throws Exception;
    }

    private final IOLoop loop;
    private final Handler handler;
    private final String name; // of the tasks that serve
    private final int maxConnections;
    private final Duration patience;
    private final Listener.Options how;
    private final @Nullable TlsConfig firstTls; // as its options say
    private @Nullable TlsContext tls; // how whoever comes is greeted; null: in clear
    private final CancelScope scope;
    private final List<Listener> listeners = new ArrayList<>();
    private final Set<Task<?>> connections = new LinkedHashSet<>(); // those that are served
    private final WaitQueue<Task<?>> joiners = new WaitQueue<>();
    private final Event idle = new Event(); // nobody is served, and if it is closed, nobody listens
    private int served; // ever
    private boolean paused; // as many are served as may be
    private boolean closing;
    private int listening; // those that still do, when it is closed
    private boolean closed;

    TcpServer(IOLoop loop, ServerOptions options, Handler handler) {
        this.loop = loop;
        this.handler = handler;
        this.name = options.name;
        this.maxConnections = options.maxConnections;
        this.patience = options.patience;
        this.how = options.listening();
        this.firstTls = options.tls;
        this.scope = Tasks.of(loop).root().inside(this);
        idle.set();
    }

    // ---- making one

    /// Listens on `port` of all addresses of `host`.
    ///
    /// @param host a name or an address: `localhost` for the machine itself, `0.0.0.0` or `::` for everybody
    /// @param port 0 means any that is free: see [#port]
    /// @param handler what is done with a connection
    /// @return the server, which listens from now on
    /// @throws UncheckedIOException if the port is in use, or the host is not this machine
    public static TcpServer listen(String host, int port, Handler handler) {
        return options().listen(host, port, handler);
    }

    /// Listens on `address`.
    ///
    /// @param address an [InetSocketAddress], or a [java.net.UnixDomainSocketAddress]
    /// @param handler what is done with a connection
    /// @return the server, which listens from now on
    /// @throws UncheckedIOException if the address is in use, or not this machine's
    public static TcpServer listen(SocketAddress address, Handler handler) {
        return options().listen(address, handler);
    }

    /// {@return what can be said of how to listen}
    public static ServerOptions options() {
        return new ServerOptions();
    }

    TcpServer open(String host, int port) {
        return open(host + ":" + port, () -> listenOn(host, port));
    }

    private void listenOn(String host, int port) throws IOException {
        var network = Network.here();
        IOException unavailable = null;
        int found = port;
        for (var address : Resolver.ask(Resolver.SYSTEM, host)) {
            try {
                listenOn(network, new InetSocketAddress(address, found));
                found = port();
            } catch (IOException e) {
                // A name may stand for an address of a family that this machine does not have.
                if (!"Cannot assign requested address".equals(e.getMessage())) throw e;
                unavailable = e;
            }
        }
        if (listeners.isEmpty() && unavailable != null) throw unavailable;
    }

    TcpServer open(List<SocketAddress> addresses) {
        var names = addresses.stream().map(Addresses::inWords).collect(Collectors.joining(", "));
        return open(names, () -> {
            var network = Network.here();
            for (var address : addresses) listenOn(network, address);
        });
    }

    private void listenOn(Network network, SocketAddress address) throws IOException {
        listeners.add(network.listen(address, how, this::came));
    }

    @FunctionalInterface
    private interface Opening {
        void open() throws IOException;
    }

    private TcpServer open(String name, Opening opening) {
        boolean isOpen = false;
        try {
            if (firstTls != null) tls = Network.here().tlsServer(firstTls);
            opening.open();
            isOpen = true;
            return this;
        } catch (UnknownHostException e) {
            throw new UncheckedIOException("cannot listen on " + name + ": unknown host", e);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot listen on " + name + ": " + e.getMessage(), e);
        } finally {
            if (!isOpen) close(Duration.ZERO);
        }
    }

    // ---- its life

    /// {@return the port it listens on; of several addresses, that of the first}
    ///
    /// @throws IllegalStateException if it listens on Unix sockets only
    public int port() {
        for (var listener : listeners) if (listener.address() instanceof InetSocketAddress inet) return inet.getPort();
        throw new IllegalStateException(this + " has no port");
    }

    /// {@return where it listens}
    public List<SocketAddress> addresses() {
        return listeners.stream().map(Listener::address).toList();
    }

    /// {@return how many connections are served now}
    public int connections() {
        return connections.size();
    }

    /// Waits until it is closed, and every connection has ended.
    public void join() {
        var me = Task.current();
        me.check();
        loop.checkDoor(this);
        if (!closed) joiners.await(this, me);
    }

    /// From now on greets whoever comes with another certificate, or the same one that was renewed, whose files
    /// are read again. Connections that stand are left alone, and if the files cannot be used, all is as before.
    ///
    /// ```
    /// loop.onSignal("HUP", () -> spawn("reload", () -> server.tls(config.again())));
    /// ```
    ///
    /// @param config how to speak TLS, with a certificate
    /// @throws UncheckedIOException if the files cannot be used; says which
    /// @throws IllegalStateException if it listens in clear
    public void tls(TlsConfig config) {
        checkTls(config);
        if (tls == null) throw new IllegalStateException(this + " listens in clear");
        try {
            tls = Network.here().tlsServer(config);
        } catch (IOException e) {
            throw new UncheckedIOException("no other TLS for " + this + ": " + e.getMessage(), e);
        }
    }

    static TlsConfig checkTls(TlsConfig config) {
        if (!config.hasCertificate())
            throw new IllegalArgumentException(config + " is for clients only: a server needs a certificate");
        config.hosts().values().forEach(TcpServer::checkTls);
        return config;
    }

    /// From now on the loop does not keep running for it.
    ///
    /// @return this server
    public TcpServer unref() {
        listeners.forEach(Listener::unref);
        return this;
    }

    /// Listens no more, and waits for the connections to end, for as long as its options say; those that have not
    /// are cancelled, and named in the log. Works in a cancelled scope too. In a callback, and in a task that
    /// serves one of its connections, it does not wait.
    @Override
    public void close() {
        close(patience);
    }

    /// Listens no more, and waits for the connections to end, like [#close()].
    ///
    /// @param patience from now; zero cancels them at once
    public void close(Duration patience) {
        if (closing || loop.isClosed()) return;
        loop.checkDoor(this);
        closing = true;
        listening = listeners.size();
        lookIfIdle();
        for (var listener : listeners) listener.close(this::listensNoMore);
        if (mayWait()) waitForEnd(patience);
        else Coroutine.spawn("close " + this, () -> waitForEnd(patience));
    }

    private boolean mayWait() {
        return Strand.current() instanceof Task<?> task && !connections.contains(task);
    }

    private void waitForEnd(Duration patience) {
        Coroutine.shielded(patience.plus(BOUND), () -> {
            if (!Timeouts.moveOnAfter(patience, () -> idle.await())) cancelRest(patience);
            idle.await();
        });
        scope.close();
        closed = true;
        joiners.wakeAll();
    }

    private void cancelRest(Duration patience) {
        if (patience.isPositive()) {
            var names =
                    connections.stream().limit(MOST_NAMED).map(Task::describe).collect(Collectors.joining(", "));
            LOG.log(
                    Level.WARNING,
                    this + " is closed: " + connections.size() + " connections have not ended within "
                            + Span.words(patience) + " and are cancelled: " + names
                            + (connections.size() > MOST_NAMED ? ", …" : ""));
        }
        scope.cancel(this + " is closed");
    }

    // ---- its connections

    private void came(SocketStream socket) {
        var stream = new TcpStream(socket);
        var layer = tls == null ? null : TlsLayer.on(socket, null).begin(tls);
        Task<@Nullable Void> task = Tasks.of(loop)
                .start(
                        name + "-" + ++served,
                        scope,
                        () -> {
                            try (stream) {
                                if (layer != null) greet(socket, layer);
                                handler.serve(stream);
                            }
                            return null;
                        },
                        this::ended);
        connections.add(task);
        lookIfIdle();
        socket.whenLost(() -> task.cancel(stream + " was lost"));
        if (connections.size() >= maxConnections) pause(true);
    }

    /// A peer that is too slow with its handshake has failed, and not this server.
    private static void greet(SocketStream socket, TlsLayer layer) {
        try {
            layer.await();
        } catch (TooSlow e) {
            throw new StreamClosed(socket + " failed: " + e.getMessage(), e);
        }
    }

    private boolean ended(Task<?> task, @Nullable Throwable failure) {
        connections.remove(task);
        lookIfIdle();
        if (paused && connections.size() < maxConnections) pause(false);
        if (failure != null) report(task, failure);
        return true;
    }

    private void listensNoMore() {
        listening--;
        lookIfIdle();
    }

    private void lookIfIdle() {
        if (connections.isEmpty() && listening == 0) idle.set();
        else idle.clear();
    }

    private void report(Task<?> task, Throwable failure) {
        if (!(failure instanceof StreamClosed end)) LOG.log(Level.ERROR, task + " of " + this + " failed", failure);
        else if (!end.isOrderly()) LOG.log(Level.INFO, task + " of " + this + " ended: " + end.getMessage());
    }

    private void pause(boolean on) {
        paused = on;
        if (!closing) listeners.forEach(listener -> listener.pause(on));
    }

    /// {@return `TcpServer[address]`; of several addresses, all}
    @Override
    public String toString() {
        return listeners.stream()
                .map(listener -> Addresses.inWords(listener.address()))
                .collect(Collectors.joining(", ", "TcpServer[", "]"));
    }
}
