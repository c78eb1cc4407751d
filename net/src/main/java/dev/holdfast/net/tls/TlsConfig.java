package dev.holdfast.net.tls;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/// How to speak TLS, 1.2 or newer, as a client or as a server. A client verifies the server's certificate and that
/// it is for the very host it meant, unless [#insecure] was said.
///
/// ```
/// var client = TlsConfig.usual();
/// var server = TlsConfig.usual().certificate(Path.of("chain.pem"), Path.of("key.pem"));
/// ```
///
/// It does not change: each method returns another one. Its files are read when it is first used on a loop, off
/// that loop, and what was in them is kept for as long as it is; [#again] is the same whose files are read again.
public final class TlsConfig {
    /// How long a handshake may take if nothing else is said: ten seconds.
    public static final Duration LIMIT = Duration.ofSeconds(10);

    private static final Pattern HOST = Pattern.compile("(\\*\\.)?[^*.\\s]{1,63}(\\.[^*.\\s]{1,63})*");

    /// What a server thinks of certificates of its clients.
    public enum Clients {
        /// It does not ask for them.
        UNKNOWN,
        /// It asks, and takes those too who have none; but not those who have a wrong one.
        WANTED,
        /// It takes nobody who has none.
        NEEDED
    }

    // Changed by `with` alone, before anybody else sees it.
    private @Nullable KeyFiles own; // null: no certificate of its own
    private @Nullable KeyFiles trusted; // null: those whom the system trusts
    private boolean insecure;
    private List<String> protocols = List.of();
    private Clients clients = Clients.UNKNOWN;
    private Map<String, TlsConfig> hosts = Map.of();
    private Duration limit = LIMIT;

    private TlsConfig() {}

    /// {@return one that trusts whom the JDK trusts, and has no certificate of its own}
    public static TlsConfig usual() {
        return new TlsConfig();
    }

    private TlsConfig with(Consumer<TlsConfig> change) {
        var copy = new TlsConfig();
        copy.own = own;
        copy.trusted = trusted;
        copy.insecure = insecure;
        copy.protocols = protocols;
        copy.clients = clients;
        copy.hosts = hosts;
        copy.limit = limit;
        change.accept(copy);
        return copy;
    }

    // ---- what can be said

    /// Has a certificate of its own, from PEM files. A server needs one.
    ///
    /// @param certificates its own first, then who has signed it, and so on
    /// @param key of its own one: PKCS#8, not encrypted
    /// @return one like this that has
    public TlsConfig certificate(Path certificates, Path key) {
        var files = new KeyFiles.PemChain(requireNonNull(certificates), requireNonNull(key), null);
        return with(copy -> copy.own = files);
    }

    /// Has a certificate of its own, from PEM files with an encrypted key.
    ///
    /// @param certificates its own first, then who has signed it, and so on
    /// @param key PKCS#8, encrypted
    /// @param password opens the key
    /// @return one like this that has
    public TlsConfig certificate(Path certificates, Path key, char[] password) {
        var files = new KeyFiles.PemChain(requireNonNull(certificates), requireNonNull(key), password.clone());
        return with(copy -> copy.own = files);
    }

    /// Has a certificate of its own, from a key store.
    ///
    /// @param file PKCS#12, or another kind that the JDK knows
    /// @param password opens the store, and the key
    /// @return one like this that has
    public TlsConfig keyStore(Path file, char[] password) {
        var files = new KeyFiles.Stored(requireNonNull(file), password.clone());
        return with(copy -> copy.own = files);
    }

    /// Trusts these, and what they have signed, and not those whom the system trusts.
    ///
    /// @param certificates a PEM file
    /// @return one like this that does
    public TlsConfig trust(Path certificates) {
        var files = new KeyFiles.PemTrust(requireNonNull(certificates));
        return with(copy -> copy.trusted = files);
    }

    /// Trusts these, and what they have signed, and not those whom the system trusts.
    ///
    /// @param file a key store: PKCS#12, or another kind that the JDK knows
    /// @param password opens the store
    /// @return one like this that does
    public TlsConfig trustStore(Path file, char[] password) {
        var files = new KeyFiles.Stored(requireNonNull(file), password.clone());
        return with(copy -> copy.trusted = files);
    }

    /// Verifies nothing: takes whatever certificate the peer shows. Nobody can listen who only listens; but whoever
    /// can stand in between can.
    ///
    /// @return one like this that does not
    public TlsConfig insecure() {
        return with(copy -> copy.insecure = true);
    }

