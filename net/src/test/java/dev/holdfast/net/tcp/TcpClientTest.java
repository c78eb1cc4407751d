package dev.holdfast.net.tcp;

import static dev.holdfast.net.tcp.TcpServerTest.bytes;
import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static dev.holdfast.task.Coroutine.yieldNow;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.holdfast.Holdfast;
import dev.holdfast.cancel.TooSlow;
import dev.holdfast.net.Leaks;
import dev.holdfast.scope.Timeouts;
import dev.holdfast.task.Action;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("threads")
final class TcpClientTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration SHORT = Duration.ofMillis(50);

    /// Nobody answers there, and nobody refuses: it is for documentation (RFC 5737).
    private static final InetAddress SILENT = InetAddress.ofLiteral("192.0.2.1");

    @TempDir
    Path folder;

    private static <X extends Throwable> void run(Action<X> body) throws X {
        Holdfast.run(LIMIT, body);
    }

    private static TcpServer echo() {
        return TcpServer.listen("127.0.0.1", 0, stream -> stream.copyTo(stream));
    }

    @Test
    void itKnowsBothAddresses() {
        run(() -> {
            try (var server = TcpServer.listen(
                            "127.0.0.1",
                            0,
                            stream -> stream.write(bytes(stream.peerAddress() + " " + stream.localAddress() + "\n")));
                    var client = TcpClient.connect("127.0.0.1", server.port())) {
                assertThat(client.peerAddress()).isEqualTo(new InetSocketAddress("127.0.0.1", server.port()));
                assertThat(client.readLine()).isEqualTo(client.localAddress() + " " + client.peerAddress());
                assertThat(client).hasToString("TcpStream[127.0.0.1:" + server.port() + "]");
            }
        });
    }

    @Test
    void aRefusalIsAnErrorInWords() {
        run(() -> {
            int port = portThatIsFree();
            assertThatExceptionOfType(UncheckedIOException.class)
                    .isThrownBy(() -> TcpClient.connect("127.0.0.1", port))
                    .withMessage("cannot connect to 127.0.0.1:" + port + ": Connection refused");
            var path = folder.resolve("nobody");
            assertThatExceptionOfType(UncheckedIOException.class)
                    .isThrownBy(() -> TcpClient.connect(UnixDomainSocketAddress.of(path)))
                    .withMessage("cannot connect to " + path + ": No such file or directory");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> TcpClient.connect("127.0.0.1", 0))
                    .withMessage("not between 1 and 65535: 0");
        });
    }

    private static int portThatIsFree() {
        try (var server = echo()) {
            return server.port();
        }
    }

    @Test
    void ofSeveralAddressesTheRefusalOfEachIsTold() { // rule 41
        run(() -> {
            int port = portThatIsFree();
            var options = TcpClient.options()
                    .resolver(_ -> List.of(InetAddress.ofLiteral("127.0.0.1"), InetAddress.ofLiteral("127.0.0.2")));
            assertThatExceptionOfType(UncheckedIOException.class)
                    .isThrownBy(() -> options.connect("two.example", port))
                    .withMessage("cannot connect to two.example:" + port + ": 127.0.0.1:" + port
                            + ": Connection refused; 127.0.0.2:" + port + ": Connection refused");
        });
    }

    @Test
    void aHostThatIsNotKnownIsAnErrorInWords() {
        run(() -> assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(() -> TcpClient.options()
                        .resolver(host -> {
                            throw new UnknownHostException(host);
                        })
                        .connect("nowhere.example", 80))
                .withMessage("cannot connect to nowhere.example:80: unknown host")
                .withCauseInstanceOf(UnknownHostException.class));
    }

    @Test
    void anAddressThatIsNoneIsAnErrorInWords() {
        run(() -> assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(() -> TcpClient.connect("1.2.3.4.5", 80))
                .withMessage("cannot connect to 1.2.3.4.5:80: unknown host"));
    }

    @Test
    void theLimitCoversTheSearchForTheAddress() { // rule 41, and whoever looks for it cannot be stopped
        var over = new CountDownLatch(1);
        run(() -> assertThatExceptionOfType(TooSlow.class)
                .isThrownBy(() -> TcpClient.options()
                        .within(SHORT)
                        .resolver(_ -> {
                            awaitUninterruptibly(over);
                            return List.of(SILENT);
                        })
                        .connect("slow.example", 80))
                .withMessage("connection to slow.example:80: not within 50 ms"));
        over.countDown();
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        while (true) {
            try {
                latch.await();
                return;
            } catch (InterruptedException e) {
                // as getaddrinfo does
            }
        }
    }

    @Test
    void aBrokenAddressCostsAHeadStartOnly() { // rule 41
        run(() -> {
            try (var server = echo()) {
                var local = InetAddress.ofLiteral("127.0.0.1");
                try (var client = TcpClient.options()
                        .resolver(_ -> List.of(SILENT, local))
                        .connect("half.example", server.port())) {
                    assertThat(client.peerAddress()).isEqualTo(new InetSocketAddress(local, server.port()));
                }
            }
        });
    }

    @Test
    void aLimitAroundLeavesNoConnection() throws Exception { // rule 22
        run(() -> {
            try (var server = echo()) {
                for (int i = 0; i < 20; i++) connectAndCancel(server.port(), i);
                awaitNobody(server);
                int before = Leaks.files();
                for (int i = 0; i < 200; i++) connectAndCancel(server.port(), i % 20);
                awaitNobody(server);
                assertThat(Leaks.files()).isEqualTo(before);
            }
        });
    }

    private static void awaitNobody(TcpServer server) {
        // A connection that was torn down may still stand in the system's line; the last is behind it.
        TcpClient.connect("127.0.0.1", server.port()).close();
        sleep(SHORT);
        while (server.connections() > 0) sleep(Duration.ofMillis(1));
    }

    /// Cancels at every moment there is: before, while, and when it is connected.
    private static void connectAndCancel(int port, int turns) {
        var connecting =
                spawn("connecting", () -> TcpClient.connect("127.0.0.1", port).close());
        for (int i = 0; i < turns; i++) yieldNow();
        connecting.cancel("on purpose");
        while (!connecting.future().isDone()) yieldNow();
    }

    @Test
    void itConnectsFromTheAddressThatIsSaid() {
        run(() -> {
            try (var server = echo();
                    var client = TcpClient.options()
                            .source(new InetSocketAddress("127.0.0.2", 0))
                            .connect("127.0.0.1", server.port())) {
                assertThat(((InetSocketAddress) client.localAddress()).getHostString())
                        .isEqualTo("127.0.0.2");
            }
        });
    }

    @Test
    @SuppressWarnings("try") // one is closed before its time
    void itsOptionsCanBeSaidAndChanged() {
        run(() -> {
            try (var server = TcpServer.options()
                            .noDelay(false)
                            .keepAlive(true)
                            .listen(
                                    "127.0.0.1",
                                    0,
                                    stream -> stream.noDelay(true).copyTo(stream));
                    var client =
                            TcpClient.options().noDelay(false).keepAlive(true).connect("127.0.0.1", server.port())) {
                client.noDelay(true).keepAlive(false).write(bytes("hello\n"));
                assertThat(client.readLine()).isEqualTo("hello");
                assertThat(client.isClosed()).isFalse();
                client.close();
                assertThat(client.isClosed()).isTrue();
            }
        });
    }

    @Test
    void anUnresolvedAddressIsLookedFor() {
        run(() -> {
            try (var server = TcpServer.listen("localhost", 0, stream -> stream.copyTo(stream));
                    var client = TcpClient.connect(InetSocketAddress.createUnresolved("localhost", server.port()))) {
                client.write(bytes("hello\n"));
                assertThat(client.readLine()).isEqualTo("hello");
            }
        });
    }

    @Test
    void aStreamThatIsForgottenIsClosedWithTheLoop() { // and what nobody has read with it
        forget();
        int before = Leaks.files();
        for (int i = 0; i < 10; i++) forget();
        assertThat(Leaks.files()).isEqualTo(before);
        Leaks.expectNone();
    }

    private static void forget() {
        run(() -> {
            var server = TcpServer.options().patience(Duration.ZERO).listen("127.0.0.1", 0, stream -> {
                stream.write(new byte[50_000]);
                stream.readLine();
            });
            var client = TcpClient.connect("127.0.0.1", server.port());
            client.peek(10_000);
            Timeouts.moveOnAfter(Duration.ofMillis(5), () -> client.peek(60_000));
            client.write(bytes("never read"));
        });
    }
}
