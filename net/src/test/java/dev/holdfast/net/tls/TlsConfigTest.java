package dev.holdfast.net.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.holdfast.net.Certificates;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("threads")
final class TlsConfigTest {
    private static final byte[] PBES2 = HexFormat.of().parseHex("06092a864886f70d01050d");

    @TempDir
    Path folder;

    private static void expectRefusal(TlsConfig config, String message) {
        assertThatExceptionOfType(IOException.class).isThrownBy(config::readOwn).withMessage(message);
    }

    @Test
    void eachMethodReturnsAnotherOne() {
        var usual = TlsConfig.usual();
        var other = usual.alpn("h2").within(Duration.ofSeconds(1)).clients(TlsConfig.Clients.NEEDED);
        assertThat(usual.protocols()).isEmpty();
        assertThat(usual.limit()).isEqualTo(TlsConfig.LIMIT);
        assertThat(usual.clients()).isEqualTo(TlsConfig.Clients.UNKNOWN);
        assertThat(other.protocols()).containsExactly("h2");
        assertThat(other.limit()).isEqualTo(Duration.ofSeconds(1));
        assertThat(other.clients()).isEqualTo(TlsConfig.Clients.NEEDED);
        assertThat(usual.isInsecure()).isFalse();
        assertThat(usual.insecure().isInsecure()).isTrue();
        assertThat(other.again()).isNotEqualTo(other);
    }

    @Test
    void itSaysWhatItIs() {
        assertThat(TlsConfig.usual()).hasToString("TlsConfig[no certificate]");
        var config = TlsConfig.usual().certificate(Path.of("a.pem"), Path.of("b.pem"));
        assertThat(config.insecure().alpn("h2", "http/1.1"))
                .hasToString("TlsConfig[a.pem and b.pem, insecure, h2 http/1.1]");
    }

    @Test
    void whoSaysNothingTrustsWhomTheSystemTrusts() throws IOException {
        assertThat(TlsConfig.usual().readOwn()).isNull();
        assertThat(TlsConfig.usual().readTrusted()).isNull();
        assertThat(Certificates.client().readTrusted()).isNotNull();
        assertThat(Certificates.of("local").readOwn()).isNotNull();
    }

    @Test
    void aKeyMayBeEncrypted() throws Exception {
        var key = encrypted("local", "open sesame");
        var chain = Certificates.chain("local");
        assertThat(TlsConfig.usual()
                        .certificate(chain, key, "open sesame".toCharArray())
                        .readOwn())
                .isNotNull();
        expectRefusal(
                TlsConfig.usual().certificate(chain, key, "open".toCharArray()),
                chain + " and " + key + ": the password does not open the key");
        expectRefusal(
                TlsConfig.usual().certificate(chain, key),
                chain + " and " + key + ": the key is encrypted, and no password was said");
    }

    private Path encrypted(String name, String password) throws Exception {
        var text = Files.readString(Certificates.key(name)).replaceAll("-----.*-----", "");
        var clear = Base64.getMimeDecoder().decode(text);
        var algorithm = "PBEWithHmacSHA256AndAES_256";
        var secret = SecretKeyFactory.getInstance(algorithm).generateSecret(new PBEKeySpec(password.toCharArray()));
        var cipher = Cipher.getInstance(algorithm);
        cipher.init(Cipher.ENCRYPT_MODE, secret);
        var how = der(0x30, PBES2, cipher.getParameters().getEncoded());
        return write(
                "encrypted.pem",
                Certificates.pem("ENCRYPTED PRIVATE KEY", der(0x30, how, der(0x04, cipher.doFinal(clear)))));
    }