    /// Says what can be spoken on top of it (ALPN, RFC 7301): `h2`, `http/1.1`. A server takes the first of its own
    /// that the client has too. See [TlsSession#protocol].
    ///
    /// @param protocols best first
    /// @return one like this that does
    public TlsConfig alpn(String... protocols) {
        var all = List.of(protocols);
        for (var each : all)
            if (each.isEmpty() || each.length() > 255)
                throw new IllegalArgumentException("\"" + each + "\" has not between 1 and 255 characters");
        return with(copy -> copy.protocols = all);
    }

    /// As a server, says what it thinks of certificates of its clients.
    ///
    /// @param clients asked for them or not
    /// @return one like this that does
    public TlsConfig clients(Clients clients) {
        requireNonNull(clients, "clients");
        return with(copy -> copy.clients = clients);
    }

    /// As a server, is another for clients that call it by the name of `host` (SNI); all the others get this one.
    ///
    /// @param host a name; `*.example.org` stands for all that have one part more
    /// @param other in all respects, but for its own hosts, and [#within]
    /// @return one like this that is
    /// @throws IllegalArgumentException if no client could call it by `host`
    public TlsConfig host(String host, TlsConfig other) {
        if (!HOST.matcher(host).matches())
            throw new IllegalArgumentException("\"" + host + "\" is not the name of a host, nor *. and a name");
        var all = new LinkedHashMap<>(hosts);
        all.put(host.toLowerCase(Locale.ROOT), requireNonNull(other, "other"));
        return with(copy -> copy.hosts = Map.copyOf(all));
    }

    /// Says how long a handshake may take: [#LIMIT] if nothing is said.
    ///
    /// @param limit from when the connection stands
    /// @return one like this that does
    public TlsConfig within(Duration limit) {
        requireNonNull(limit, "limit");
        return with(copy -> copy.limit = limit);
    }

    /// {@return one like this, whose files are read again} And those of its hosts.
    public TlsConfig again() {
        var fresh = new LinkedHashMap<String, TlsConfig>();
        hosts.forEach((host, config) -> fresh.put(host, config.again()));
        return with(copy -> copy.hosts = Map.copyOf(fresh));
    }

    // ---- what was said

    /// {@return whether it has a certificate of its own}
    public boolean hasCertificate() {
        return own != null;
    }

    /// {@return whether it verifies nothing}
    public boolean isInsecure() {
        return insecure;
    }

    /// {@return what can be spoken on top of it, best first}
    public List<String> protocols() {
        return protocols;
    }

    /// {@return what it thinks of certificates of clients}
    public Clients clients() {
        return clients;
    }

    /// {@return others for those who call it by other names}
    public Map<String, TlsConfig> hosts() {
        return hosts;
    }

    /// {@return how long a handshake may take}
    public Duration limit() {
        return limit;
    }

    // ---- what is in the files

    /// Reads its files for its own certificate. Blocks.
    ///
    /// @return null if it has none
    /// @throws IOException if they are not there, or not what they should be; names them
    public @Nullable KeyManagerFactory readOwn() throws IOException {
        if (own == null) return null;
        try {
            var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(withKey(own), own.password());
            return keys;
        } catch (GeneralSecurityException e) {
            throw new IOException(own + ": " + e.getMessage(), e);
        }
    }

    private static KeyStore withKey(KeyFiles files) throws IOException, GeneralSecurityException {
        var store = files.read();
        for (var each : Collections.list(store.aliases())) if (store.isKeyEntry(each)) return store;
        throw new IOException(files + ": no private key in it");
    }

    /// Reads its files for whom it trusts. Blocks.
    ///
    /// @return null if it trusts whom the JDK trusts
    /// @throws IOException if they are not there, or not what they should be; names them
    public @Nullable TrustManagerFactory readTrusted() throws IOException {
        if (trusted == null) return null;
        try {
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            var certificates = trusted.read();
            if (certificates.size() == 0) throw new IOException(trusted + ": no certificate in it");
            trust.init(certificates);
            return trust;
        } catch (GeneralSecurityException e) {
            throw new IOException(trusted + ": " + e.getMessage(), e);
        }
    }

    /// {@return `TlsConfig[…]`: whose certificate it is, and what was said besides}
    @Override
    public String toString() {
        return "TlsConfig[" + (own == null ? "no certificate" : own) + (insecure ? ", insecure" : "")
                + (protocols.isEmpty() ? "" : ", " + String.join(" ", protocols)) + "]";
    }
}
