package dev.holdfast.net.tcp;

import static dev.holdfast.net.tcp.NothingLeft.run;
import static dev.holdfast.net.tcp.TcpServerTest.bytes;
import static dev.holdfast.task.Coroutine.await;
import static dev.holdfast.task.Coroutine.blocking;
import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static dev.holdfast.task.Coroutine.yieldNow;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.holdfast.cancel.TooSlow;
import dev.holdfast.future.Promise;
import dev.holdfast.net.netty.SocketStream;
import dev.holdfast.net.stream.StreamClosed;
import dev.holdfast.net.stream.TooLong;
import dev.holdfast.scope.TaskScope;
import dev.holdfast.scope.Timeouts;
import dev.holdfast.testing.Logged;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// What goes wrong between two machines, but for [resets][ResetsTest] and [names][NamesTest]. Nothing hangs, each
/// error says which connection it was, and nothing is left: no file, no buffer, no task.
@Tag("threads")
@ExtendWith(NothingLeft.class)
final class FaultsTest {
    private static final Duration SHORT = Duration.ofMillis(50);

    // ---- peers that do nothing, or not enough

    @Test
    void aPeerThatNeverSendsIsWaitedForAsLongAsSaid() throws Exception { // half-open: its machine is gone, say
        run(() -> {
            try (var server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                    var stream = TcpClient.connect("127.0.0.1", server.getLocalPort());
                    var peer = server.accept()) {
                assertThatExceptionOfType(TooSlow.class)
                        .isThrownBy(() -> Timeouts.failAfter(SHORT, () -> stream.readLine()));
                peer.getOutputStream().write(bytes("late\n"));
                assertThat(stream.readLine()).isEqualTo("late");
            }
        });
    }

    @Test
    void aPeerThatNeverReadsStopsWhoWritesAndNobodyElse(Logged log) throws Exception {
        run(() -> {
            try (var server = TcpServer.listen("127.0.0.1", 0, stream -> stream.copyTo(stream));
                    var other = TcpClient.connect("127.0.0.1", server.port());
                    var stuck = RawPeer.connect(server.port())) {
                var flood = spawn("flood", () -> stuck.write(new byte[50_000_000]));
                for (int i = 0; i < 100; i++) {
                    other.write(bytes("ping\n"));
                    assertThat(other.readLine()).isEqualTo("ping");
                }
                assertThat(flood.future().isDone()).isFalse();
                stuck.reset();
                assertThatExceptionOfType(SocketException.class).isThrownBy(() -> flood.join(SocketException.class));
            }
        });
        assertThat(log.take())
                .singleElement()
                .satisfies(
                        line -> { // rule 39: who writes is told, not cancelled
                            assertThat(line.getLevel()).isEqualTo(Level.INFO);
                            assertThat(line.getMessage())
                                    .matches(
                                            "Task\\[tcp-2] of TcpServer\\[127.0.0.1:\\d+] ended: TcpStream\\[127.0.0.1:\\d+] failed:"
                                                    + " (Connection reset.*|Broken pipe)");
                        });
    }

    @Test
    void aLineThatComesAByteAtATimeIsCutOffInTime() throws Exception { // slow-loris
        run(() -> {
            var thrown = new Promise<Throwable>("thrown");
            try (var server = TcpServer.listen("127.0.0.1", 0, stream -> {
                        try {
                            Timeouts.failAfter(SHORT, () -> stream.readLine());
                        } catch (TooSlow e) {
                            thrown.complete(e);
                        }
                    });
                    var peer = RawPeer.connect(server.port())) {
                var loris = spawn("loris", () -> {
                    while (!thrown.isDone()) {
                        peer.write(bytes("a"));
                        sleep(Duration.ofMillis(5));
                    }
                });
                assertThat(await(thrown)).isInstanceOf(TooSlow.class);
                loris.join();
            }
        });
    }

    @Test
    void aLineThatNeverEndsIsCutOff(Logged log) throws Exception { // rule 39
        run(() -> {
            try (var server = TcpServer.listen("127.0.0.1", 0, stream -> stream.readLine(1_000));
                    var client = TcpClient.connect("127.0.0.1", server.port())) {
                client.write(new byte[1_000]);
                client.closeWrite();
                assertThat(client.readAll()).isEmpty();
            }
        });
        assertThat(log.take()).singleElement().satisfies(line -> {
            assertThat(line.getThrown()).isInstanceOf(TooLong.class);
            assertThat(line.getThrown().getMessage())
                    .matches("TcpStream\\[127.0.0.1:\\d+] was closed: no \"\\\\n\" within 1000 bytes");
        });
    }

    @Test
    @Tag("long")
    void whatAPeerDoesNotTakeInTimeAfterACloseIsDroppedInWords(Logged log) throws Exception {
        run(() -> {
            try (var server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
                var stream = TcpClient.connect("127.0.0.1", server.getLocalPort());
                try (var _ = server.accept()) {
                    var writing = spawn("writer", () -> stream.write(new byte[20_000_000]));
                    sleep(SHORT);
                    stream.close();
                    assertThatExceptionOfType(StreamClosed.class).isThrownBy(writing::join);
                    sleep(SocketStream.PATIENCE.plus(SHORT));
                }
            }
        });
        assertThat(log.take())
                .singleElement()
                .satisfies(line -> assertThat(line.getMessage())
                        .matches("TcpStream\\[127.0.0.1:\\d+] was closed, and its peer did not take the rest in 10 s"));
    }

