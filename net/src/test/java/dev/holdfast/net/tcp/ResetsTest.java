package dev.holdfast.net.tcp;

import static dev.holdfast.net.tcp.NothingLeft.run;
import static dev.holdfast.net.tcp.TcpServerTest.bytes;
import static dev.holdfast.task.Coroutine.blocking;
import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.holdfast.net.stream.StreamClosed;
import dev.holdfast.net.testing.MemoryStream;
import dev.holdfast.testing.Logged;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Peers that tear the connection down, in each phase of its life.
@Tag("threads")
@ExtendWith(NothingLeft.class)
final class ResetsTest {
    private static final Duration SHORT = Duration.ofMillis(50);

    @Test
    void resetBeforeAnythingWasRead() throws Exception {
        run(() -> {
            try (var server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                    var stream = TcpClient.connect("127.0.0.1", server.getLocalPort())) {
                reset(server.accept());
                sleep(SHORT);
                assertThatExceptionOfType(StreamClosed.class)
                        .isThrownBy(() -> stream.readExactly(1))
                        .withMessageMatching("TcpStream\\[127.0.0.1:\\d+] failed: Connection reset( by peer)?")
                        .satisfies(e -> assertThat(e.isOrderly()).isFalse());
            }
        });
    }

    @Test
    void resetWhileReading() throws Exception { // rule 39: what had come is there
        run(() -> {
            try (var server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                    var stream = TcpClient.connect("127.0.0.1", server.getLocalPort());
                    var peer = server.accept()) {
                peer.getOutputStream().write(bytes("half a li"));
                var reading = spawn("reader", () -> stream.readLine());
                sleep(SHORT);
                reset(peer);
                assertThatExceptionOfType(StreamClosed.class)
                        .isThrownBy(reading::join)
                        .withMessageContaining("failed: Connection reset");
                assertThat(TcpServerTest.text(stream.readExactly(9))).isEqualTo("half a li");
            }
        });
    }

    @Test
    void resetWhileWriting() throws Exception {
        run(() -> {
            try (var server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                    var stream = TcpClient.connect("127.0.0.1", server.getLocalPort());
                    var peer = server.accept()) {
                var writing = spawn("writer", () -> stream.write(new byte[20_000_000]));
                sleep(SHORT);
                assertThat(writing.future().isDone()).isFalse();
                reset(peer);
                assertThatExceptionOfType(StreamClosed.class)
                        .isThrownBy(writing::join)
                        .withMessageMatching("TcpStream\\[127.0.0.1:\\d+] failed: (Connection reset.*|Broken pipe)");
                assertThatExceptionOfType(StreamClosed.class).isThrownBy(() -> stream.write(bytes("more")));
            }
        });
    }

    @Test
    void resetWhileClosing() throws Exception {
        run(() -> {
            try (var server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
                var stream = TcpClient.connect("127.0.0.1", server.getLocalPort());
                try (var peer = server.accept()) {
                    var writing = spawn("writer", () -> stream.write(new byte[20_000_000]));
                    sleep(SHORT);
                    stream.close();
                    assertThatExceptionOfType(StreamClosed.class)
                            .isThrownBy(writing::join)
                            .withMessageEndingWith("was closed here");
                    reset(peer);
                }
            }
        });
    }

    @Test
    void resetInTheLine() throws Exception { // connected, and never taken in
        run(() -> {
            var server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
            try (var stream = TcpClient.connect("127.0.0.1", server.getLocalPort())) {
                server.close();
                assertThatExceptionOfType(StreamClosed.class)
                        .isThrownBy(() -> stream.readExactly(1))
                        .withMessageMatching("TcpStream\\[127.0.0.1:\\d+] failed: Connection reset( by peer)?");
            }
        });
    }

    @Test
    void resetBeforeItWasTakenIn(Logged log) throws Exception { // and the server serves the next
        run(() -> {
            try (var server = TcpServer.listen("127.0.0.1", 0, stream -> stream.copyTo(stream))) {
                for (int i = 0; i < 20; i++) {
                    var peer = new Socket(InetAddress.getLoopbackAddress(), server.port());
                    reset(peer); // no wait in between: the loop has not seen it
                }
                try (var client = TcpClient.connect("127.0.0.1", server.port())) {
                    client.write(bytes("hello\n"));
                    assertThat(client.readLine()).isEqualTo("hello");
                }
            }
        });
        log.take(); // how many were told depends on the carrier: a connect may be a wait
    }

    @Test
    void resetAfterTheLastWord() throws Exception { // the answer is still to come
        run(() -> {
            try (var server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                    var stream = TcpClient.connect("127.0.0.1", server.getLocalPort());
                    var peer = server.accept()) {
                stream.write(bytes("question"));
                stream.closeWrite();
                assertThat(blocking(() -> peer.getInputStream().readAllBytes())).isEqualTo(bytes("question"));
                reset(peer);
                assertThatExceptionOfType(StreamClosed.class)
                        .isThrownBy(() -> stream.readLine())
                        .withMessageContaining("failed: Connection reset");
            }
        });
    }

    @Test
    void resetInTheMiddleOfACopy() throws Exception { // what had come is copied
        run(() -> {
            try (var server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                    var stream = TcpClient.connect("127.0.0.1", server.getLocalPort());
                    var peer = server.accept()) {
                var pair = MemoryStream.pair();
                var copying = spawn("copy", () -> stream.copyTo(pair.near()));
                peer.getOutputStream().write(bytes("some"));
                assertThat(TcpServerTest.text(pair.far().readExactly(4))).isEqualTo("some");
                reset(peer);
                assertThatExceptionOfType(StreamClosed.class)
                        .isThrownBy(copying::join)
                        .withMessageMatching("TcpStream\\[127.0.0.1:\\d+] failed: Connection reset.*");
            }
        });
    }

    private static void reset(Socket peer) throws IOException {
        peer.setSoLinger(true, 0);
        peer.close();
    }
}
