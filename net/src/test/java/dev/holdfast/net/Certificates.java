package dev.holdfast.net;

import dev.holdfast.Program;
import dev.holdfast.net.tls.TlsConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;

/// Certificates for tests, made by the JDK's keytool when the first test wants one, in a folder that goes with the
/// process. `ca` has signed all of them but `self`, which signed itself, `strange`, which `strangers` signed, and
/// `false`, which somebody signed who calls himself `ca`.
public final class Certificates {
    /// Opens the key store, and everything in it.
    public static final String PASSWORD = "secret";

    private static final List<String> MADE = List.of(
            "ca -dname CN=ca -ext bc:c",
            "strangers -dname CN=strangers -ext bc:c",
            "local -signer ca -dname CN=local -ext san=dns:localhost,ip:127.0.0.1",
            "renewed -signer ca -dname CN=renewed -ext san=dns:localhost,ip:127.0.0.1",
            "other -signer ca -dname CN=other -ext san=dns:other.example",
            "wild -signer ca -dname CN=wild -ext san=dns:*.wild.example",
            "expired -signer ca -dname CN=expired -ext san=dns:localhost -startdate -10d -validity 5",
            "soon -signer ca -dname CN=soon -ext san=dns:localhost -startdate +5d",
            "caller -signer ca -dname CN=caller -ext san=dns:localhost -ext eku=clientAuth",
            "umlaut -signer ca -dname CN=umlaut -ext san=dns:xn--bcher-kva.example",
            "client -signer ca -dname CN=client",
            "strange -signer strangers -dname CN=strange -ext san=dns:localhost",
            "impostor -dname CN=ca -ext bc:c",
            "false -signer impostor -dname CN=false -ext san=dns:localhost",
            "self -dname CN=self -ext san=dns:localhost");

    private Certificates() {}

    /// Makes them, unless that was done. For those who want no loop to wait for it.
    public static void make() {
        store();
    }

    /// A client that trusts `ca`.
    public static TlsConfig client() {
        return TlsConfig.usual().trust(chain("ca"));
    }

    /// A server, or a client, that shows the certificate of this name, and trusts `ca`.
    public static TlsConfig of(String name) {
        return client().certificate(chain(name), key(name));
    }

    /// A PEM file: the certificate of this name, and who has signed it.
    public static Path chain(String name) {
        return Folder.MADE.resolve(name + ".pem");
    }

    /// A PEM file: the key of this name.
    public static Path key(String name) {
        return Folder.MADE.resolve(name + "-key.pem");
    }

    /// The key store with all of them.
    public static Path store() {
        return Folder.MADE.resolve("store.p12");
    }

    private static final class Folder {
        private static final Path MADE = make();

        private static Path make() {
            try {
                var folder = Files.createTempDirectory("certificates");
                folder.toFile().deleteOnExit();
                var store = folder.resolve("store.p12");
                try (var keytool = Program.start(
                        Keytool.class,
                        "--add-exports=java.base/sun.security.tools.keytool=ALL-UNNAMED",
                        "-Dstore=" + store)) {
                    var said = keytool.rest();
                    if (!said.endsWith("made")) throw new AssertionError(said);
                }
                write(folder, KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray()));
                try (var files = Files.list(folder)) {
                    files.forEach(file -> file.toFile().deleteOnExit());
                }
                return folder;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (GeneralSecurityException e) {
                throw new AssertionError(e);
            }
        }

        private static void write(Path folder, KeyStore store) throws IOException, GeneralSecurityException {
            for (var line : Certificates.MADE) {
                var name = line.substring(0, line.indexOf(' '));
                var chain = new StringBuilder();
                for (var each : store.getCertificateChain(name)) chain.append(pem("CERTIFICATE", each.getEncoded()));
                Files.writeString(folder.resolve(name + ".pem"), chain);
                var key = store.getKey(name, PASSWORD.toCharArray());
                Files.writeString(folder.resolve(name + "-key.pem"), pem("PRIVATE KEY", key.getEncoded()));
            }
        }
    }

    /// Returns `bytes` as PEM has them.
    public static String pem(String kind, byte[] bytes) {
        var text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
        return "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n";
    }

    /// The tool, asked many times by one process.
    static final class Keytool {
        public static void main(String[] args) throws Exception {
            var tool = Class.forName("sun.security.tools.keytool.Main").getMethod("main", String[].class);
            var store = System.getProperty("store");
            for (var line : MADE) {
                var command = "-genkeypair -keyalg EC -groupname secp256r1 -storepass " + PASSWORD + " -keystore "
                        + store + " -alias " + line;
                tool.invoke(null, (Object) command.split(" "));
            }
            IO.println("made");
        }
    }
}
