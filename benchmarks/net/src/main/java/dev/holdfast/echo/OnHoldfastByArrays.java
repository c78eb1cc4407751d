package dev.holdfast.echo;

import dev.holdfast.Holdfast;
import dev.holdfast.net.tcp.TcpServer;
import dev.holdfast.net.tcp.TcpStream;

/// The echo server on Holdfast, for a program that wants to see the bytes: reads an array, and writes it.
final class OnHoldfastByArrays {
    private static final int MOST = 64 * 1024; // bytes at a time

    private OnHoldfastByArrays() {}

    public static void main(String... args) {
        Holdfast.run(() -> {
            try (var server = TcpServer.listen("127.0.0.1", 0, OnHoldfastByArrays::echo)) {
                Orders.at(server.port());
                server.join();
            }
        });
    }

    private static void echo(TcpStream stream) {
        while (stream.awaitMore()) stream.write(stream.readSome(MOST));
    }
}
