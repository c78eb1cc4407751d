package dev.holdfast.echo;

import dev.holdfast.Holdfast;
import dev.holdfast.net.tcp.TcpServer;
import dev.holdfast.net.tcp.TcpStream;

/// The echo server on Holdfast.
final class OnHoldfast {
    private static final int MOST = 64 * 1024; // bytes at a time

    private OnHoldfast() {}

    public static void main(String... args) {
        Holdfast.run(() -> {
            try (var server = TcpServer.listen("127.0.0.1", 0, OnHoldfast::echo)) {
                Orders.at(server.port());
                server.join();
            }
        });
    }

    private static void echo(TcpStream stream) {
        while (stream.awaitMore()) stream.write(stream.readSome(MOST));
    }
}