    /// As X.690 has it, for what is shorter than 64 KiB.
    private static byte[] der(int tag, byte[]... parts) {
        var content = new ByteArrayOutputStream();
        for (var part : parts) content.writeBytes(part);
        var all = new ByteArrayOutputStream();
        all.writeBytes(new byte[] {(byte) tag, (byte) 0x82, (byte) (content.size() >> 8), (byte) content.size()});
        all.writeBytes(content.toByteArray());
        return all.toByteArray();
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    @Test
    void filesThatAreNotWhatTheyShouldBeAreNamed() throws IOException {
        var nowhere = folder.resolve("nowhere.pem");
        var chain = Certificates.chain("local");
        var empty = write("empty.pem", "");
        expectRefusal(TlsConfig.usual().certificate(nowhere, nowhere), "no such file: " + nowhere);
        expectRefusal(TlsConfig.usual().certificate(chain, nowhere), "no such file: " + nowhere);
        expectRefusal(
                TlsConfig.usual().certificate(empty, Certificates.key("local")),
                empty + " and " + Certificates.key("local") + ": no certificate in it");
        expectRefusal(TlsConfig.usual().certificate(chain, empty), chain + " and " + empty + ": no private key in it");
        expectRefusal(TlsConfig.usual().keyStore(nowhere, new char[0]), "no such file: " + nowhere);
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> TlsConfig.usual()
                        .keyStore(Certificates.store(), "no".toCharArray())
                        .readOwn())
                .withMessageStartingWith(Certificates.store() + ": ");
    }

    @Test
    void aKeyThatIsNotThatOfTheCertificateIsRefused() {
        var chain = Certificates.chain("local");
        var key = Certificates.key("other");
        expectRefusal(
                TlsConfig.usual().certificate(chain, key),
                chain + " and " + key + ": the key is not that of the first certificate");
    }

    @Test
    void aStoreWithoutAKeyIsRefused() throws Exception {
        var store = store("trust.p12", Certificates.chain("ca"));
        expectRefusal(
                TlsConfig.usual().keyStore(store, Certificates.PASSWORD.toCharArray()),
                store + ": no private key in it");
    }

    @Test
    void whoTrustsNobodyIsTold() throws Exception {
        var store = store("empty.p12");
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> TlsConfig.usual()
                        .trustStore(store, Certificates.PASSWORD.toCharArray())
                        .readTrusted())
                .withMessage(store + ": no certificate in it");
    }

    private Path store(String name, Path... certificates) throws Exception {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        for (var each : certificates) {
            for (var found : Pem.certificates(each)) store.setCertificateEntry(found.toString(), found);
        }
        var file = folder.resolve(name);
        try (var out = Files.newOutputStream(file)) {
            store.store(out, Certificates.PASSWORD.toCharArray());
        }
        return file;
    }

    @Test
    void aKeyThatIsNoTextIsRefused() throws Exception {
        var chain = Certificates.chain("local");
        var binary = Files.write(folder.resolve("key.der"), new byte[] {(byte) 0x30, (byte) 0x82, (byte) 0xff});
        expectRefusal(
                TlsConfig.usual().certificate(chain, binary), chain + " and " + binary + ": no private key in it");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "*", "*.", ".", "example.org.", "a*.example.org", "*.*.example.org", "a b", "a..b"})
    void whatNoClientCanCallIsNoHost(String host) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TlsConfig.usual().host(host, TlsConfig.usual()))
                .withMessage("\"" + host + "\" is not the name of a host, nor *. and a name");
    }

    @Test
    void anOldKindOfKeyIsNamedWithItsRemedy() throws IOException {
        var old = write("old.pem", Certificates.pem("RSA PRIVATE KEY", new byte[10]));
        var chain = Certificates.chain("local");
        expectRefusal(
                TlsConfig.usual().certificate(chain, old),
                chain + " and " + old + ": an old kind of key, RSA PRIVATE KEY; `openssl pkcs8 -topk8 -nodes` makes a"
                        + " new one of it");
        var none = write("none.pem", Certificates.pem("PRIVATE KEY", new byte[10]));
        expectRefusal(
                TlsConfig.usual().certificate(chain, none),
                chain + " and " + none + ": a key of none of these kinds: RSA, EC, EdDSA, RSASSA-PSS");
    }

    @Test
    void aProtocolHasAName() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TlsConfig.usual().alpn("h2", ""))
                .withMessage("\"\" has not between 1 and 255 characters");
    }
}
