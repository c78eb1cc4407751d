package dev.holdfast.net.tcp;

import static dev.holdfast.net.tcp.TcpServerTest.bytes;
import static dev.holdfast.net.tcp.TcpServerTest.text;
import static dev.holdfast.task.Coroutine.await;
import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static dev.holdfast.task.Coroutine.yieldNow;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.holdfast.future.Promise;
import dev.holdfast.net.Certificates;
import dev.holdfast.net.Leaks;
import dev.holdfast.net.tls.TlsConfig;
import dev.holdfast.net.tls.TlsConfig.Clients;
import dev.holdfast.net.tls.TlsSession;
import dev.holdfast.testing.Logged;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// TLS between our own client and server.
final class TlsTest extends OverTls {
    @TempDir
    Path folder;

    private static TcpServer echo(TlsConfig config) {
        return TcpServer.options().tls(config).listen("localhost", 0, stream -> stream.copyTo(stream));
    }

    private static TcpStream connect(TlsConfig config, TcpServer server) {
        return TcpClient.options().tls(config).connect("localhost", server.port());
    }

    private static String nameOf(TcpStream stream) {
        return stream.tls()
                .peerCertificates()
                .getFirst()
                .getSubjectX500Principal()
                .getName();
    }

    // ---- what was agreed on

    @Test
    void bothKnowWhatWasAgreedOn() {
        run(() -> {
            var seen = new Promise<TlsSession>("seen");
            try (var server = TcpServer.options().tls(Certificates.of("local")).listen("localhost", 0, stream -> {
                        seen.complete(stream.tls());
                        stream.copyTo(stream);
                    });
                    var client = connect(Certificates.client(), server)) {
                client.write(bytes("hello\n"));
                assertThat(client.readLine()).isEqualTo("hello");
                assertThat(client.tls().version()).isEqualTo("TLSv1.3");
                assertThat(client.tls().cipher()).startsWith("TLS_");
                assertThat(client.tls().protocol()).isNull();
                assertThat(client.tls().host()).isEqualTo("localhost");
                assertThat(client.tls().peerCertificates()).hasSize(2);
                assertThat(nameOf(client)).isEqualTo("CN=local");
                assertThat(await(seen).peerCertificates()).isEmpty();
                assertThat(await(seen).cipher()).isEqualTo(client.tls().cipher());
            }
        });
    }

    @Test
    void aStreamInClearKnowsThatItIs() {
        run(() -> {
            try (var server = TcpServer.listen("localhost", 0, stream -> stream.copyTo(stream));
                    var client = TcpClient.connect("localhost", server.port())) {
                assertThat(client.tls()).isNull();
            }
        });
    }

    @Test
    void theServerTakesTheFirstOfItsProtocolsThatTheClientHas() {
        run(() -> {
            try (var server = echo(Certificates.of("local").alpn("h2", "http/1.1", "smtp"));
                    var client = connect(Certificates.client().alpn("smtp", "http/1.1"), server);
                    var silent = connect(Certificates.client(), server)) {
                assertThat(client.tls().protocol()).isEqualTo("http/1.1");
                assertThat(silent.tls().protocol()).isNull();
            }
        });
    }

    @Test
    void theServerHasACertificateForEachOfItsNames() {
        run(() -> {
            var config = Certificates.of("local")
                    .host("other.example", Certificates.of("other"))
                    .host("*.wild.example", Certificates.of("wild"));
            try (var server = echo(config)) {
                for (var name : new String[] {"other.example", "a.wild.example"}) {
                    var options = TcpClient.options().tls(Certificates.client(), name);
                    try (var client = options.connect("localhost", server.port())) {
                        assertThat(nameOf(client)).isEqualTo(name.startsWith("other") ? "CN=other" : "CN=wild");
                        client.write(bytes("hello\n"));
                        assertThat(client.readLine()).isEqualTo("hello");
                    }
                }
                try (var client = connect(Certificates.client(), server)) {
                    assertThat(nameOf(client)).isEqualTo("CN=local");
                }
            }
        });
    }

