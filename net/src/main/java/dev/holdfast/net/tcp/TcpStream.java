package dev.holdfast.net.tcp;

import static java.util.Objects.requireNonNull;

import dev.holdfast.net.netty.Network;
import dev.holdfast.net.netty.SocketStream;
import dev.holdfast.net.netty.TlsContext;
import dev.holdfast.net.netty.TlsLayer;
import dev.holdfast.net.stream.BufferedStream;
import dev.holdfast.net.stream.ByteQueue;
import dev.holdfast.net.stream.Excerpt;
import dev.holdfast.net.stream.StreamClosed;
import dev.holdfast.net.tls.TlsConfig;
import dev.holdfast.net.tls.TlsSession;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// A connection over TCP, or over a Unix socket.
public final class TcpStream extends BufferedStream {
    private static final int MOST_SHOWN = 100; // bytes, in a message

    private final SocketStream socket;

    TcpStream(SocketStream socket) {
        super(socket);
        this.socket = socket;
        socket.whenDropped(this::forgetUnread);
    }

    /// {@return its own address}
    public @Nullable SocketAddress localAddress() {
        return socket.localAddress();
    }

    /// {@return the address of its peer; of one that came by a Unix socket, the address it came to}
    public SocketAddress peerAddress() {
        return socket.peerAddress();
    }

    /// {@return whether it was closed here, or has failed}
    public boolean isClosed() {
        return socket.isClosed();
    }

    // ---- TLS

    /// As a client, goes on by TLS, when both have said so in clear (STARTTLS). Everything that was written before
    /// still goes out in clear; whatever the peer sent in clear must have been read, or somebody in between might
    /// have put it there for us to believe that it came by TLS.
    ///
    /// ```
    /// stream.write("STARTTLS\r\n".getBytes());
    /// if (stream.readLine().startsWith("220")) stream.startTls(TlsConfig.usual(), "mail.example.org");
    /// ```
    ///
    /// @param config how to speak TLS
    /// @param host by which name the server is called and verified
    /// @return what was agreed on
    /// @throws StreamClosed if the handshake fails, or something was not read; says so, and this is closed then
    /// @throws UncheckedIOException if the files of `config` cannot be used; then all is as before, unless another
    /// task has written meanwhile: that was not meant to go in clear, and this has failed
    /// @throws dev.holdfast.cancel.TooSlow if it takes longer than `config` allows
    /// @throws IllegalStateException if it goes by TLS already, or another task is reading
    public TlsSession startTls(TlsConfig config, String host) {
        requireNonNull(host, "host");
        return goOnByTls(() -> Network.here().tlsClient(config), host);
    }

    /// As a server, goes on by TLS, when both have said so in clear (STARTTLS). To be called when the answer was
    /// written: what the client sent before it had that must have been read, as with [#startTls].
    ///
    /// ```
    /// if (stream.readLine().equals("STARTTLS")) {
    ///     stream.write("220 go ahead\r\n".getBytes());
    ///     stream.acceptTls(config);
    /// }
    /// ```
    ///
    /// @param config how to speak TLS, with a certificate
    /// @return what was agreed on
    /// @throws StreamClosed if the handshake fails, or something was not read; says so, and this is closed then
    /// @throws UncheckedIOException if the files of `config` cannot be used; then all is as before, unless another
    /// task has written meanwhile: that was not meant to go in clear, and this has failed
    /// @throws dev.holdfast.cancel.TooSlow if it takes longer than `config` allows
    /// @throws IllegalStateException if it goes by TLS already, or another task is reading
    public TlsSession acceptTls(TlsConfig config) {
        return goOnByTls(() -> Network.here().tlsServer(config), null);
    }

    @FunctionalInterface
    private interface Files {
        TlsContext read() throws IOException;
    }

    private TlsSession goOnByTls(Files files, @Nullable String host) {
        return withUnread(unread -> {
            if (socket.tls() != null) throw new IllegalStateException(this + " goes by TLS already");
            socket.takeBack(unread);
            if (!unread.isEmpty()) throw cameInClear(unread);
            var layer = TlsLayer.on(socket, host); // from now on, also while files are read
            boolean hasBegun = false;
            try {
                layer.begin(files.read());
                hasBegun = true;
            } catch (IOException e) {
                throw new UncheckedIOException("no TLS on " + this + ": " + e.getMessage(), e);
            } finally {
                if (!hasBegun) layer.leave();
            }
            return layer.await();
        });
    }

    private StreamClosed cameInClear(ByteQueue unread) {
        var words = unread.size() + " bytes came in clear before TLS, and nobody had read them: "
                + Excerpt.of(unread.peek((int) Math.min(unread.size(), MOST_SHOWN)));
        close();
        return new StreamClosed(this + " was closed: " + words, new SSLException(words));
    }

    /// {@return what was agreed on; null if bytes go in clear}
    public @Nullable TlsSession tls() {
        var layer = socket.tls();
        return layer == null ? null : layer.session();
    }

    // ---- how it is kept

    /// From now on few bytes are sent at once, as they are from the start, or are kept back until there are more.
    ///
    /// @param on whether they are sent at once
    /// @return this stream
    public TcpStream noDelay(boolean on) {
        socket.noDelay(on);
        return this;
    }

    /// From now on the system asks a silent peer now and then if it still lives, or does not, as from the start.
    ///
    /// @param on whether it asks
    /// @return this stream
    public TcpStream keepAlive(boolean on) {
        socket.keepAlive(on);
        return this;
    }

    /// From now on the loop does not keep running for it.
    ///
    /// @return this stream
    public TcpStream unref() {
        socket.unref();
        return this;
    }
}
