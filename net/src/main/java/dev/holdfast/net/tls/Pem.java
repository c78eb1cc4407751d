package dev.holdfast.net.tls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.jspecify.annotations.Nullable;

/// Certificates and keys as most servers have them: text between lines of dashes (RFC 7468). Keys are PKCS#8, in
/// clear or encrypted.
final class Pem {
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]*PRIVATE KEY)-----([^-]+)-----END \\1-----");
    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA", "RSASSA-PSS");

    private Pem() {}

    /// Returns the certificates in `file`, in its order; at least one.
    static List<X509Certificate> certificates(Path file) throws IOException, GeneralSecurityException {
        try (var bytes = Files.newInputStream(file)) {
            var found = CertificateFactory.getInstance("X.509").generateCertificates(bytes).stream()
                    .map(X509Certificate.class::cast)
                    .toList();
            if (found.isEmpty()) throw new IOException("no certificate in it");
            return found;
        }
    }

    /// Returns the key in `file`.
    static PrivateKey key(Path file, char @Nullable [] password) throws IOException, GeneralSecurityException {
        var found = KEY.matcher(Files.readString(file, ISO_8859_1));
        if (!found.find()) throw new IOException("no private key in it");
        var bytes = Base64.getMimeDecoder().decode(found.group(2));
        return switch (found.group(1)) {
            case "PRIVATE KEY" -> keyOf(new PKCS8EncodedKeySpec(bytes));
            case "ENCRYPTED PRIVATE KEY" -> keyOf(decrypted(new EncryptedPrivateKeyInfo(bytes), password));
            default ->
                throw new IOException("an old kind of key, " + found.group(1)
                        + "; `openssl pkcs8 -topk8 -nodes` makes a new one of it");
        };
    }

    /// The JDK has no way to ask a key what it is.
    private static PrivateKey keyOf(PKCS8EncodedKeySpec spec) throws GeneralSecurityException {
        for (var algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(spec);
            } catch (InvalidKeySpecException e) {
                // one of another kind
            }
        }
        throw new InvalidKeySpecException("a key of none of these kinds: " + String.join(", ", ALGORITHMS));
    }

    /// Returns whether `key` is that of `certificate`.
    static boolean belong(PrivateKey key, X509Certificate certificate) throws GeneralSecurityException {
        var open = certificate.getPublicKey();
        if (key instanceof RSAKey one && open instanceof RSAKey other)
            return one.getModulus().equals(other.getModulus());
        if (!key.getAlgorithm().equals(open.getAlgorithm())) return false;
        // The JDK has no way to ask a key what its other half is; but what the one signs, the other verifies.
        var signature = Signature.getInstance(key.getAlgorithm().equals("EC") ? "SHA256withECDSA" : key.getAlgorithm());
        signature.initSign(key);
        var signed = signature.sign();
        signature.initVerify(open);
        return signature.verify(signed);
    }

    private static PKCS8EncodedKeySpec decrypted(EncryptedPrivateKeyInfo info, char @Nullable [] password)
            throws IOException, GeneralSecurityException {
        if (password == null) throw new IOException("the key is encrypted, and no password was said");
        var parameters = info.getAlgParameters();
        // PBES2 is but a frame; which algorithm stands in it, its parameters alone say, and only by toString.
        var algorithm = parameters == null ? info.getAlgName() : parameters.toString();
        try {
            var secret = SecretKeyFactory.getInstance(algorithm).generateSecret(new PBEKeySpec(password));
            return info.getKeySpec(secret);
        } catch (GeneralSecurityException e) {
            throw new IOException("the password does not open the key", e);
        }
    }
}
