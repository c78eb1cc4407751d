package dev.holdfast.echo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// The certificate of all servers that speak TLS, and its key: made when the first of them is started, in a folder
/// that goes with this process.
final class Certificate {
    static final String PASSWORD = "echo echo"; // of a key that nobody else trusts

    private Certificate() {}

    /// {@return the file with both, PKCS#12}
    static Path store() {
        return Made.STORE;
    }

    /// {@return what speaks TLS by what is in `store`, and trusts nobody else}
    static SSLContext context(Path store) throws IOException {
        try {
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray()));
            var context = SSLContext.getInstance("TLS");
            context.init(keys(store).getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException(store + ": " + e.getMessage(), e);
        }
    }

    /// {@return the key that is in `store`}
    static KeyManagerFactory keys(Path store) throws IOException {
        try {
            var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray()), PASSWORD.toCharArray());
            return keys;
        } catch (GeneralSecurityException e) {
            throw new IOException(store + ": " + e.getMessage(), e);
        }
    }

    private static final class Made {
        private static final String WISH = "-genkeypair -alias echo -keyalg EC -groupname secp256r1 "
                + "-dname CN=localhost -validity 2 -storetype PKCS12";
        private static final Path STORE = make();

        private static Path make() {
            try {
                var folder = Files.createTempDirectory("echo");
                folder.toFile().deleteOnExit();
                var store = folder.resolve("echo.p12");
                store.toFile().deleteOnExit();
                keytool(store);
                return store;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static void keytool(Path store) throws IOException {
            var tool =
                    Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
            var command = new ArrayList<>(List.of(tool, "-keystore", store.toString(), "-storepass", PASSWORD));
            command.addAll(List.of(WISH.split(" ")));
            var process = new ProcessBuilder(command).redirectErrorStream(true).start();
            var said = new String(process.getInputStream().readAllBytes(), UTF_8);
            if (!Files.exists(store)) throw new IOException(tool + " makes no certificate: " + said);
        }
    }
}
