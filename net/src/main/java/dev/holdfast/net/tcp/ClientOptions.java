package dev.holdfast.net.tcp;

import static java.util.Objects.requireNonNull;

import dev.holdfast.cancel.TooSlow;
import dev.holdfast.net.netty.Addresses;
import dev.holdfast.net.netty.Network;
import dev.holdfast.net.netty.SocketOptions;
import dev.holdfast.net.netty.SocketStream;
import dev.holdfast.net.netty.TlsLayer;
import dev.holdfast.net.stream.StreamClosed;
import dev.holdfast.net.tls.TlsConfig;
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
    private @Nullable TlsConfig tls; // null: in clear
    private @Nullable String tlsHost; // null: the one that is connected to
    private boolean noDelay = true;
    private boolean keepAlive;

    ClientOptions() {}

    /// Says how long it may take, from the host's name to the connection, TLS included: half a minute if nothing is
    /// said.
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

    /// Says that the connection goes by TLS. The certificate must be for the host that is connected to.
    ///
    /// ```
    /// var stream = TcpClient.options().tls(TlsConfig.usual()).connect("example.org", 443);
    /// ```
    ///
    /// @param config how to speak TLS; its limit is that of [#within], for all together
    /// @return these options
    public ClientOptions tls(TlsConfig config) {
        tls = requireNonNull(config, "config");
        return this;
    }

    /// Says that the connection goes by TLS, and by which name the server is called and verified: for one that is
    /// reached by another, by an address or by a Unix socket.
    ///
    /// @param config how to speak TLS; its limit is that of [#within], for all together
    /// @param host who must be there
    /// @return these options
    public ClientOptions tls(TlsConfig config, String host) {
        tlsHost = requireNonNull(host, "host");
        return tls(config);
    }

    /// Connects to `port` of `host`.
    ///
    /// @param host a name or an address
    /// @param port from 1 to 65535
    /// @return the connection
    /// @throws UncheckedIOException if the host is not known, refuses, or cannot be reached; says so of
    /// each address; or if it is not whom it should be by TLS
    /// @throws TooSlow if it takes too long
    public TcpStream connect(String host, int port) {
        if (port < 1 || port > 65_535) throw new IllegalArgumentException("not between 1 and 65535: " + port);
        var name = requireNonNull(host, "host") + ":" + port;
        return connect(name, () -> raceTo(host, port));
    }

    /// Connects to `address`. By TLS the server is called and verified by [InetSocketAddress#getHostString]: by the
    /// name that the address was made of, or else by its number. But an address that was made of a number, and then
    /// asked for the name of its host, is called by what the network has told, and that proves nothing: then say
    /// [#tls(TlsConfig, String)].
    ///
    /// @param address an [InetSocketAddress], or a [java.net.UnixDomainSocketAddress]
    /// @return the connection
    /// @throws UncheckedIOException if the peer refuses, cannot be reached, or is not whom it should be by TLS
    /// @throws TooSlow if it takes too long
    public TcpStream connect(SocketAddress address) {
        if (address instanceof InetSocketAddress inet && inet.isUnresolved()) {
            return connect(inet.getHostString(), inet.getPort());
        }
        var name = Addresses.inWords(address);
        var host = address instanceof InetSocketAddress inet ? inet.getHostString() : null;
        if (tls != null && host == null && tlsHost == null)
            throw new IllegalArgumentException(name + " has no name to be verified: say tls(config, host)");
        return connect(name, () -> greeted(Network.here().connect(address, source, kept()), host));
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
        return greeted(Race.of(addresses, address -> network.connect(address, source, kept())), host);
    }

    private TcpStream greeted(SocketStream socket, @Nullable String host) throws IOException {
        var stream = new TcpStream(socket);
        if (tls == null) return stream;
        boolean isGreeted = false;
        try {
            var context = Network.here().tlsClient(tls);
            TlsLayer.on(socket, tlsHost == null ? host : tlsHost).begin(context).await(limit);
            isGreeted = true;
            return stream;
        } catch (StreamClosed e) {
            throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getMessage(), e);
        } finally {
            if (!isGreeted) stream.close();
        }
    }

    private SocketOptions kept() {
        return new SocketOptions(noDelay, keepAlive);
    }

    @FunctionalInterface
    private interface Attempt {
        TcpStream make() throws IOException;
    }
}