    @Test
    void aPeerThatIsGoneIsLetGoInTime() throws Exception { // half-open, at the server: it will never hear of the end
        run(() -> {
            try (var server = TcpServer.listen("127.0.0.1", 0, stream -> {
                        if (!Timeouts.moveOnAfter(SHORT, () -> stream.readLine())) stream.write(bytes("too late\n"));
                    });
                    var peer = RawPeer.connect(server.port())) {
                assertThat(peer.read(9)).isEqualTo(bytes("too late\n"));
                while (server.connections() > 0) sleep(Duration.ofMillis(1));
            }
        });
    }

    @Test
    void aWriteToAPeerThatNeverReadsEndsInTime() throws Exception {
        run(() -> {
            try (var server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                    var stream = TcpClient.connect("127.0.0.1", server.getLocalPort());
                    var peer = server.accept()) {
                assertThatExceptionOfType(TooSlow.class)
                        .isThrownBy(() -> Timeouts.failAfter(SHORT, () -> stream.write(new byte[20_000_000])));
                assertThat(blocking(() -> peer.getInputStream().readNBytes(20_000_000)))
                        .hasSize(20_000_000); // sent all the same
            }
        });
    }

    // ---- load, and the same again and again

    @Test
    void handlersThatThrowUnderLoadLeaveNothing(Logged log) throws Exception {
        run(() -> {
            try (var server = TcpServer.listen("127.0.0.1", 0, stream -> {
                if (stream.readLine().equals("odd")) throw new IllegalStateException("on purpose");
                stream.write(bytes("fine\n"));
            })) {
                for (int i = 0; i < 200; i++) {
                    try (var client = TcpClient.connect("127.0.0.1", server.port())) {
                        client.write(bytes(i % 2 == 0 ? "even\n" : "odd\n"));
                        assertThat(TcpServerTest.text(client.readAll())).isEqualTo(i % 2 == 0 ? "fine\n" : "");
                    }
                }
            }
        });
        assertThat(log.take())
                .hasSize(100)
                .allSatisfy(line -> assertThat(line.getLevel()).isEqualTo(Level.SEVERE));
    }

    @Test
    void peersThatResetUnderLoadLeaveNothing(Logged log) throws Exception {
        run(() -> {
            try (var server = TcpServer.listen("127.0.0.1", 0, stream -> {
                while (true) stream.write(stream.readUntil(bytes("\n"), 100));
            })) {
                for (int i = 0; i < 200; i++) {
                    var peer = RawPeer.connect(server.port());
                    peer.write(bytes("hello\n"));
                    if (i % 3 > 0) peer.read(6);
                    peer.reset();
                }
            }
        });
        log.take(); // how many of them were told depends on the moment
    }

    @Test
    void aCloseUnderLoadTearsNoAnswerApart(Logged log) throws Exception { // rule 40
        run(() -> {
            var server = TcpServer.listen("127.0.0.1", 0, stream -> {
                while (stream.awaitMore()) stream.write(bytes(stream.readLine().repeat(1_000) + "\n"));
            });
            var answers = new ArrayList<String>();
            TaskScope.run(scope -> {
                for (int i = 0; i < 50; i++) {
                    scope.start("client", () -> askUntilTheEnd(server.port(), answers));
                }
                while (server.connections() < 50 || answers.size() < 200) yieldNow();
                server.close(SHORT);
            });
            assertThat(server.connections()).isZero();
            assertThat(answers).containsOnly("hello".repeat(1_000));
        });
        assertThat(log.take())
                .singleElement()
                .satisfies(line -> assertThat(line.getMessage())
                        .matches(
                                "TcpServer\\[127.0.0.1:\\d+] is closed: 50 connections have not ended within 50 ms and are"
                                        + " cancelled: (Task\\[tcp-\\d+].*, ){10}…"));
    }

    private static void askUntilTheEnd(int port, List<String> answers) {
        try (var client = TcpClient.connect("127.0.0.1", port)) {
            while (true) {
                client.write(bytes("hello\n"));
                if (!client.awaitMore()) return;
                answers.add(client.readLine());
            }
        } catch (StreamClosed e) {
            // at any moment, but not within an answer
            assertThat(e).hasMessageNotContaining("after");
        }
    }

    @Test
    void portsInUseLeaveNothing() throws Exception {
        run(() -> {
            try (var server = TcpServer.listen("127.0.0.1", 0, _ -> {})) {
                for (int i = 0; i < 100; i++) {
                    assertThatExceptionOfType(UncheckedIOException.class)
                            .isThrownBy(() -> TcpServer.listen("127.0.0.1", server.port(), _ -> {}))
                            .withMessage("cannot listen on 127.0.0.1:" + server.port() + ": Address already in use");
                }
            }
        });
    }

    @Test
    void refusalsLeaveNothing() throws Exception {
        run(() -> {
            int port = portThatIsFree();
            for (int i = 0; i < 100; i++) {
                assertThatExceptionOfType(UncheckedIOException.class)
                        .isThrownBy(() -> TcpClient.connect("127.0.0.1", port))
                        .withMessage("cannot connect to 127.0.0.1:" + port + ": Connection refused");
            }
        });
    }

    private static int portThatIsFree() {
        try (var server = TcpServer.listen("127.0.0.1", 0, _ -> {})) {
            return server.port();
        }
    }
}
