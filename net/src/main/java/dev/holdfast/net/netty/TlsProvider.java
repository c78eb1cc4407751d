package dev.holdfast.net.netty;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslProvider;
import java.lang.System.Logger.Level;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Whose TLS it is. Which one is taken: `-Dholdfast.tls=openssl|jdk`, by default OpenSSL's if netty-tcnative is on the
/// class path and works, and the JDK's otherwise.
///
/// By OpenSSL's, a stream whose peer has said that it sends no more cannot be written to any more either: Netty ends
/// both ways. And where two have no protocol in common (ALPN) it goes on without, where the JDK's fails.
enum TlsProvider {
    /// The JDK's, which works everywhere.
    JDK(SslProvider.JDK) {
        @Override
        @Nullable String problem() {
            return null;
        }
    },

    /// That of netty-tcnative, by native code.
    OPENSSL(SslProvider.OPENSSL) {
        @Override
        @Nullable String problem() {
            return OpenSsl.isAvailable() ? null : String.valueOf(OpenSsl.unavailabilityCause());
        }
    };

    private static final System.Logger LOG = System.getLogger(TlsProvider.class.getPackageName());
    private static final String NATIVE = "io/netty/internal/tcnative/SSLContext.class";

    private final SslProvider netty;

    TlsProvider(SslProvider netty) {
        this.netty = netty;
    }

    /// {@return what Netty calls it}
    SslProvider netty() {
        return netty;
    }

    /// {@return why it does not work here; null if it does}
    abstract @Nullable String problem();

    /// {@return the best that works here, or the one that was asked for} Said in the log, once. The first call
    /// may load native code, which takes a while.
    ///
    /// @throws IllegalStateException if the one that was asked for does not work, saying why, or is unknown
    static TlsProvider chosen() {
        var choice = Choice.MADE;
        if (choice.refusal != null) throw new IllegalStateException(choice.refusal);
        return choice.provider;
    }

    /// {@return what `wish` leads to}
    ///
    /// @param wish a name, or nothing
    static Choice choose(String wish) {
        return switch (wish) {
            case "" -> best();
            case "openssl" -> wished(OPENSSL);
            case "jdk" -> wished(JDK);
            default -> new Choice(JDK, "holdfast.tls is neither openssl nor jdk: " + wish);
        };
    }

    private static Choice wished(TlsProvider provider) {
        var problem = provider.problem();
        return new Choice(provider, problem == null ? null : "no TLS by " + provider + ": " + problem);
    }

    private static Choice best() {
        if (TlsProvider.class.getClassLoader().getResource(NATIVE) == null) return new Choice(JDK, null);
        var problem = OPENSSL.problem();
        if (problem == null) return new Choice(OPENSSL, null);
        LOG.log(Level.INFO, "Holdfast's TLS goes without OpenSSL: " + problem);
        return new Choice(JDK, null);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// A provider, or why there is none.
    record Choice(TlsProvider provider, @Nullable String refusal) {
        private static final Choice MADE = choose(System.getProperty("holdfast.tls", ""));

        static {
            LOG.log(Level.DEBUG, "Holdfast's TLS is that of " + MADE.provider);
        }
    }
}
