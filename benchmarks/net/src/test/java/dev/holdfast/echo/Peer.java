package dev.holdfast.echo;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLSocket;

/// A server in this process, with a thread for each connection, which does whatever a test wants.
final class Peer implements AutoCloseable {
    private final ServerSocket server;
    private final Talk talk;
    final AtomicInteger connections = new AtomicInteger(); // so far
    final AtomicInteger bytes = new AtomicInteger(); // that were echoed

    final Set<String> spoken = ConcurrentHashMap.newKeySet(); // versions and ciphers of TLS

    interface Talk {
        void with(Peer peer, InputStream in, OutputStream out) throws IOException;
    }

    Peer(Talk talk) throws IOException {
        this(ServerSocketFactory.getDefault(), talk);
    }

    private Peer(ServerSocketFactory sockets, Talk talk) throws IOException {
        this.server = sockets.createServerSocket(0, 0, InetAddress.getLoopbackAddress());
        this.talk = talk;
        Thread.ofVirtual().start(this::accept);
    }

    /// One that speaks TLS.
    static Peer byTls(Talk talk) throws IOException {
        return new Peer(Certificate.context(Certificate.store()).getServerSocketFactory(), talk);
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
            if (socket instanceof SSLSocket tls)
                spoken.add(
                        tls.getSession().getProtocol() + " " + tls.getSession().getCipherSuite());
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