    @Test
    void aNameInOtherLettersOrWithADotBehindIsCalledAsItIsWritten() {
        run(() -> {
            var config = Certificates.of("local")
                    .host("b\u00fccher.example", Certificates.of("umlaut"))
                    .host("other.example", Certificates.of("other"));
            try (var server = echo(config)) {
                for (var name : new String[] {"b\u00fccher.example", "other.example."}) {
                    var options = TcpClient.options().tls(Certificates.client(), name);
                    try (var client = options.connect("localhost", server.port())) {
                        assertThat(nameOf(client)).isEqualTo(name.startsWith("other") ? "CN=other" : "CN=umlaut");
                    }
                }
            }
        });
    }

    @Test
    void theServerMayAskForCertificates() {
        run(() -> {
            for (var clients : new Clients[] {Clients.WANTED, Clients.NEEDED}) {
                try (var server = TcpServer.options()
                        .tls(Certificates.of("local").clients(clients))
                        .listen("localhost", 0, stream -> stream.write(bytes(nameOf(stream) + "\n")))) {
                    try (var client = connect(Certificates.of("client"), server)) {
                        assertThat(client.readLine()).isEqualTo("CN=client");
                    }
                }
            }
        });
    }

    @Test
    void whoHasNoCertificateIsTakenWhereItIsOnlyWanted() {
        run(() -> {
            try (var server = echo(Certificates.of("local").clients(Clients.WANTED));
                    var client = connect(Certificates.client(), server)) {
                client.write(bytes("hello\n"));
                assertThat(client.readLine()).isEqualTo("hello");
            }
        });
    }

    @Test
    void whoSaysInsecureGetsIt() { // rule 42
        run(() -> {
            try (var server = echo(Certificates.of("self"))) {
                try (var client =
                        TcpClient.options().tls(TlsConfig.usual().insecure()).connect("127.0.0.1", server.port())) {
                    client.write(bytes("hello\n"));
                    assertThat(client.readLine()).isEqualTo("hello");
                }
            }
        });
    }

    @Test
    void certificatesMayComeFromKeyStores() {
        run(() -> {
            var password = Certificates.PASSWORD.toCharArray();
            try (var server = echo(Certificates.of("local").clients(Clients.NEEDED));
                    var client = connect(
                            TlsConfig.usual()
                                    .trustStore(Certificates.store(), password)
                                    .keyStore(Certificates.store(), password),
                            server)) {
                client.write(bytes("hello\n"));
                assertThat(client.readLine()).isEqualTo("hello");
            }
        });
    }

    @Test
    void aNumberIsVerifiedToo() {
        run(() -> {
            try (var server = echo(Certificates.of("local"));
                    var client = TcpClient.options()
                            .tls(Certificates.client())
                            .connect(new InetSocketAddress("127.0.0.1", server.port()))) {
                assertThat(nameOf(client)).isEqualTo("CN=local");
            }
        });
    }

    @Test
    void aUnixSocketIsVerifiedByTheNameThatIsSaid() {
        run(() -> {
            var path = UnixDomainSocketAddress.of(folder.resolve("socket"));
            try (var server = TcpServer.options().tls(Certificates.of("local")).listen(path, s -> s.copyTo(s));
                    var client = TcpClient.options()
                            .tls(Certificates.client(), "localhost")
                            .connect(path)) {
                client.write(bytes("hello\n"));
                assertThat(client.readLine()).isEqualTo("hello");
                assertThatIllegalArgumentException()
                        .isThrownBy(() ->
                                TcpClient.options().tls(Certificates.client()).connect(path))
                        .withMessage(folder + "/socket has no name to be verified: say tls(config, host)");
                assertThatIllegalStateException().isThrownBy(server::port);
            }
        });
    }

    // ---- new certificates

