package dev.holdfast.net.tcp;

import static dev.holdfast.net.tcp.TcpServerTest.bytes;
import static dev.holdfast.net.tcp.TcpServerTest.text;
import static dev.holdfast.net.tcp.TlsPeers.connect;
import static dev.holdfast.net.tcp.TlsPeers.echo;
import static dev.holdfast.net.tcp.TlsPeers.expectTold;
import static dev.holdfast.net.tcp.TlsPeers.rawServer;
import static dev.holdfast.task.Coroutine.await;
import static dev.holdfast.task.Coroutine.blocking;
import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.holdfast.cancel.TooSlow;
import dev.holdfast.future.Promise;
import dev.holdfast.net.Certificates;
import dev.holdfast.net.stream.StreamClosed;
import dev.holdfast.testing.Logged;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.HexFormat;
import java.util.logging.Level;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What else goes wrong with TLS. Nothing hangs, each error says in words what it was and with whom, and nothing is
/// left.
@ExtendWith(NothingLeft.class)
final class TlsFaultsTest extends OverTls {
    private static final Duration SHORT = Duration.ofMillis(100);

    /// A ClientHello for TLS 1.1, which is the newest it knows: one cipher, no extension.
    private static final byte[] OLD_CLIENT =
            HexFormat.of().parseHex("160301002d" + "010000290302" + "00".repeat(32) + "00" + "0002c02b" + "0100");

    /// A ServerHello that answers with TLS 1.1.
    private static final byte[] OLD_SERVER =
            HexFormat.of().parseHex("160302002a" + "020000260302" + "00".repeat(32) + "00" + "c02b" + "00");

    // ---- who speaks something else

    @Test
    void plainTextToATlsPortIsNamed(Logged log) throws Exception {
        run(() -> {
            try (var server = echo(Certificates.of("local"));
                    var peer = RawPeer.connect(server.port())) {
                peer.write(bytes("GET / HTTP/1.0\r\n\r\n"));
                var sent = tls.equals("jdk") ? ": \"GET / HTTP/1.0\\\\r\\\\n\\\\r\\\\n\"" : "";
                expectTold(log, "TLS: what the peer sends is not TLS" + sent);
            }
        });
    }

    @Test
    void aGreetingThatIsTooLongIsRefused(Logged log) throws Exception { // CVE-2023-34462
        run(() -> {
            try (var server = echo(Certificates.of("local").host("other.example", Certificates.of("other")));
                    var peer = RawPeer.connect(server.port())) {
                peer.write(HexFormat.of().parseHex("1603014000" + "01fffff0" + "00".repeat(0x3ffc))); // of 16 MiB
                expectTold(log, "TLS: the peer's greeting is too long");
            }
        });
    }

    @Test
    void tlsToAPlainPortIsNamed() throws Exception {
        run(() -> {
            try (var server = rawServer()) {
                var connecting = spawn("connecting", () -> connect(server));
                try (var peer = blocking(server::accept)) {
                    peer.getOutputStream().write(bytes("HTTP/1.1 400 Bad Request\r\n"));
                    assertThatExceptionOfType(UncheckedIOException.class)
                            .isThrownBy(connecting::join)
                            .withMessage("cannot connect to 127.0.0.1:" + server.getLocalPort()
                                    + ": TLS: what the peer sends is not TLS"
                                    + (tls.equals("jdk") ? ": \"HTTP/1.1 400 Bad Req\"…" : ""));
                }
            }
        });
    }

    @Test
    void aClientThatIsTooOldIsRefused(Logged log) throws Exception {
        run(() -> {
            try (var server = echo(Certificates.of("local"));
                    var peer = RawPeer.connect(server.port())) {
                peer.write(OLD_CLIENT);
                expectTold(log, "TLS: .*(?i)protocol.*");
                assertThat(peer.read(7)[6]).isEqualTo((byte) 70); // protocol_version
            }
        });
    }

    @Test
    void aServerThatIsTooOldIsRefused() throws Exception {
        run(() -> {
            try (var server = rawServer()) {
                var connecting = spawn("connecting", () -> connect(server));
                try (var peer = blocking(server::accept)) {
                    peer.getOutputStream().write(OLD_SERVER);
                    assertThatExceptionOfType(UncheckedIOException.class)
                            .isThrownBy(connecting::join)
                            .withMessageMatching("cannot connect to 127.0.0.1:\\d+: TLS: .*(?i)protocol.*");
                }
            }
        });
    }

    @Test
    void twoWithoutACommonProtocolDoNotMeet(Logged log) { // ALPN; by OpenSSL they go on without
        run(() -> {
            try (var server = echo(Certificates.of("local").alpn("h2"))) {
                var config = Certificates.client().alpn("smtp");
                if (tls.equals("openssl")) {
                    try (var client = connect(config, server)) {
                        assertThat(client.tls().protocol()).isNull();
                    }
                    return;
                }
                assertThatExceptionOfType(UncheckedIOException.class)
                        .isThrownBy(() -> connect(config, server))
                        .withMessage("cannot connect to localhost:" + server.port()
                                + ": TLS: the peer refuses: no application protocol");
                expectTold(log, "TLS: .*(?i)application layer protocol.*");
            }
        });
    }

