package dev.holdfast.echo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/// The echo server on the JDK's virtual threads: blocking sockets, a thread for each connection.
final class OnVirtualThreads {
    private static final int BACKLOG = 1024;
    private static final int MOST = 64 * 1024; // bytes at a time

    private OnVirtualThreads() {}

    public static void main(String... args) throws IOException {
        try (var server = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress())) {
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
            var in = socket.getInputStream();
            var out = socket.getOutputStream();
            var bytes = new byte[MOST];
            for (int count; (count = in.read(bytes)) > 0; ) out.write(bytes, 0, count);
        } catch (IOException e) {
            // The peer is gone.
        }
    }
}
