package dev.holdfast.echo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/// The echo server on the JDK's virtual threads: blocking sockets, a thread for each connection.
final class OnVirtualThreads {
    static final int BACKLOG = 1024;

    private OnVirtualThreads() {}

    public static void main(String... args) throws IOException {
        serve(new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress()));
    }

    /// Echoes whatever comes to `server`, until the process ends.
    static void serve(ServerSocket server) throws IOException {
        try (server) {
            Orders.at(server.getLocalPort());
            while (true) {
                var socket = server.accept();
                Thread.startVirtualThread(() -> serve(socket));
            }
        }
    }

    private static void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            socket.getInputStream().transferTo(socket.getOutputStream());
        } catch (IOException e) {
            // The peer is gone.
        }
    }
}
