package dev.holdfast.net.tcp;

import static java.util.Objects.requireNonNull;

import dev.holdfast.cancel.TooSlow;
import dev.holdfast.net.netty.Addresses;
import dev.holdfast.net.netty.Network;
import dev.holdfast.net.netty.SocketOptions;
import dev.holdfast.scope.Timeouts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How a [TcpClient] connects. Nothing need be said; what is, is said before [#connect].
///
/// ```
/// var stream = TcpClient.options().within(Duration.ofSeconds(3)).connect("example.org", 80);
/// ```
public final class ClientOptions {
    private Duration limit = TcpClient.LIMIT;
    private Resolver resolver = Resolver.SYSTEM;
    private @Nullable SocketAddress source;
    private boolean noDelay = true;
    private boolean keepAlive;

    ClientOptions() {}

    /// Says how long it may take, from the host's name to the connection: half a minute if nothing is said.
    ///
    /// @param limit from the call of [#connect] on
    /// @return these options
    public ClientOptions within(Duration limit) {
        this.limit = requireNonNull(limit, "limit");
        return this;
    }

    /// Says from which of its own addresses to connect.
    ///
    /// @param source port 0 means any that is free
    /// @return these options
    public ClientOptions source(SocketAddress source) {
        this.source = requireNonNull(source, "source");
        return this;
    }

    /// Says who finds the addresses of a host: the system if nothing is said.
    ///
    /// @param resolver asked on a thread of its own
    /// @return these options
    public ClientOptions resolver(Resolver resolver) {
        this.resolver = requireNonNull(resolver, "resolver");
        return this;
    }

    /// Says whether few bytes are sent at once, as they are if nothing is said, or kept back until there
    /// are more.
    ///
    /// @param on whether they are sent at once
    /// @return these options
    public ClientOptions noDelay(boolean on) {
        noDelay = on;
        return this;
    }

    /// Says whether the system asks a silent peer now and then if it still lives; it does not if nothing is
    /// said.
    ///
    /// @param on whether it asks
    /// @return these options
    public ClientOptions keepAlive(boolean on) {
        keepAlive = on;
        return this;
    }

    /// Connects to `port` of `host`.
    ///
    /// @param host a name or an address
    /// @param port from 1 to 65535
    /// @return the connection
    /// @throws UncheckedIOException if the host is not known, refuses, or cannot be reached; says so of
    /// each address
    /// @throws TooSlow if it takes too long
    public TcpStream connect(String host, int port) {
        if (port < 1 || port > 65_535) throw new IllegalArgumentException("not between 1 and 65535: " + port);
        var name = requireNonNull(host, "host") + ":" + port;
        return connect(name, () -> raceTo(host, port));
    }

    /// Connects to `address`.
    ///
    /// @param address an [InetSocketAddress], or a [java.net.UnixDomainSocketAddress]
    /// @return the connection
    /// @throws UncheckedIOException if the peer refuses, or cannot be reached
    /// @throws TooSlow if it takes too long
    public TcpStream connect(SocketAddress address) {
        if (address instanceof InetSocketAddress inet && inet.isUnresolved()) {
            return connect(inet.getHostString(), inet.getPort());
        }
        var name = Addresses.inWords(address);
        return connect(name, () -> new TcpStream(Network.here().connect(address, source, kept())));
    }

    private TcpStream connect(String name, Attempt attempt) {
        try {
            return Timeouts.failAfter(limit, attempt::make);
        } catch (UnknownHostException e) {
            throw new UncheckedIOException("cannot connect to " + name + ": unknown host", e);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot connect to " + name + ": " + e.getMessage(), e);
        } catch (TooSlow e) {
            throw new TooSlow("connection to " + name, limit);
        }
    }

    private TcpStream raceTo(String host, int port) throws IOException {
        var addresses = Resolver.ask(resolver, host).stream()
                .map(address -> new InetSocketAddress(address, port))
                .distinct()
                .toList();
        var network = Network.here();
        return new TcpStream(Race.of(addresses, address -> network.connect(address, source, kept())));
    }

    private SocketOptions kept() {
        return new SocketOptions(noDelay, keepAlive);
    }

    @FunctionalInterface
    private interface Attempt {
        TcpStream make() throws IOException;
    }
}
