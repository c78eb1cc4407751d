package dev.holdfast.net.netty;

import static java.util.Objects.requireNonNull;

import dev.holdfast.net.stream.ByteQueue;
import dev.holdfast.net.stream.Inflow;
import dev.holdfast.net.stream.Segment;
import dev.holdfast.net.stream.StreamClosed;
import dev.holdfast.net.tls.TlsSession;
import dev.holdfast.task.Coroutine;
import dev.holdfast.task.Wait;
import dev.holdfast.task.Waker;
import io.netty.channel.Channel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/// TLS on one stream: first a handshake, for which a task waits, and then a handler of Netty's between socket and
/// stream, which knows what the end of the bytes means.
///
/// *The end.* A peer that has sent everything says so (`close_notify`), and that is the end of the stream. If its
/// socket ends without, somebody may have cut the rest off, so that is an error, and never an end.
public final class TlsLayer {
    private final Network network;
    private final SocketStream stream;
    private final Inflow in; // of the stream
    private final @Nullable String host; // by which the peer is called; null for a server's
    private @Nullable TlsContext context; // null before it has begun
    private final Wait<TlsSession> handshake = new Handshake();
    private final Threshold threshold = new Threshold(); // before the handler, until the handshake has succeeded
    private @Nullable SslHandler handler; // null until it is known which one it is
    private @Nullable Waker<TlsSession> waker; // of who waits for the handshake
    private @Nullable TlsSession session; // null until the handshake has succeeded
    private @Nullable IOException failure; // of the handshake
    private boolean told; // somebody knows how it went
    private boolean ended; // the peer has said so

    /// For [SocketStream#goBy].
    TlsLayer(Network network, SocketStream stream, Inflow in, @Nullable String host) {
        this.network = network;
        this.stream = stream;
        this.in = in;
        this.host = host;
    }

    // ---- for tasks

    /// From now on the bytes of `stream` go by TLS. What was written before still goes out in clear; what has come
    /// and was not read counts as TLS. Nothing is sent before [#begin].
    ///
    /// @param stream in clear so far
    /// @param host as a client, by which name the server is called and verified; null as a server
    /// @return the layer
    /// @throws IllegalStateException if `stream` goes by TLS already, or nothing more may be written
    public static TlsLayer on(SocketStream stream, @Nullable String host) {
        return stream.goBy(host);
    }

    /// Begins the handshake. Does not wait: [#await] does.
    ///
    /// @param context how, as a client or as a server
    /// @return this layer
    public TlsLayer begin(TlsContext context) {
        this.context = context;
        network.later(() -> join(stream.channel(), context));
        return this;
    }

    /// Goes away again, instead of [#begin]: bytes go in clear as before.
    public void leave() {
        stream.goInClear();
    }

    /// Waits until both have agreed on how to speak. A stream whose handshake fails, or is cancelled, is good for
    /// nothing any more.
    ///
    /// @param limit how long it may take, from now
    /// @return what was agreed on
    /// @throws StreamClosed if the handshake fails; says why
    /// @throws dev.holdfast.cancel.TooSlow if it takes longer
    public TlsSession await(Duration limit) {
        return Coroutine.suspend(this, limit, handshake);
    }

    /// Waits like [#await(Duration)], for as long as its config says.
    ///
    /// @return what was agreed on
    /// @throws StreamClosed if the handshake fails; says why
    /// @throws dev.holdfast.cancel.TooSlow if it takes longer
    public TlsSession await() {
        return await(requireNonNull(context, "not begun").limit());
    }

    /// {@return what was agreed on; null before}
    public @Nullable TlsSession session() {
        return session;
    }

    /// Returns whether there will be somebody who asks how the handshake went.
    boolean isAwaited() {
        return !told;
    }

    private final class Handshake implements Wait<TlsSession> {
        @Override
        public void begin(Waker<TlsSession> waker) {
            TlsLayer.this.waker = waker;
            tell();
        }

        /// A stream whose handshake was broken off is good for nothing.
        @Override
        public void abandon(Waker<TlsSession> waker) {
            TlsLayer.this.waker = null;
            breakOff();
        }
    }

    /// The stream was closed: if it goes by TLS already, what was written still goes out.
    void closed() {
        ended = true; // so it seems from here
        if (session == null) breakOff();
    }

