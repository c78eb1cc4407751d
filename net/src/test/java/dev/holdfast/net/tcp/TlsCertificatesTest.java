package dev.holdfast.net.tcp;

import static dev.holdfast.net.tcp.TlsPeers.connect;
import static dev.holdfast.net.tcp.TlsPeers.echo;
import static dev.holdfast.net.tcp.TlsPeers.expectTold;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.holdfast.net.Certificates;
import dev.holdfast.net.stream.StreamClosed;
import dev.holdfast.net.tls.TlsConfig;
import dev.holdfast.net.tls.TlsConfig.Clients;
import dev.holdfast.testing.Logged;
import java.io.UncheckedIOException;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Whom TLS does not trust, and what is said of it.
@ExtendWith(NothingLeft.class)
final class TlsCertificatesTest extends OverTls {
    private void refuses(String certificate, String why, Logged log) {
        run(() -> {
            try (var server = echo(Certificates.of(certificate))) {
                assertThatExceptionOfType(UncheckedIOException.class)
                        .isThrownBy(() -> connect(Certificates.client(), server))
                        .withMessageMatching("cannot connect to localhost:" + server.port() + ": TLS: " + why)
                        .withCauseInstanceOf(SSLException.class);
                expectTold(log, "TLS: the peer refuses: .*");
            }
        });
    }

    @Test
    void aCertificateThatHasExpiredIsRefused(Logged log) { // rule 42
        refuses("expired", "the peer's certificate has expired: on .* 20\\d\\d", log);
    }

    @Test
    void aCertificateThatIsNotValidYetIsRefused(Logged log) { // rule 42
        refuses("soon", "the peer's certificate is not valid yet: from .* 20\\d\\d", log);
    }

    @Test
    void aCertificateThatIsForClientsOnlyIsRefused(Logged log) { // rule 42
        refuses("caller", "the peer's certificate will not do: .*(?i)server auth.*", log);
    }

    @Test
    void aCertificateForAnotherHostIsRefused(Logged log) { // rule 42
        refuses("other", "the peer's certificate is for another host: No .* localhost found", log);
    }

    @Test
    void aCertificateThatSignedItselfIsRefused(Logged log) { // rule 42
        refuses("self", "the peer's certificate was signed by nobody who is trusted here", log);
    }

    @Test
    void aCertificateOfAnUnknownAuthorityIsRefused(Logged log) { // rule 42
        refuses("strange", "the peer's certificate was signed by nobody who is trusted here", log);
    }

    @Test
    void theSystemDoesNotTrustOurs(Logged log) { // rule 42
        run(() -> {
            try (var server = echo(Certificates.of("local"))) {
                assertThatExceptionOfType(UncheckedIOException.class)
                        .isThrownBy(() -> connect(TlsConfig.usual(), server))
                        .withMessageEndingWith(
                                ": TLS: the peer's certificate was signed by nobody who is trusted here");
                expectTold(log, "TLS: the peer refuses: .*");
            }
        });
    }

    @Test
    void aClientWithoutACertificateIsToldThatOneIsNeeded(Logged log) {
        run(() -> {
            try (var server = echo(Certificates.of("local").clients(Clients.NEEDED))) {
                try (var client = connect(Certificates.client(), server)) { // by TLS 1.3 it does not hear of it yet
                    assertThatExceptionOfType(StreamClosed.class)
                            .isThrownBy(() -> client.readLine())
                            .withMessageMatching("TcpStream\\[127.0.0.1:\\d+] failed: TLS: the peer refuses: .*");
                }
                expectTold(log, "TLS: .*(?i)(empty client certificate chain|peer did not return a certificate).*");
            }
        });
    }

    @Test
    void aClientWithACertificateOfAnUnknownAuthorityIsRefused(Logged log) {
        run(() -> {
            try (var server = echo(Certificates.of("local").clients(Clients.WANTED))) {
                try (var client = connect(Certificates.of("false"), server)) { // by TLS 1.3 it does not hear of it yet
                    assertThatExceptionOfType(StreamClosed.class)
                            .isThrownBy(() -> client.readLine())
                            .withMessageMatching("TcpStream\\[127.0.0.1:\\d+] failed: TLS: the peer refuses: .*");
                }
                expectTold(log, "TLS: the peer's certificate is not valid: signature check failed");
            }
        });
    }
}
