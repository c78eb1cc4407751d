package dev.holdfast.net.peers;

import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.holdfast.Holdfast;
import dev.holdfast.net.stream.BufferedStream;
import dev.holdfast.net.tcp.TcpServer;
import dev.holdfast.net.tcp.TcpStream;
import dev.holdfast.task.Action;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Locale;
import java.util.Random;
import java.util.function.Supplier;

/// What the tests with real peers have in common.
final class Words {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Duration A_MOMENT = Duration.ofMillis(20);

    private Words() {}

    static <X extends Throwable> void run(Action<X> body) throws X {
        Holdfast.run(LIMIT, body);
    }

    static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    static String text(byte[] bytes) {
        return new String(bytes, UTF_8);
    }

    static byte[] random(int count) {
        var bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        return bytes;
    }

    static void meanwhile(Action<?> body) {
        spawn("meanwhile", body);
    }

    // ---- our side

    static TcpServer shouting() {
        return TcpServer.listen("127.0.0.1", 0, Words::shout);
    }

    /// Answers each line in capitals, and the end with a good bye.
    static void shout(BufferedStream stream) {
        while (stream.awaitMore()) {
            stream.write(bytes(stream.readLine().toUpperCase(Locale.ROOT) + "\n"));
        }
        stream.write(bytes("bye\n"));
    }

    // ---- the other side

    /// Connects as soon as `peer` listens.
    static TcpStream connectTo(Peer peer, Supplier<TcpStream> connecting) throws IOException {
        while (true) {
            try {
                return connecting.get();
            } catch (UncheckedIOException e) {
                if (!peer.isAlive()) throw new AssertionError(peer.rest(), e);
                sleep(A_MOMENT);
            }
        }
    }

    /// Returns a port at which nobody listens; for programs that cannot say which one they have got.
    static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
