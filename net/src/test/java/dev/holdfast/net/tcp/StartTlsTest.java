package dev.holdfast.net.tcp;

import static dev.holdfast.net.tcp.TcpServerTest.bytes;
import static dev.holdfast.net.tcp.TcpServerTest.text;
import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static dev.holdfast.task.Coroutine.yieldNow;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.holdfast.net.Certificates;
import dev.holdfast.net.stream.StreamClosed;
import dev.holdfast.net.tls.TlsConfig;
import dev.holdfast.testing.Logged;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A stream in clear that goes on by TLS: STARTTLS, by either side.
final class StartTlsTest extends OverTls {
    @TempDir
    Path folder;

    /// A dialogue as mail servers have it, whose server answers in capitals once it goes by TLS.
    private static void serveMail(TcpStream stream) {
        while (stream.awaitMore()) {
            var line = stream.readLine();
            if (line.equals("STARTTLS")) {
                stream.write(bytes("220 go ahead\r\n"));
                stream.acceptTls(Certificates.of("local"));
            } else {
                stream.write(bytes((stream.tls() == null ? line : line.toUpperCase(Locale.ROOT)) + "\r\n"));
            }
        }
    }

    @Test
    void aStreamInClearGoesOnByTls() {
        run(() -> {
            try (var server = TcpServer.listen("localhost", 0, StartTlsTest::serveMail);
                    var client = TcpClient.connect("localhost", server.port())) {
                client.write(bytes("hello\r\n"));
                assertThat(client.readLine()).isEqualTo("hello");
                client.write(bytes("STARTTLS\r\n"));
                assertThat(client.readLine()).isEqualTo("220 go ahead");
                var session = client.startTls(Certificates.client(), "localhost");
                assertThat(session).isEqualTo(client.tls());
                client.write(bytes("hello\r\n"));
                assertThat(client.readLine()).isEqualTo("HELLO");
                assertThatIllegalStateException()
                        .isThrownBy(() -> client.startTls(Certificates.client(), "localhost"))
                        .withMessage(client + " goes by TLS already");
            }
        });
    }

    @Test
    void whatTheClientSentInClearIsNotReadAsIfItCameByTls(Logged log) { // CVE-2011-0411 and its kin
        run(() -> {
            try (var server = TcpServer.listen("localhost", 0, StartTlsTest::serveMail);
                    var client = TcpClient.connect("localhost", server.port())) {
                client.write(bytes("STARTTLS\r\nRSET\r\n"));
                assertThat(client.readLine()).isEqualTo("220 go ahead");
                assertThat(client.awaitMore()).isFalse();
                assertThat(log.take())
                        .singleElement()
                        .satisfies(line -> assertThat(line.getMessage())
                                .matches(
                                        "Task\\[tcp-1] of TcpServer\\[.*] ended: TcpStream\\[.*] was closed: 6 bytes came in "
                                                + "clear before TLS, and nobody had read them: \"RSET\\\\r\\\\n\""));
            }
        });
    }

    @Test
    void whatTheServerSentInClearIsNotReadAsIfItCameByTls() {
        run(() -> {
            try (var server = TcpServer.listen("localhost", 0, stream -> {
                        stream.readLine();
                        stream.write(bytes("220 go ahead\r\n250 believe me\r\n"));
                        stream.awaitMore();
                    });
                    var client = TcpClient.connect("localhost", server.port())) {
                client.write(bytes("STARTTLS\r\n"));
                client.readLine();
                assertThatExceptionOfType(StreamClosed.class)
                        .isThrownBy(() -> client.startTls(Certificates.client(), "localhost"))
                        .withMessage(
                                client + " was closed: 16 bytes came in clear before TLS, and nobody had read them: "
                                        + "\"250 believe me\\r\\n\"")
                        .satisfies(e -> assertThat(e.isOrderly()).isFalse());
                assertThat(client.isClosed()).isTrue();
            }
        });
    }

