package dev.holdfast.net.netty;

import java.util.Locale;
import java.util.stream.Stream;

/// Whose TLS a test is about.
public final class TlsBy {
    private TlsBy() {}

    /// Returns the names of those that work here.
    public static Stream<String> all() {
        return Stream.of(TlsProvider.values())
                .filter(provider -> provider.problem() == null)
                .map(TlsProvider::toString);
    }

    /// From now on the TLS of the current loop is by the one of this name.
    public static void use(String name) {
        Network.here().tlsBy(TlsProvider.valueOf(name.toUpperCase(Locale.ROOT)));
    }
}
