package dev.holdfast.net.tcp;

import static java.util.Objects.requireNonNull;

import dev.holdfast.cancel.CancelScope;
import dev.holdfast.carrier.Strand;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.net.netty.Addresses;
import dev.holdfast.net.netty.Listener;
import dev.holdfast.net.netty.Network;
import dev.holdfast.net.netty.SocketOptions;
import dev.holdfast.net.netty.SocketStream;
import dev.holdfast.net.stream.StreamClosed;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    private final Options options;
    private final Handler handler;
    private final CancelScope scope;
    private final List<Listener> listeners = new ArrayList<>();
    private final Map<Task<?>, TcpStream> connections = new LinkedHashMap<>(); // those that are served
    private final WaitQueue<Task<?>> joiners = new WaitQueue<>();
    private final Event idle = new Event(); // nobody is served, and if it is closed, nobody listens
    private int served; // ever
    private boolean paused; // as many are served as may be
    private boolean closing;
    private int listening; // those that still do, when it is closed
    private boolean closed;

    private TcpServer(IOLoop loop, Options options, Handler handler) {
        this.loop = loop;
        this.options = options;
        this.handler = handler;
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
    public static Options options() {
        return new Options();
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
        close(options.patience);
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
        return Strand.current() instanceof Task<?> task && !connections.containsKey(task);
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
            var names = connections.keySet().stream()
                    .limit(MOST_NAMED)
                    .map(Task::describe)
                    .collect(Collectors.joining(", "));
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
        var name = options.name + "-" + ++served;
        Task<@Nullable Void> task = Tasks.of(loop)
                .start(
                        name,
                        scope,
                        () -> {
                            try (stream) {
                                handler.serve(stream);
                            }
                            return null;
                        },
                        this::ended);
        connections.put(task, stream);
        lookIfIdle();
        socket.whenLost(() -> task.cancel(stream + " was lost"));
        if (connections.size() >= options.maxConnections) pause(true);
    }

    private boolean ended(Task<?> task, @Nullable Throwable failure) {
        connections.remove(task);
        lookIfIdle();
        if (paused && connections.size() < options.maxConnections) pause(false);
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

    /// How to listen.
    public static final class Options {
        private String name = "tcp";
        private int backlog = 1024;
        private int maxConnections = Integer.MAX_VALUE;
        private Duration patience = PATIENCE;
        private boolean reusePort;
        private boolean noDelay = true;
        private boolean keepAlive;

        private Options() {}

        /// Says what the tasks of its connections are called: `tcp-1` and so on if nothing is said.
        ///
        /// @param name what stands before the number
        /// @return these options
        public Options name(String name) {
            this.name = requireNonNull(name, "name");
            return this;
        }

        /// Says how many may wait in the system's line: 1,024 if nothing is said, or less if the system allows
        /// less.
        ///
        /// @param backlog at least one
        /// @return these options
        public Options backlog(int backlog) {
            if (backlog < 1) throw new IllegalArgumentException("backlog < 1: " + backlog);
            this.backlog = backlog;
            return this;
        }

        /// Says how many are served at a time; whoever comes then waits in the system's line. Any number if
        /// nothing is said.
        ///
        /// @param maxConnections at least one
        /// @return these options
        public Options maxConnections(int maxConnections) {
            if (maxConnections < 1) throw new IllegalArgumentException("maxConnections < 1: " + maxConnections);
            this.maxConnections = maxConnections;
            return this;
        }

        /// Says how long [TcpServer#close] waits for connections to end by themselves: [TcpServer#PATIENCE] if
        /// nothing is said.
        ///
        /// @param patience zero cancels them at once
        /// @return these options
        public Options patience(Duration patience) {
            this.patience = requireNonNull(patience, "patience");
            return this;
        }

        /// Lets others listen on the same port, other loops say: the system deals connections out among them.
        ///
        /// @return these options
        public Options reusePort() {
            reusePort = true;
            return this;
        }

        /// Says whether few bytes are sent at once, as they are if nothing is said, or kept back until there
        /// are more.
        ///
        /// @param on whether they are sent at once
        /// @return these options
        public Options noDelay(boolean on) {
            noDelay = on;
            return this;
        }

        /// Says whether the system asks silent peers now and then if they still live; it does not if nothing is
        /// said.
        ///
        /// @param on whether it asks
        /// @return these options
        public Options keepAlive(boolean on) {
            keepAlive = on;
            return this;
        }

        /// Listens on `port` of all addresses of `host`.
        ///
        /// @param host a name or an address: `localhost` for the machine itself, `0.0.0.0` or `::` for
        /// everybody
        /// @param port 0 means any that is free: see [TcpServer#port]
        /// @param handler what is done with a connection
        /// @return the server, which listens from now on
        /// @throws UncheckedIOException if the port is in use, or the host is not this machine
        public TcpServer listen(String host, int port, Handler handler) {
            if (port < 0 || port > 65_535) throw new IllegalArgumentException("not between 0 and 65535: " + port);
            var server = new TcpServer(Task.current().loop(), this, requireNonNull(handler, "handler"));
            return server.open(requireNonNull(host, "host") + ":" + port, () -> listenOn(server, host, port));
        }

        private void listenOn(TcpServer server, String host, int port) throws IOException {
            var network = Network.here();
            IOException unavailable = null;
            int found = port;
            for (var address : Resolver.ask(Resolver.SYSTEM, host)) {
                try {
                    listenOn(server, network, new InetSocketAddress(address, found));
                    found = server.port();
                } catch (IOException e) {
                    // A name may stand for an address of a family that this machine does not have.
                    if (!"Cannot assign requested address".equals(e.getMessage())) throw e;
                    unavailable = e;
                }
            }
            if (server.listeners.isEmpty() && unavailable != null) throw unavailable;
        }

        /// Listens on `address`.
        ///
        /// @param address an [InetSocketAddress], or a [java.net.UnixDomainSocketAddress]
        /// @param handler what is done with a connection
        /// @return the server, which listens from now on
        /// @throws UncheckedIOException if the address is in use, or not this machine's
        public TcpServer listen(SocketAddress address, Handler handler) {
            return listen(List.of(address), handler);
        }

        /// Listens on all of `addresses`.
        ///
        /// @param addresses at least one
        /// @param handler what is done with a connection
        /// @return the server, which listens from now on
        /// @throws UncheckedIOException if one of them is in use, or not this machine's
        public TcpServer listen(List<SocketAddress> addresses, Handler handler) {
            if (addresses.isEmpty()) throw new IllegalArgumentException("no address to listen on");
            var server = new TcpServer(Task.current().loop(), this, requireNonNull(handler, "handler"));
            var names = addresses.stream().map(Addresses::inWords).collect(Collectors.joining(", "));
            return server.open(names, () -> {
                var network = Network.here();
                for (var address : addresses) listenOn(server, network, address);
            });
        }

        private void listenOn(TcpServer server, Network network, SocketAddress address) throws IOException {
            var how = new Listener.Options(backlog, reusePort, new SocketOptions(noDelay, keepAlive));
            server.listeners.add(network.listen(address, how, server::came));
        }
    }

    @FunctionalInterface
    private interface Opening {
        void open() throws IOException;
    }

    private TcpServer open(String name, Opening opening) {
        boolean isOpen = false;
        try {
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
}
