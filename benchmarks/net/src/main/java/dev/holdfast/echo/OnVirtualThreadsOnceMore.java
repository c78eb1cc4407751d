package dev.holdfast.echo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/// The echo server on virtual threads, where each request waits once more: for another thread, which sends it back.
final class OnVirtualThreadsOnceMore {
    private static final int BACKLOG = 1024;
    private static final int MOST = 64 * 1024; // bytes at a time

    private OnVirtualThreadsOnceMore() {}

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
        var asked = new ArrayBlockingQueue<byte[]>(1);
        var answered = new ArrayBlockingQueue<byte[]>(1);
        var answers = Thread.startVirtualThread(() -> answer(asked, answered));
        try (socket) {
            socket.setTcpNoDelay(true);
            var in = socket.getInputStream();
            var out = socket.getOutputStream();
            var bytes = new byte[MOST];
            for (int count; (count = in.read(bytes)) > 0; ) {
                asked.put(Arrays.copyOf(bytes, count));
                out.write(answered.take());
            }
        } catch (IOException | InterruptedException e) {
            // The peer is gone.
        } finally {
            answers.interrupt();
        }
    }

    private static void answer(BlockingQueue<byte[]> asked, BlockingQueue<byte[]> answered) {
        try {
            while (true) answered.put(asked.take());
        } catch (InterruptedException e) {
            // The connection has ended.
        }
    }
}
