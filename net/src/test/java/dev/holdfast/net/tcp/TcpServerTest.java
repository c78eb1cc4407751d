package dev.holdfast.net.tcp;

import static dev.holdfast.task.Coroutine.await;
import static dev.holdfast.task.Coroutine.awaitCancelled;
import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.holdfast.Holdfast;
import dev.holdfast.cancel.Cancelled;
import dev.holdfast.future.Promise;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.net.stream.StreamClosed;
import dev.holdfast.task.Action;
import dev.holdfast.task.Task;
import dev.holdfast.testing.Logged;
import dev.holdfast.testing.Trail;
import java.io.UncheckedIOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.logging.Level;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("threads")
final class TcpServerTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration SHORT = Duration.ofMillis(50);

    private final Trail trail = new Trail();

    @TempDir
    Path folder;

    private static <X extends Throwable> void run(Action<X> body) throws X {
        Holdfast.run(LIMIT, body);
    }

    private static TcpServer echo() {
        return TcpServer.listen("127.0.0.1", 0, stream -> stream.copyTo(stream));
    }

    // ---- connections

    @Test
    void itRunsATaskForEachConnection() { // rule 40
        run(() -> {
            try (var server = TcpServer.listen("127.0.0.1", 0, stream -> {
                trail.mark(Task.current().toString());
                stream.write(stream.readUntil(bytes("\n"), 100));
            })) {
                for (int i = 0; i < 3; i++) {
                    try (var client = TcpClient.connect("127.0.0.1", server.port())) {
                        client.write(bytes("line\n"));
                        assertThat(text(client.readAll())).isEqualTo("line\n"); // it closes when it returns
                    }
                }
            }
            trail.expect("Task[tcp-1]", "Task[tcp-2]", "Task[tcp-3]");
        });
    }

    @Test
    void manyAreServedAtTheSameTime() {
        run(() -> {
            try (var server = echo()) {
                var clients = new ArrayList<TcpStream>();
                for (int i = 0; i < 200; i++) clients.add(TcpClient.connect("127.0.0.1", server.port()));
                for (int i = 0; i < 200; i++) clients.get(i).write(bytes("hello " + i + "\n"));
                for (int i = 0; i < 200; i++)
                    assertThat(clients.get(i).readLine()).isEqualTo("hello " + i);
                assertThat(server.connections()).isEqualTo(200);
                clients.forEach(TcpStream::close);
            }
        });
    }

    @Test
    void anErrorInOneIsLoggedAndTheOthersLive(Logged log) { // rule 40
        run(() -> {
            try (var server = TcpServer.listen("127.0.0.1", 0, stream -> {
                        if (stream.readLine().equals("fail")) throw new IllegalArgumentException("on purpose");
                        stream.write(bytes("fine\n"));
                    });
                    var bad = TcpClient.connect("127.0.0.1", server.port());
                    var good = TcpClient.connect("127.0.0.1", server.port())) {
                bad.write(bytes("fail\n"));
                assertThat(bad.readAll()).isEmpty();
                good.write(bytes("go on\n"));
                assertThat(good.readLine()).isEqualTo("fine");
                assertThat(log.take()).singleElement().satisfies(line -> {
                    assertThat(line.getMessage())
                            .isEqualTo("Task[tcp-1] of TcpServer[127.0.0.1:" + server.port() + "] failed");
                    assertThat(line.getThrown()).hasMessage("on purpose");
                });
            }
        });
    }

    @Test
    void onesThatEndWithTheirPeerEndInOrder() { // rule 40: an unexpected log line would fail this
        run(() -> {
            try (var server = TcpServer.listen("127.0.0.1", 0, stream -> {
                        while (true) stream.write(stream.readUntil(bytes("\n"), 1024));
                    });
                    var client = TcpClient.connect("127.0.0.1", server.port())) {
                client.write(bytes("hello\n"));
                assertThat(client.readLine()).isEqualTo("hello");
            }
        });
    }

    @Test
    @SuppressWarnings("try") // one is closed before its time
    void asManyAreServedAsMayBeAndTheOthersWait() { // rule 40
        run(() -> {
            try (var server = TcpServer.options().maxConnections(2).listen("127.0.0.1", 0, stream -> {
                        stream.write(bytes("welcome\n"));
                        stream.awaitMore();
                    });
                    var first = TcpClient.connect("127.0.0.1", server.port());
                    var second = TcpClient.connect("127.0.0.1", server.port());
                    var third = TcpClient.connect("127.0.0.1", server.port())) {
                first.readLine();
                second.readLine();
                var waiting = spawn("third", () -> third.readLine());
                sleep(SHORT);
                assertThat(waiting.future().isDone()).isFalse();
                assertThat(server.connections()).isEqualTo(2);
                first.close();
                assertThat(waiting.join()).isEqualTo("welcome");
            }
        });
    }

    @Test
    void aLostConnectionCancelsATaskThatWouldNotHearOfIt(Logged log) throws Exception {
        run(() -> {
            var cancelled = new Promise<String>("cancelled");
            try (var server = TcpServer.listen("127.0.0.1", 0, stream -> {
                try {
                    awaitCancelled();
                } catch (Cancelled e) {
                    cancelled.complete(e.reason());
                    throw e;
                }
            })) {
                var peer = RawPeer.connect(server.port());
                int port = peer.port();
                peer.reset();
                assertThat(await(cancelled)).isEqualTo("TcpStream[127.0.0.1:" + port + "] was lost");
            }
        });
        assertThat(log.take()).isEmpty();
    }

    @Test
    void aLostConnectionIsToldToWhoReads(Logged log) throws Exception { // rule 39
        run(() -> {
            var thrown = new Promise<StreamClosed>("thrown");
            try (var server = TcpServer.listen("127.0.0.1", 0, stream -> {
                try {
                    stream.readLine();
                } catch (StreamClosed e) {
                    thrown.complete(e);
                    throw e;
                }
            })) {
                var peer = RawPeer.connect(server.port());
                int port = peer.port();
                sleep(SHORT); // so that it reads
                peer.reset();
                var name = "TcpStream[127.0.0.1:" + port + "]";
                assertThat(await(thrown)).hasMessageMatching("\\Q" + name + "\\E failed: Connection reset( by peer)?");
                assertThat(await(thrown)).hasCauseInstanceOf(java.io.IOException.class);
            }
        });
        assertThat(log.take()).singleElement().satisfies(line -> {
            assertThat(line.getLevel()).isEqualTo(Level.INFO);
            assertThat(line.getMessage()).startsWith("Task[tcp-1] of TcpServer[127.0.0.1:");
        });
    }

    // ---- where it listens

    @Test
    void onAHostWithSeveralAddressesItListensOnAllAtTheSamePort() throws Exception {
        run(() -> {
            try (var server = TcpServer.listen("localhost", 0, stream -> stream.copyTo(stream))) {
                assertThat(server.addresses()).isNotEmpty();
                for (var address : server.addresses()) {
                    assertThat(((InetSocketAddress) address).getPort()).isEqualTo(server.port());
                    try (var client = TcpClient.connect(address)) {
                        client.write(bytes("hello\n"));
                        assertThat(client.readLine()).isEqualTo("hello");
                    }
                }
            }
        });
    }

    @Test
    void itListensOnSeveralAddresses() throws Exception {
        boolean hasIpv6 = NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .anyMatch(address -> address instanceof Inet6Address && address.isLoopbackAddress());
        var second = hasIpv6 ? "::1" : "127.0.0.2";
        run(() -> {
            try (var server = TcpServer.options()
                    .listen(
                            List.of(new InetSocketAddress("127.0.0.1", 0), new InetSocketAddress(second, 0)),
                            stream -> stream.copyTo(stream))) {
                assertThat(server.addresses()).hasSize(2);
                assertThat(server)
                        .hasToString("TcpServer[127.0.0.1:" + server.port() + ", "
                                + (hasIpv6 ? "[::1]" : second) + ":"
                                + ((InetSocketAddress) server.addresses().get(1)).getPort() + "]");
                for (var address : server.addresses())
                    TcpClient.connect(address).close();
            }
        });
    }

    @Test
    void itListensOnAUnixSocket() {
        run(() -> {
            var address = UnixDomainSocketAddress.of(folder.resolve("socket"));
            try (var server = TcpServer.listen(address, stream -> {
                        stream.write(bytes(stream.readLine() + " from " + stream + "\n"));
                    });
                    var client = TcpClient.connect(address)) {
                client.write(bytes("hello\n"));
                assertThat(client.readLine()).isEqualTo("hello from UnixStream[" + address + "]");
                assertThat(client).hasToString("UnixStream[" + address + "]");
                assertThat(server).hasToString("TcpServer[" + address + "]");
                assertThatIllegalStateException().isThrownBy(server::port).withMessage(server + " has no port");
            }
        });
    }

    @Test
    void aPortInUseIsAnErrorInWords() {
        run(() -> {
            try (var server = echo()) {
                assertThatExceptionOfType(UncheckedIOException.class)
                        .isThrownBy(() -> TcpServer.listen("127.0.0.1", server.port(), _ -> {}))
                        .withMessage("cannot listen on 127.0.0.1:" + server.port() + ": Address already in use");
            }
            try (var again = echo()) {
                assertThat(again.port()).isPositive();
            }
        });
    }

    @Test
    void ofSeveralAddressesOneThatIsInUseFreesTheOthers() {
        run(() -> {
            try (var server = echo()) {
                var free = new InetSocketAddress("127.0.0.1", portThatIsFree());
                var used = new InetSocketAddress("127.0.0.1", server.port());
                assertThatExceptionOfType(UncheckedIOException.class)
                        .isThrownBy(() -> TcpServer.options().listen(List.of(free, used), _ -> {}))
                        .withMessage("cannot listen on 127.0.0.1:" + free.getPort() + ", 127.0.0.1:" + used.getPort()
                                + ": Address already in use");
                TcpServer.listen(free, _ -> {}).close();
            }
        });
    }

    private static int portThatIsFree() {
        try (var server = echo()) {
            return server.port();
        }
    }

    @Test
    void aHostThatIsNotThisMachineIsAnErrorInWords() {
        run(() -> {
            assertThatExceptionOfType(UncheckedIOException.class)
                    .isThrownBy(() -> TcpServer.listen("192.0.2.1", 0, _ -> {}))
                    .withMessage("cannot listen on 192.0.2.1:0: Cannot assign requested address");
            assertThatExceptionOfType(UncheckedIOException.class)
                    .isThrownBy(() -> TcpServer.listen("nowhere.invalid", 0, _ -> {}))
                    .withMessage("cannot listen on nowhere.invalid:0: unknown host");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> TcpServer.listen("127.0.0.1", 65_536, _ -> {}))
                    .withMessage("not between 0 and 65535: 65536");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> TcpServer.options().maxConnections(0))
                    .withMessage("maxConnections < 1: 0");
        });
    }

    @Test
    void twoMayListenOnOnePortIfBothSaySo() {
        run(() -> {
            var options = TcpServer.options().reusePort();
            try (var first = options.listen("127.0.0.1", 0, stream -> stream.write(bytes("1")));
                    var _ = options.listen("127.0.0.1", first.port(), stream -> stream.write(bytes("1")))) {
                for (int i = 0; i < 10; i++) {
                    try (var client = TcpClient.connect("127.0.0.1", first.port())) {
                        assertThat(text(client.readAll())).isEqualTo("1");
                    }
                }
            }
        });
    }

    // ---- its end

    @Test
    void closingWaitsForConnectionsToEnd() { // rule 40
        run(() -> {
            var server = TcpServer.listen("127.0.0.1", 0, stream -> {
                stream.readLine();
                sleep(SHORT);
                stream.write(bytes("done\n"));
                trail.mark("served");
            });
            try (var client = TcpClient.connect("127.0.0.1", server.port())) {
                client.write(bytes("go\n"));
                while (server.connections() == 0) sleep(Duration.ofMillis(1));
                server.close();
                trail.expect("served");
                assertThat(client.readLine()).isEqualTo("done");
                assertThatExceptionOfType(UncheckedIOException.class)
                        .isThrownBy(() -> TcpClient.connect("127.0.0.1", server.port()))
                        .withMessage("cannot connect to 127.0.0.1:" + server.port() + ": Connection refused");
            }
        });
    }

    @Test
    void thoseThatDoNotEndAreCancelledAndNamed(Logged log) { // rule 40
        run(() -> {
            var server = TcpServer.listen("127.0.0.1", 0, stream -> {
                try {
                    stream.readLine();
                } finally {
                    trail.mark("finally");
                }
            });
            try (var _ = TcpClient.connect("127.0.0.1", server.port())) {
                while (server.connections() == 0) sleep(Duration.ofMillis(1));
                sleep(SHORT);
                server.close(SHORT);
                trail.expect("finally");
            }
            assertThat(log.take())
                    .singleElement()
                    .satisfies(
                            line -> assertThat(line.getMessage())
                                    .matches(
                                            "TcpServer\\[127.0.0.1:\\d+] is closed: 1 connections have not ended within 50 ms and"
                                                    + " are cancelled: Task\\[tcp-1] waiting on bytes of TcpStream\\[127.0.0.1:\\d+]"));
        });
    }

    @Test
    void withoutPatienceTheyAreCancelledAtOnceAndSilently() {
        run(() -> {
            var server =
                    TcpServer.options().patience(Duration.ZERO).listen("127.0.0.1", 0, stream -> stream.readLine());
            try (var client = TcpClient.connect("127.0.0.1", server.port())) {
                while (server.connections() == 0) sleep(Duration.ofMillis(1));
                server.close();
                assertThat(client.awaitMore()).isFalse();
            }
        });
    }

    @Test
    void whoJoinsWaitsForItsEnd() {
        run(() -> {
            var server = echo();
            var joined = spawn("joiner", () -> {
                server.join();
                trail.mark("joined");
            });
            sleep(Duration.ofMillis(5));
            assertThat(joined.describe())
                    .isEqualTo("Task[joiner] waiting on TcpServer[127.0.0.1:" + server.port() + "]");
            trail.mark("close");
            server.close();
            server.close();
            joined.join();
            server.join();
            trail.expect("close", "joined");
        });
    }

    @Test
    void aConnectionMayCloseTheServer() {
        run(() -> {
            var server = new TcpServer[1];
            server[0] = TcpServer.listen("127.0.0.1", 0, stream -> {
                server[0].close();
                stream.write(bytes("bye\n"));
            });
            try (var client = TcpClient.connect("127.0.0.1", server[0].port())) {
                assertThat(client.readLine()).isEqualTo("bye");
            }
            server[0].join();
        });
    }

    @Test
    void aCallbackMayCloseTheServer() {
        run(() -> {
            var server = echo();
            IOLoop.current().execute(server::close);
            server.join();
        });
    }

    @Test
    void aCancelledTaskClosesItsServerInOrder() { // rule 9a
        run(() -> {
            var port = new Promise<Integer>("port");
            var serving = spawn("serving", () -> {
                try (var server = TcpServer.listen("127.0.0.1", 0, stream -> {
                    stream.readLine();
                    sleep(SHORT);
                    stream.write(bytes("done\n"));
                })) {
                    port.complete(server.port());
                    server.join();
                }
            });
            try (var client = TcpClient.connect("127.0.0.1", await(port))) {
                client.write(bytes("go\n"));
                sleep(SHORT.dividedBy(2));
                serving.cancel("shutdown");
                assertThat(client.readLine()).isEqualTo("done");
                assertThatExceptionOfType(CancellationException.class).isThrownBy(serving::join);
            }
        });
    }

    @Test
    void whoseMainForgetsItEndsWithTheLoop() {
        run(() -> {
            var server = TcpServer.listen("127.0.0.1", 0, stream -> {
                try {
                    stream.readLine();
                } finally {
                    trail.mark("finally");
                }
            });
            TcpClient.connect("127.0.0.1", server.port()).write(bytes("hel"));
            while (server.connections() == 0) sleep(Duration.ofMillis(1));
            sleep(SHORT);
        });
        trail.expect("finally");
    }

    @Test
    void itIsListenedToInTasksOnly() {
        run(() -> {
            var thrown = new Promise<Throwable>("thrown");
            IOLoop.current().execute(() -> {
                try {
                    echo();
                } catch (IllegalStateException e) {
                    thrown.complete(e);
                }
            });
            assertThat(await(thrown)).hasMessageContaining("is no task and cannot wait");
        });
    }

    static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    static String text(byte[] bytes) {
        return new String(bytes, UTF_8);
    }
}