    @Test
    void whatCameToTheSocketOnlyIsNotReadEither() {
        run(() -> {
            try (var server = TcpServer.listen("localhost", 0, stream -> {
                        stream.write(bytes("220 go ahead\r\n"));
                        sleep(Duration.ofMillis(50));
                        stream.write(bytes("250 believe me\r\n"));
                        stream.awaitMore();
                    });
                    var client = TcpClient.connect("localhost", server.port())) {
                client.readLine();
                sleep(Duration.ofMillis(200)); // until it has come
                assertThatExceptionOfType(StreamClosed.class)
                        .isThrownBy(() -> client.startTls(Certificates.client(), "localhost"))
                        .withMessageContaining("16 bytes came in clear");
            }
        });
    }

    @Test
    void whatWasWrittenBeforeGoesInClear() {
        run(() -> {
            try (var server = TcpServer.listen("localhost", 0, stream -> {
                        var much = stream.readExactly(1_000_000);
                        stream.write(bytes("220 got " + much.length + "\r\n"));
                        stream.acceptTls(Certificates.of("local"));
                        stream.write(stream.readExactly(5));
                    });
                    var client = TcpClient.connect("localhost", server.port())) {
                client.write(new byte[1_000_000]);
                assertThat(client.readLine()).isEqualTo("220 got 1000000");
                client.startTls(Certificates.client(), "localhost");
                client.write(bytes("hello"));
                assertThat(text(client.readAll())).isEqualTo("hello");
            }
        });
    }

    @Test
    void nothingThatIsWrittenMeanwhileGoesInClear() {
        run(() -> {
            var config = Certificates.of("local").host("other.example", Certificates.of("other"));
            try (var server = TcpServer.listen("localhost", 0, stream -> {
                        var writing = spawn("writer", () -> {
                            yieldNow();
                            stream.write(bytes("secret\n"));
                        });
                        stream.acceptTls(config);
                        writing.join();
                        stream.write(stream.readExactly(5));
                    });
                    var client = TcpClient.connect("localhost", server.port())) {
                sleep(Duration.ofMillis(50));
                client.startTls(Certificates.client(), "localhost");
                assertThat(client.readLine()).isEqualTo("secret");
                client.write(bytes("hello"));
                assertThat(text(client.readAll())).isEqualTo("hello");
            }
        });
    }

    @Test
    void nobodyElseReadsMeanwhile() {
        run(() -> {
            try (var server = TcpServer.listen("localhost", 0, StartTlsTest::serveMail);
                    var client = TcpClient.connect("localhost", server.port())) {
                var reader = spawn("reader", () -> client.readLine());
                yieldNow();
                assertThatIllegalStateException()
                        .isThrownBy(() -> client.startTls(Certificates.client(), "localhost"))
                        .withMessage(client + " is already being read by Task[reader]");
                reader.cancel("on purpose");
            }
        });
    }

    @Test
    void aConfigThatCannotBeUsedLeavesAllAsBefore() {
        run(() -> {
            try (var server = TcpServer.listen("localhost", 0, StartTlsTest::serveMail);
                    var client = TcpClient.connect("localhost", server.port())) {
                var nowhere = folder.resolve("nowhere.pem");
                assertThatExceptionOfType(UncheckedIOException.class)
                        .isThrownBy(() -> client.startTls(TlsConfig.usual().trust(nowhere), "localhost"))
                        .withMessage("no TLS on " + client + ": no such file: " + nowhere);
                client.write(bytes("hello\r\n"));
                assertThat(client.readLine()).isEqualTo("hello");
            }
        });
    }

    @Test
    void whatWasWrittenToGoByTlsNeverGoesInClear() {
        run(() -> {
            var nowhere = folder.resolve("nowhere.pem");
            try (var server = TcpServer.listen("localhost", 0, stream -> {
                        var writing = spawn("writer", () -> stream.write(bytes("secret\n")));
                        // It writes while files are read.
                        assertThatExceptionOfType(UncheckedIOException.class)
                                .isThrownBy(
                                        () -> stream.acceptTls(TlsConfig.usual().certificate(nowhere, nowhere)));
                        writing.join();
                        assertThatExceptionOfType(StreamClosed.class)
                                .isThrownBy(() -> stream.readLine())
                                .withMessage(stream + " failed: what was written to go by TLS is not sent in clear");
                    });
                    var client = TcpClient.connect("localhost", server.port())) {
                assertThat(client.awaitMore()).isFalse();
            }
        });
    }
}
