package dev.holdfast.echo;

import dev.holdfast.Holdfast;
import dev.holdfast.net.tcp.TcpServer;
import dev.holdfast.net.tcp.TcpStream;
import dev.holdfast.queue.Queue;
import dev.holdfast.scope.TaskScope;

/// The echo server on Holdfast, where each request waits once more: for another task, which sends it back.
final class OnHoldfastOnceMore {
    private static final int MOST = 64 * 1024; // bytes at a time

    private OnHoldfastOnceMore() {}

    public static void main(String... args) {
        Holdfast.run(() -> {
            try (var server = TcpServer.listen("127.0.0.1", 0, OnHoldfastOnceMore::echo)) {
                Orders.at(server.port());
                server.join();
            }
        });
    }

    private static void echo(TcpStream stream) {
        var asked = new Queue<byte[]>(1);
        var answered = new Queue<byte[]>(1);
        TaskScope.run(scope -> {
            scope.start("answers", () -> {
                for (var message : asked) answered.put(message);
            });
            while (stream.awaitMore()) {
                asked.put(stream.readSome(MOST));
                stream.write(answered.get());
            }
            asked.close();
        });
    }
}