    // ---- who goes away, or says nothing

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aServerThatGoesAwayInTheHandshakeIsAnError(boolean resets) throws Exception {
        run(() -> {
            try (var server = rawServer()) {
                var connecting = spawn("connecting", () -> connect(server));
                var peer = blocking(server::accept);
                blocking(() -> peer.getInputStream().readNBytes(5)); // it has begun
                if (resets) peer.setSoLinger(true, 0);
                else peer.shutdownOutput();
                if (resets) peer.close();
                assertThatExceptionOfType(UncheckedIOException.class)
                        .isThrownBy(connecting::join)
                        .withMessageMatching("cannot connect to 127.0.0.1:\\d+: "
                                + (resets
                                        ? "Connection reset.*"
                                        : "TLS: the peer has closed the connection during the handshake"));
                peer.close();
            }
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aClientThatGoesAwayInTheHandshakeIsTold(boolean resets, Logged log) throws Exception {
        run(() -> {
            try (var server = echo(Certificates.of("local"))) {
                var peer = RawPeer.connect(server.port());
                peer.write(new byte[] {0x16, 3, 1});
                sleep(SHORT);
                if (resets) peer.reset();
                else peer.close();
                expectTold(
                        log,
                        resets ? "Connection reset.*" : "TLS: the peer has closed the connection during the handshake");
            }
        });
    }

    @Test
    void aServerThatSaysNothingIsWaitedForNoLongerThanSaid() throws Exception { // rule 41
        run(() -> {
            try (var server = rawServer()) {
                var options = TcpClient.options().within(SHORT).tls(Certificates.client());
                assertThatExceptionOfType(TooSlow.class)
                        .isThrownBy(() -> options.connect("127.0.0.1", server.getLocalPort()))
                        .withMessage("connection to 127.0.0.1:" + server.getLocalPort() + ": not within 100 ms");
            }
        });
    }

    @Test
    void aClientThatSaysNothingIsWaitedForNoLongerThanSaid(Logged log) throws Exception {
        run(() -> {
            try (var server = echo(Certificates.of("local").within(SHORT));
                    var _ = RawPeer.connect(server.port())) {
                expectTold(log, "TLS handshake of TcpStream\\[127.0.0.1:\\d+]: not within 100 ms");
            }
        });
    }

    @Test
    void aHandshakeInTheMiddleIsWaitedForNoLongerThanSaid() throws Exception {
        run(() -> {
            try (var server = rawServer();
                    var client = TcpClient.connect("127.0.0.1", server.getLocalPort());
                    var _ = server.accept()) {
                assertThatExceptionOfType(TooSlow.class)
                        .isThrownBy(() -> client.startTls(Certificates.client().within(SHORT), "localhost"))
                        .withMessage("TLS handshake of " + client + ": not within 100 ms");
                assertThatExceptionOfType(StreamClosed.class)
                        .isThrownBy(() -> client.readLine())
                        .withMessage(client + " failed: TLS: the handshake was broken off here");
            }
        });
    }

    @Test
    void aStreamThatIsClosedInTheHandshakeKeepsNobodyWaiting() throws Exception {
        run(() -> {
            try (var server = rawServer()) {
                var client = TcpClient.connect("127.0.0.1", server.getLocalPort());
                var peer = server.accept();
                var patient = Certificates.client().within(Duration.ofHours(1));
                var greeting = spawn("greeting", () -> client.startTls(patient, "localhost"));
                blocking(() -> peer.getInputStream().readNBytes(5)); // it has begun
                client.close();
                assertThatExceptionOfType(StreamClosed.class)
                        .isThrownBy(greeting::join)
                        .withMessage(client + " failed: TLS: the handshake was broken off here");
                peer.close();
            }
        });
    }

    @Test
    void aPeerThatGoesAwayBeforeTheGreetingIsAnError() throws Exception { // files are being read meanwhile
        run(() -> {
            try (var server = rawServer();
                    var client = TcpClient.connect("127.0.0.1", server.getLocalPort())) {
                var peer = server.accept();
                peer.setSoLinger(true, 0);
                peer.close();
                while (!client.isClosed()) sleep(Duration.ofMillis(1));
                assertThatExceptionOfType(StreamClosed.class)
                        .isThrownBy(() -> client.startTls(Certificates.client(), "localhost"))
                        .withMessageStartingWith(client + " failed: Connection reset");
            }
        });
    }

    @Test
    void aPeerThatHasEndedCannotGoOnByTls() throws Exception {
        run(() -> {
            try (var server = rawServer();
                    var client = TcpClient.connect("127.0.0.1", server.getLocalPort())) {
                server.accept().close();
                assertThat(client.awaitMore()).isFalse();
                assertThatExceptionOfType(StreamClosed.class)
                        .isThrownBy(() -> client.startTls(Certificates.client(), "localhost"))
                        .withMessage(client + " failed: TLS: the peer has closed the connection during the handshake");
            }
        });
    }

    // ---- after the handshake

    /// A peer by the JDK's blocking sockets, whose connection can be touched below its TLS.
    private record Raw(Socket below, SSLSocket above) implements AutoCloseable {
        static Raw connect(TcpServer server) throws Exception {
            return blocking(() -> {
                var context = SSLContext.getInstance("TLS");
                context.init(null, Certificates.client().readTrusted().getTrustManagers(), null);
                var below = new Socket(InetAddress.getLoopbackAddress(), server.port());
                var above =
                        (SSLSocket) context.getSocketFactory().createSocket(below, "localhost", server.port(), false);
                above.startHandshake();
                return new Raw(below, above);
            });
        }

        @Override
        public void close() throws IOException {
            below.close();
        }
    }

    @Test
    void bytesThatWereCutOffAreNoEnd() throws Exception {
        run(() -> {
            var end = new Promise<Throwable>("end");
            try (var server = TcpServer.options().tls(Certificates.of("local")).listen("127.0.0.1", 0, stream -> {
                        try {
                            stream.readAll();
                        } catch (StreamClosed e) {
                            end.complete(e);
                        }
                    });
                    var peer = Raw.connect(server)) {
                blocking(() -> peer.above.getOutputStream().write(bytes("half a")));
                peer.below.close();
                assertThat(await(end)).isInstanceOfSatisfying(StreamClosed.class, e -> {
                    assertThat(e.getMessage())
                            .matches("TcpStream\\[127.0.0.1:\\d+] failed: TLS: the connection was cut off, and the "
                                    + "peer has not said that this was the end");
                    assertThat(e.isOrderly()).isFalse();
                });
            }
        });
    }

    @Test
    void anEndThatWasSaidIsOne() throws Exception {
        run(() -> {
            var read = new Promise<String>("read");
            try (var server = TcpServer.options()
                            .tls(Certificates.of("local"))
                            .listen("127.0.0.1", 0, stream -> read.complete(text(stream.readAll())));
                    var peer = Raw.connect(server)) {
                blocking(() -> {
                    peer.above.getOutputStream().write(bytes("all of it"));
                    peer.above.close();
                });
                assertThat(await(read)).isEqualTo("all of it");
            }
        });
    }

    @Test
    void bytesThatWereChangedOnTheWayAreAnError(Logged log) throws Exception {
        run(() -> {
            try (var server = echo(Certificates.of("local"));
                    var peer = Raw.connect(server)) {
                var record = new byte[100];
                record[0] = 23;
                record[1] = record[2] = 3;
                record[4] = 95;
                blocking(() -> {
                    peer.above.getOutputStream().write(bytes("a")); // it is read by then
                    peer.above.getInputStream().read();
                    peer.below.getOutputStream().write(record);
                });
                peer.below.shutdownOutput(); // OpenSSL's says nothing before
                expectTold(log, "TLS: .*(?i)(tag mismatch|mac|decryption|cut off).*");
            }
        });
    }

    @Test
    void aHandlerThatThrowsIsLoggedAndTheOthersLive(Logged log) { // rule 40
        run(() -> {
            try (var server = TcpServer.options().tls(Certificates.of("local")).listen("127.0.0.1", 0, stream -> {
                        if (stream.readLine().equals("fail")) throw new IllegalStateException("on purpose");
                        stream.write(bytes("fine\n"));
                    });
                    var bad = connect(Certificates.client(), server);
                    var good = connect(Certificates.client(), server)) {
                bad.write(bytes("fail\n"));
                assertThat(bad.readAll()).isEmpty();
                good.write(bytes("go on\n"));
                assertThat(good.readLine()).isEqualTo("fine");
                assertThat(log.take()).singleElement().satisfies(line -> {
                    assertThat(line.getLevel()).isEqualTo(Level.SEVERE);
                    assertThat(line.getThrown()).hasMessage("on purpose");
                });
            }
        });
    }

    @Test
    void aPeerThatDoesNotReadStopsWhoWritesAndNobodyElse(Logged log) throws Exception {
        run(() -> {
            try (var server = echo(Certificates.of("local"));
                    var other = connect(Certificates.client(), server);
                    var stuck = Raw.connect(server)) {
                var flood = spawn(
                        "flood",
                        () -> blocking(() -> stuck.above.getOutputStream().write(new byte[30_000_000])));
                for (int i = 0; i < 50; i++) {
                    other.write(bytes("ping\n"));
                    assertThat(other.readLine()).isEqualTo("ping");
                }
                assertThat(flood.future().isDone()).isFalse();
                stuck.below.setSoLinger(true, 0);
                stuck.below.close();
                assertThatExceptionOfType(IOException.class).isThrownBy(() -> flood.join(IOException.class));
            }
        });
        log.take(); // whether the server hears of a reset or of an end depends on the system
    }
}
