package dev.holdfast.net.tcp;

import static java.util.Objects.requireNonNull;

import dev.holdfast.net.netty.Listener;
import dev.holdfast.net.netty.SocketOptions;
import dev.holdfast.net.tls.TlsConfig;
import dev.holdfast.task.Task;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How a [TcpServer] listens. Nothing need be said; what is, is said before [#listen].
///
/// ```
/// var server = TcpServer.options().backlog(16).maxConnections(1_000).listen("localhost", 8080, handler);
/// ```
public final class ServerOptions {
    String name = "tcp";
    private int backlog = 1024;
    int maxConnections = Integer.MAX_VALUE;
    Duration patience = TcpServer.PATIENCE;

    @Nullable TlsConfig tls; // null: in clear

    private boolean reusePort;
    private boolean noDelay = true;
    private boolean keepAlive;

    ServerOptions() {}

    /// Says what the tasks of its connections are called: `tcp-1` and so on if nothing is said.
    ///
    /// @param name what stands before the number
    /// @return these options
    public ServerOptions name(String name) {
        this.name = requireNonNull(name, "name");
        return this;
    }

    /// Says how many may wait in the system's line: 1,024 if nothing is said, or less if the system allows
    /// less.
    ///
    /// @param backlog at least one
    /// @return these options
    public ServerOptions backlog(int backlog) {
        if (backlog < 1) throw new IllegalArgumentException("backlog < 1: " + backlog);
        this.backlog = backlog;
        return this;
    }

    /// Says how many are served at a time; whoever comes then waits in the system's line. Any number if
    /// nothing is said.
    ///
    /// @param maxConnections at least one
    /// @return these options
    public ServerOptions maxConnections(int maxConnections) {
        if (maxConnections < 1) throw new IllegalArgumentException("maxConnections < 1: " + maxConnections);
        this.maxConnections = maxConnections;
        return this;
    }

    /// Says how long [TcpServer#close] waits for connections to end by themselves: [TcpServer#PATIENCE] if
    /// nothing is said.
    ///
    /// @param patience zero cancels them at once
    /// @return these options
    public ServerOptions patience(Duration patience) {
        this.patience = requireNonNull(patience, "patience");
        return this;
    }

    /// Lets others listen on the same port, other loops say: the system deals connections out among them.
    ///
    /// @return these options
    public ServerOptions reusePort() {
        reusePort = true;
        return this;
    }

    /// Says whether few bytes are sent at once, as they are if nothing is said, or kept back until there
    /// are more.
    ///
    /// @param on whether they are sent at once
    /// @return these options
    public ServerOptions noDelay(boolean on) {
        noDelay = on;
        return this;
    }

    /// Says whether the system asks silent peers now and then if they still live; it does not if nothing is
    /// said.
    ///
    /// @param on whether it asks
    /// @return these options
    public ServerOptions keepAlive(boolean on) {
        keepAlive = on;
        return this;
    }

    /// Says that connections go by TLS. Each is handed on when the handshake is done; one that fails is told in the
    /// log, as a peer that reset the connection is.
    ///
    /// @param config how to speak TLS, with a certificate
    /// @return these options
    /// @throws IllegalArgumentException if `config` has no certificate
    public ServerOptions tls(TlsConfig config) {
        tls = TcpServer.checkTls(config);
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
    public TcpServer listen(String host, int port, TcpServer.Handler handler) {
        if (port < 0 || port > 65_535) throw new IllegalArgumentException("not between 0 and 65535: " + port);
        requireNonNull(host, "host");
        return server(handler).open(host, port);
    }

    /// Listens on `address`.
    ///
    /// @param address a [java.net.InetSocketAddress], or a [java.net.UnixDomainSocketAddress]
    /// @param handler what is done with a connection
    /// @return the server, which listens from now on
    /// @throws UncheckedIOException if the address is in use, or not this machine's
    public TcpServer listen(SocketAddress address, TcpServer.Handler handler) {
        return listen(List.of(address), handler);
    }

    /// Listens on all of `addresses`.
    ///
    /// @param addresses at least one
    /// @param handler what is done with a connection
    /// @return the server, which listens from now on
    /// @throws UncheckedIOException if one of them is in use, or not this machine's
    public TcpServer listen(List<SocketAddress> addresses, TcpServer.Handler handler) {
        if (addresses.isEmpty()) throw new IllegalArgumentException("no address to listen on");
        return server(handler).open(addresses);
    }

    private TcpServer server(TcpServer.Handler handler) {
        return new TcpServer(Task.current().loop(), this, requireNonNull(handler, "handler"));
    }

    Listener.Options listening() {
        return new Listener.Options(backlog, reusePort, new SocketOptions(noDelay, keepAlive));
    }
}
