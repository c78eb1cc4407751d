package dev.holdfast.echo;

import dev.holdfast.Holdfast;
import dev.holdfast.net.tcp.TcpServer;

/// The echo server on Holdfast: what comes is passed on, as Netty's own does.
final class OnHoldfast {
    private OnHoldfast() {}

    public static void main(String... args) {
        Holdfast.run(() -> {
            try (var server = TcpServer.listen("127.0.0.1", 0, stream -> stream.copyTo(stream))) {
                Orders.at(server.port());
                server.join();
            }
        });
    }
}
