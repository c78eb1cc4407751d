package dev.holdfast.net.tcp;

import static dev.holdfast.task.Coroutine.blocking;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;

/// A peer with a plain socket of the JDK's, which does what no stream of ours would.
final class RawPeer implements AutoCloseable {
    private final Socket socket;

    private RawPeer(Socket socket) {
        this.socket = socket;
    }

    static RawPeer connect(int port) throws IOException {
        return new RawPeer(blocking(() -> new Socket(InetAddress.getLoopbackAddress(), port)));
    }

    /// Returns its own port.
    int port() {
        return socket.getLocalPort();
    }

    void write(byte[] bytes) throws IOException {
        blocking(() -> socket.getOutputStream().write(bytes));
    }

    byte[] read(int count) throws IOException {
        return blocking(() -> socket.getInputStream().readNBytes(count));
    }

    /// Tears the connection down, without the usual farewell.
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