    @Test
    void aServerReadsItsFilesAgainWhenItIsTold() throws Exception {
        var chain = folder.resolve("chain.pem");
        var key = folder.resolve("key.pem");
        copy("local", chain, key);
        var config = TlsConfig.usual().certificate(chain, key);
        run(() -> {
            try (var server = echo(config);
                    var old = connect(Certificates.client(), server)) {
                copy("renewed", chain, key);
                try (var same = connect(Certificates.client(), server)) {
                    assertThat(nameOf(same)).isEqualTo("CN=local");
                }
                server.tls(config.again());
                try (var fresh = connect(Certificates.client(), server)) {
                    assertThat(nameOf(fresh)).isEqualTo("CN=renewed");
                }
                Files.delete(key);
                assertThatExceptionOfType(UncheckedIOException.class)
                        .isThrownBy(() -> server.tls(config.again()))
                        .withMessage("no other TLS for " + server + ": no such file: " + key);
                try (var fresh = connect(Certificates.client(), server)) {
                    assertThat(nameOf(fresh)).isEqualTo("CN=renewed");
                }
                old.write(bytes("hello\n"));
                assertThat(old.readLine()).isEqualTo("hello");
            }
        });
    }

    private static void copy(String name, Path chain, Path key) throws Exception {
        Files.copy(Certificates.chain(name), chain, StandardCopyOption.REPLACE_EXISTING);
        Files.copy(Certificates.key(name), key, StandardCopyOption.REPLACE_EXISTING);
    }

    @Test
    void filesThatCannotBeUsedAreToldBeforeAnythingElse(Logged log) {
        run(() -> {
            var nowhere = folder.resolve("nowhere.pem");
            assertThatExceptionOfType(UncheckedIOException.class)
                    .isThrownBy(() -> echo(TlsConfig.usual().certificate(nowhere, nowhere)))
                    .withMessage("cannot listen on localhost:0: no such file: " + nowhere);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> echo(TlsConfig.usual()))
                    .withMessage("TlsConfig[no certificate] is for clients only: a server needs a certificate");
            try (var server = echo(Certificates.of("local"))) {
                assertThatExceptionOfType(UncheckedIOException.class)
                        .isThrownBy(() -> connect(TlsConfig.usual().trust(nowhere), server))
                        .withMessage("cannot connect to localhost:" + server.port() + ": no such file: " + nowhere);
            }
            log.take(); // it was connected already
            try (var server = TcpServer.listen("localhost", 0, s -> s.copyTo(s))) {
                assertThatIllegalStateException()
                        .isThrownBy(() -> server.tls(Certificates.of("local")))
                        .withMessage(server + " listens in clear");
            }
        });
    }

    // ---- the end

    @Test
    void whoSendsNoMoreSaysSo() {
        run(() -> {
            try (var server = TcpServer.options()
                            .tls(Certificates.of("local"))
                            .listen("localhost", 0, stream -> stream.write(bytes("all there is")));
                    var client = connect(Certificates.client(), server)) {
                assertThat(text(client.readAll())).isEqualTo("all there is");
            }
        });
    }

    @Test
    void muchIsSentBeforeAClose() {
        run(() -> {
            try (var server = TcpServer.options()
                            .tls(Certificates.of("local"))
                            .listen("localhost", 0, stream -> stream.write(new byte[3_000_000]));
                    var client = connect(Certificates.client(), server)) {
                assertThat(client.readAll()).hasSize(3_000_000);
            }
        });
    }

    // ---- limits and cancellation

    @Test
    void aCancelledConnectionLeavesNothing(Logged log) throws Exception { // rule 22
        run(() -> {
            try (var server = echo(Certificates.of("local"))) {
                connect(Certificates.client(), server).close();
                for (int i = 0; i < 60; i++) connectAndCancel(server, i);
                awaitNobody(server);
                int before = Leaks.files();
                for (int i = 0; i < 60; i++) connectAndCancel(server, i);
                awaitNobody(server);
                for (int i = 0; i < 200 && Leaks.files() > before; i++) sleep(Duration.ofMillis(10));
                assertThat(Leaks.files()).isEqualTo(before);
            }
        });
        log.take(); // of some the server has heard
        Leaks.expectNone();
    }

    private static void connectAndCancel(TcpServer server, int turns) {
        var connecting =
                spawn("connecting", () -> connect(Certificates.client(), server).close());
        for (int i = 0; i < turns; i++) yieldNow();
        connecting.cancel("on purpose");
        while (!connecting.future().isDone()) yieldNow();
    }

    private static void awaitNobody(TcpServer server) {
        connect(Certificates.client(), server).close();
        sleep(Duration.ofMillis(50));
        while (server.connections() > 0) sleep(Duration.ofMillis(1));
    }
}
