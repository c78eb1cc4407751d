package dev.holdfast.net.tls;

import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What two peers have agreed on.
///
/// @param version `TLSv1.3` or `TLSv1.2`
/// @param cipher how bytes are kept secret, by its name in the standard
/// @param protocol what will be spoken, if both had something to say about that (ALPN)
/// @param host of a client, by which name the server was verified; of a server, by which it was called, if the
/// client did so (SNI)
/// @param peerCertificates the peer's own first; none if it showed none
public record TlsSession(
        String version,
        String cipher,
        @Nullable String protocol,
        @Nullable String host,
        List<X509Certificate> peerCertificates) {
    /// Keeps a copy of the certificates.
    public TlsSession {
        peerCertificates = List.copyOf(peerCertificates);
    }
}
