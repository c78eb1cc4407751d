package dev.holdfast.net.tcp;

import dev.holdfast.net.netty.SocketStream;
import dev.holdfast.net.stream.BufferedStream;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/// A connection over TCP, or over a Unix socket.
public final class TcpStream extends BufferedStream {
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
