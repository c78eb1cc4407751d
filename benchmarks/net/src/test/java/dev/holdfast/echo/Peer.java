package dev.holdfast.echo;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/// A server in this process, with a thread for each connection, which does whatever a test wants.
final class Peer implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
    private final Talk talk;
    final AtomicInteger connections = new AtomicInteger(); // so far
    final AtomicInteger bytes = new AtomicInteger(); // that were echoed

    interface Talk {
        void with(Peer peer, InputStream in, OutputStream out) throws IOException;
    }

    Peer(Talk talk) throws IOException {
        this.talk = talk;
        Thread.ofVirtual().start(this::accept);
    }

    /// Sends back what comes, in pieces of so many bytes.
    static Talk echo(int most) {
        return (peer, in, out) -> {
            var bytes = new byte[most];
            for (int count; (count = in.read(bytes)) > 0; ) {
                peer.bytes.addAndGet(count);
                out.write(bytes, 0, count);
            }
        };
    }

    int port() {
        return server.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                var socket = server.accept();
                connections.incrementAndGet();
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException e) {
            // The test has ended.
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            talk.with(this, socket.getInputStream(), socket.getOutputStream());
        } catch (IOException e) {
            // The load has gone.
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