    private void breakOff() {
        network.later(() -> {
            stream.reset();
            stream.fail(new SSLException("the handshake was broken off here"));
        });
    }

    private void tell() {
        var waiting = waker;
        if (waiting == null) return;
        if (session != null) told = waiting.wake(session);
        if (failure != null)
            told = waiting.fail(new StreamClosed(stream + " failed: " + failure.getMessage(), failure));
        if (told) waker = null;
    }

    // ---- on the poller's thread

    /// Puts itself between socket and stream. What has come already is TLS.
    private void join(Channel channel, TlsContext context) {
        if (in.hasEnded() || !channel.isOpen()) {
            stream.fail(cutOff());
            return;
        }
        var pipeline = channel.pipeline();
        pipeline.addFirst(context.handler(channel.alloc(), stream.peerAddress(), host, found -> handler = found));
        pipeline.addFirst(threshold);
        var early = new ByteQueue();
        in.takeBack(early);
        if (early.isEmpty()) return;
        for (Segment next; (next = early.removeFirst()) != null; ) pipeline.fireChannelRead(stream.bufOf(next));
        pipeline.fireChannelReadComplete();
    }

    /// Netty tells of the handshake, or of an end.
    void heard(Object event) {
        switch (event) {
            case SslHandshakeCompletionEvent handshake -> handshaken(handshake);
            case SslCloseCompletionEvent end -> saidEnd(end.isSuccess());
            // Later, for what came before may still be on its way.
            case ChannelInputShutdownEvent _ -> network.later(this::socketEnded);
            default -> {}
        }
    }

    private void handshaken(SslHandshakeCompletionEvent event) {
        if (event.isSuccess() && handler != null) {
            threshold.open(stream.channel());
            session = sessionOf(handler.engine());
            tell();
            stream.settleLater();
        } else {
            var cause = event.cause() instanceof ClosedChannelException ? cutOff() : event.cause();
            network.later(() -> stream.fail(cause)); // first Netty tells the peer
        }
    }

    private void saidEnd(boolean isSo) {
        if (!isSo) return; // the socket ended, of which we hear elsewhere
        ended = true;
        stream.ended();
        boolean endsBothWays = handler != null && handler.engine() instanceof ReferenceCountedOpenSslEngine;
        if (endsBothWays) stream.failWrites(bothEnded());
    }

    /// The socket has ended, in order or not.
    void socketEnded() {
        if (!ended) stream.fail(cutOff());
    }

    /// The stream has failed, for a reason that people can read.
    void failed(IOException cause) {
        ended = true;
        if (session != null || failure != null) return;
        failure = cause;
        tell();
    }

    /// Returns what it means that the socket has ended, and the peer has not said that it would.
    private SSLException cutOff() {
        return new SSLException(
                session == null
                        ? "the peer has closed the connection during the handshake"
                        : "the connection was cut off, and the peer has not said that this was the end");
    }

    /// Netty's OpenSSL then drops without a word what is written.
    private static SSLException bothEnded() {
        return new SSLException("the peer sends no more, and by OpenSSL that ends both ways");
    }

    /// Says that nothing more is sent.
    void sendEnd() {
        if (handler == null) return;
        var _ = handler.closeOutbound();
    }

    // ---- what was agreed on

    private TlsSession sessionOf(SSLEngine engine) {
        var agreed = engine.getSession();
        var protocol = engine.getApplicationProtocol();
        return new TlsSession(
                agreed.getProtocol(),
                agreed.getCipherSuite(),
                protocol == null || protocol.isEmpty() ? null : protocol,
                host == null ? calledBy(agreed) : host,
                certificatesOf(agreed));
    }

    private static @Nullable String calledBy(SSLSession session) {
        if (!(session instanceof ExtendedSSLSession extended)) return null;
        for (var name : extended.getRequestedServerNames()) {
            if (name instanceof SNIHostName host) return host.getAsciiName();
        }
        return null;
    }

    private static List<X509Certificate> certificatesOf(SSLSession session) {
        try {
            return Arrays.stream(session.getPeerCertificates())
                    .map(X509Certificate.class::cast)
                    .toList();
        } catch (SSLPeerUnverifiedException e) {
            return List.of(); // it showed none
        }
    }

    /// {@return what who waits is waiting for}
    @Override
    public String toString() {
        return "TLS handshake of " + stream;
    }
}
