package dev.holdfast.net.netty;

import static io.netty.handler.ssl.ApplicationProtocolConfig.DISABLED;
import static java.util.Objects.requireNonNull;

import dev.holdfast.net.tls.TlsConfig;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.DelegatingSslContext;
import io.netty.handler.ssl.SniHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.DomainWildcardMappingBuilder;
import io.netty.util.Mapping;
import java.io.IOException;
import java.net.IDN;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.function.Consumer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// A [TlsConfig] whose files were read, ready to speak as a client, or as a server.
public final class TlsContext {
    private static final int LONGEST_HELLO = 64 * 1024; // bytes, kept until all was said; TLS itself allows 16 MiB
    private static final String[] VERSIONS = {"TLSv1.3", "TLSv1.2"};

    private final SslContext netty;
    private final @Nullable Mapping<String, SslContext> hosts; // null: whatever name is called, it is this one
    private final Duration limit;

    private TlsContext(SslContext netty, @Nullable Mapping<String, SslContext> hosts, Duration limit) {
        this.netty = netty;
        this.hosts = hosts;
        this.limit = limit;
    }

    /// Returns a client that speaks as `config` says. Blocks.
    static TlsContext client(TlsConfig config, TlsProvider provider) throws IOException {
        var builder = SslContextBuilder.forClient()
                .keyManager(config.readOwn())
                .endpointIdentificationAlgorithm(config.isInsecure() ? null : "HTTPS");
        var netty = build(builder, config, provider);
        if (provider == TlsProvider.JDK) greetNobody(netty.newEngine(ByteBufAllocator.DEFAULT));
        return new TlsContext(netty, null, config.limit());
    }

    /// The first key pair of a JDK takes a tenth of a second, and that of a greeting is made on the loop: so one is
    /// made here before.
    private static void greetNobody(SSLEngine engine) throws IOException {
        engine.beginHandshake();
    }

    /// Returns a server that speaks as `config` says. Blocks.
    static TlsContext server(TlsConfig config, TlsProvider provider) throws IOException {
        var usual = serverOf(config, provider);
        if (config.hosts().isEmpty()) return new TlsContext(usual, null, config.limit());
        var mapping = new DomainWildcardMappingBuilder<>(usual);
        for (var host : config.hosts().entrySet()) mapping.add(host.getKey(), serverOf(host.getValue(), provider));
        return new TlsContext(usual, mapping.build(), config.limit());
    }

    private static SslContext serverOf(TlsConfig config, TlsProvider provider) throws IOException {
        var own = config.readOwn();
        if (own == null) throw new IOException(config + " has no certificate, and a server needs one");
        var clients = switch (config.clients()) {
            case UNKNOWN -> ClientAuth.NONE;
            case WANTED -> ClientAuth.OPTIONAL;
            case NEEDED -> ClientAuth.REQUIRE;
        };
        return build(SslContextBuilder.forServer(own).clientAuth(clients), config, provider);
    }

    private static SslContext build(SslContextBuilder builder, TlsConfig config, TlsProvider provider)
            throws IOException {
        var trusted = config.isInsecure() ? InsecureTrustManagerFactory.INSTANCE : config.readTrusted();
        try {
            var netty = builder.sslProvider(provider.netty())
                    .protocols(VERSIONS)
                    .trustManager(trusted)
                    .applicationProtocolConfig(provider == TlsProvider.JDK ? DISABLED : alpn(config))
                    .build();
            return provider == TlsProvider.JDK ? new JdkAlpn(netty, config) : netty;
        } catch (SSLException | IllegalArgumentException e) {
            throw new IOException(config + ": " + e.getMessage(), e);
        }
    }

    private static ApplicationProtocolConfig alpn(TlsConfig config) {
        if (config.protocols().isEmpty()) return DISABLED;
        return new ApplicationProtocolConfig(
                Protocol.ALPN,
                SelectorFailureBehavior.NO_ADVERTISE,
                SelectedListenerFailureBehavior.ACCEPT,
                config.protocols());
    }

    /// The JDK knows ALPN by itself. What Netty adds to it stands still where there is no common protocol and what
    /// handshakes compute is computed elsewhere.
    private static final class JdkAlpn extends DelegatingSslContext {
        private final String[] protocols;

        JdkAlpn(SslContext netty, TlsConfig config) {
            super(netty);
            this.protocols = config.protocols().toArray(String[]::new);
        }

        @Override
        protected void initEngine(SSLEngine engine) {
            var parameters = engine.getSSLParameters();
            parameters.setApplicationProtocols(protocols);
            engine.setSSLParameters(parameters);
        }
    }

    /// {@return how long a handshake may take}
    Duration limit() {
        return limit;
    }

    /// Returns a handler for one connection.
    ///
    /// @param peer who is there
    /// @param host by which name it is called and verified; null for a server's
    /// @param found told of Netty's handler, at once or when the client has said which name it calls
    ChannelHandler handler(
            ByteBufAllocator allocator, SocketAddress peer, @Nullable String host, Consumer<SslHandler> found) {
        if (hosts != null) return new ByName(hosts, found);
        int port = peer instanceof InetSocketAddress inet ? inet.getPort() : -1;
        var handler = netty.isClient()
                ? netty.newHandler(allocator, inAscii(requireNonNull(host)), port, TlsTasks.THREADS)
                : netty.newHandler(allocator, TlsTasks.THREADS);
        return told(handler, found);
    }

    /// OpenSSL's calls nobody by a name in other letters, or with a dot behind, and then gets another's certificate.
    private static String inAscii(String host) {
        var name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        try {
            return IDN.toASCII(name);
        } catch (IllegalArgumentException e) {
            return name; // of no host: no certificate will be for it
        }
    }

    /// Limits are ours, and those of the stream.
    private static SslHandler told(SslHandler handler, Consumer<SslHandler> found) {
        handler.setHandshakeTimeoutMillis(0);
        handler.setCloseNotifyFlushTimeoutMillis(0);
        found.accept(handler);
        return handler;
    }

    /// Waits until the client has called it by a name, and then makes room for the one of that name.
    private static final class ByName extends SniHandler {
        private final Consumer<SslHandler> found;

        ByName(Mapping<String, SslContext> hosts, Consumer<SslHandler> found) {
            super(hosts, LONGEST_HELLO, 0);
            this.found = found;
        }

        @Override
        protected SslHandler newSslHandler(SslContext context, ByteBufAllocator allocator) {
            return told(context.newHandler(allocator, TlsTasks.THREADS), found);
        }
    }
}
