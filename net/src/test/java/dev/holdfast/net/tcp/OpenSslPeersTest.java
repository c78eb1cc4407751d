package dev.holdfast.net.tcp;

import static dev.holdfast.net.tcp.TcpServerTest.bytes;
import static dev.holdfast.net.tcp.TcpServerTest.text;
import static dev.holdfast.task.Coroutine.blocking;
import static dev.holdfast.task.Coroutine.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.holdfast.Holdfast;
import dev.holdfast.net.Certificates;
import dev.holdfast.net.Peers;
import dev.holdfast.net.netty.TlsBy;
import dev.holdfast.net.stream.StreamClosed;
import dev.holdfast.net.tls.TlsConfig;
import dev.holdfast.net.tls.TlsConfig.Clients;
import dev.holdfast.task.Action;
import dev.holdfast.testing.Logged;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// TLS with the program `openssl` at the other end.
@ParameterizedClass
@MethodSource("dev.holdfast.net.netty.TlsBy#all")
@Tag("threads")
@Tag("long")
final class OpenSslPeersTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @Parameter
    String tls;

    @BeforeAll
    static void makeCertificates() {
        Certificates.make();
    }

    private void run(Action<Exception> body) throws Exception {
        if (!Peers.has("openssl")) return;
        Holdfast.run(LIMIT, () -> {
            TlsBy.use(tls);
            body.run();
        });
    }

    private static Peers client(TcpServer server, String... more) throws IOException {
        var arguments = new ArrayList<>(List.of("s_client", "-connect", "127.0.0.1:" + server.port()));
        arguments.addAll(List.of(
                "-servername", "localhost", "-CAfile", Certificates.chain("ca").toString()));
        arguments.addAll(List.of("-verify_return_error", "-verify_hostname", "localhost"));
        arguments.addAll(List.of(more));
        return Peers.start("openssl", arguments.toArray(String[]::new));
    }

    private static TcpServer capitals(TlsConfig config) {
        return TcpServer.options().tls(config).listen("127.0.0.1", 0, OpenSslPeersTest::capitals);
    }

    private static void capitals(TcpStream stream) {
        while (stream.awaitMore()) {
            var line = stream.readLine();
            stream.write(bytes(line.toUpperCase(Locale.ROOT) + "\n"));
            if (line.equals("bye")) return;
        }
    }

    // ---- s_client

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_3", "-tls1_2"})
    void itsClientTalksToOurServer(String version) throws Exception {
        run(() -> {
            try (var server = capitals(Certificates.of("local"));
                    var peer = client(server, version, "-quiet")) {
                blocking(() -> {
                    peer.type("hello\n");
                    peer.lineWith("HELLO");
                    peer.type("bye\n");
                    peer.lineWith("BYE");
                    peer.rest(); // our close_notify ends it
                });
            }
        });
    }

    @Test
    void itsClientShowsItsCertificateAndSpeaksAProtocol() throws Exception {
        run(() -> {
            var config = Certificates.of("local").clients(Clients.NEEDED).alpn("h2", "http/1.1");
            try (var server = TcpServer.options().tls(config).listen("127.0.0.1", 0, stream -> {
                        var session = stream.tls();
                        var name = session.peerCertificates().getFirst().getSubjectX500Principal();
                        stream.write(bytes(name + " " + session.protocol() + " " + session.host() + "\n"));
                    });
                    var peer = client(
                            server,
                            "-quiet",
                            "-alpn",
                            "http/1.1",
                            "-cert",
                            Certificates.chain("client").toString(),
                            "-key",
                            Certificates.key("client").toString())) {
                assertThat(blocking(peer::rest)).contains("CN=client http/1.1 localhost");
            }
        });
    }

    @Test
    void itsClientDoesNotTakeAWrongServer(Logged log) throws Exception {
        run(() -> {
            try (var server = capitals(Certificates.of("expired"));
                    var peer = client(server)) {
                assertThat(blocking(peer::rest)).contains("certificate has expired");
            }
        });
        log.take();
    }

    @Test
    void itsOldClientIsRefused(Logged log) throws Exception {
        run(() -> {
            try (var server = capitals(Certificates.of("local"));
                    var peer = client(server, "-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0")) {
                assertThat(blocking(peer::rest)).contains("alert protocol version");
            }
            assertThat(log.take())
                    .singleElement()
                    .satisfies(line -> assertThat(line.getMessage()).matches(".*failed: TLS: .*(?i)protocol.*"));
        });
    }

    @Test
    void itsClientGoesOnByTlsInTheMiddleOfAMail() throws Exception {
        run(() -> {
            try (var server = TcpServer.listen("127.0.0.1", 0, OpenSslPeersTest::serveMail);
                    var peer = client(server, "-starttls", "smtp", "-quiet")) {
                blocking(() -> {
                    peer.lineWith("250"); // the last line in clear is printed
                    peer.type("NOOP\r\n");
                    peer.lineWith("250 by TLSv1.3");
                    peer.type("QUIT\r\n");
                    peer.lineWith("221");
                });
            }
        });
    }

    /// As much of a mail server as its client asks for.
    private static void serveMail(TcpStream stream) {
        stream.write(bytes("220 mail.example\r\n"));
        while (stream.awaitMore()) {
            var word = stream.readLine().split(" ", 2)[0];
            switch (word) {
                case "EHLO" -> stream.write(bytes("250-mail.example\r\n250 STARTTLS\r\n"));
                case "STARTTLS" -> {
                    stream.write(bytes("220 go ahead\r\n"));
                    stream.acceptTls(Certificates.of("local"));
                }
                case "QUIT" -> {
                    stream.write(bytes("221 bye\r\n"));
                    return;
                }
                default -> stream.write(bytes("250 by " + stream.tls().version() + "\r\n"));
            }
        }
    }

    // ---- s_server

    private static Peers server(int port, String certificate, String... more) throws IOException {
        var arguments = new ArrayList<>(List.of("s_server", "-accept", "127.0.0.1:" + port));
        arguments.addAll(List.of("-cert", Certificates.chain(certificate).toString()));
        arguments.addAll(List.of("-key", Certificates.key(certificate).toString()));
        arguments.addAll(List.of(more));
        var server = Peers.start("openssl", arguments.toArray(String[]::new));
        server.lineWith("ACCEPT");
        return server;
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static TcpStream connect(int port) {
        return TcpClient.options().tls(Certificates.client()).connect("127.0.0.1", port);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_3", "-tls1_2"})
    void ourClientTalksToItsServer(String version) throws Exception {
        run(() -> {
            int port = freePort();
            try (var peer = blocking(() -> server(port, "local", version, "-rev"))) {
                try (var client = connect(port)) {
                    client.write(bytes("hello\n"));
                    assertThat(client.readLine()).isEqualTo("olleh");
                    client.closeWrite();
                    assertThat(text(client.readAll())).isEmpty();
                }
                assertThat(peer).isNotNull();
            }
        });
    }

    @Test
    void ourClientDoesNotTakeItsWrongServer() throws Exception {
        run(() -> {
            int port = freePort();
            try (var _ = blocking(() -> server(port, "self"))) {
                assertThatExceptionOfType(UncheckedIOException.class)
                        .isThrownBy(() -> connect(port))
                        .withMessage("cannot connect to 127.0.0.1:" + port
                                + ": TLS: the peer's certificate was signed by nobody who is trusted here");
            }
        });
    }

    @Test
    void itsServerThatDiesIsNoEnd() throws Exception {
        run(() -> {
            int port = freePort();
            try (var peer = blocking(() -> server(port, "local"));
                    var client = connect(port)) {
                sleep(Duration.ofMillis(100));
                blocking(peer::close);
                assertThatExceptionOfType(StreamClosed.class)
                        .isThrownBy(() -> client.readAll())
                        .withMessageEndingWith("the peer has not said that this was the end");
            }
        });
    }
}
