package dev.holdfast.net.tls;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import org.jspecify.annotations.Nullable;

/// Certificates in files, with a key or without. They are read each time somebody asks; what is read is a key store
/// of the JDK's, whatever it was in the files.
sealed interface KeyFiles {
    /// Reads them.
    KeyStore load() throws IOException, GeneralSecurityException;

    /// Returns what opens the keys in what [#load] returned: nothing, for a store in memory, which never leaves it.
    default char[] password() {
        return new char[0];
    }

    /// Reads them, or says in words why not, the file's name included.
    default KeyStore read() throws IOException {
        try {
            return load();
        } catch (NoSuchFileException e) {
            throw new IOException("no such file: " + e.getFile(), e);
        } catch (IOException | GeneralSecurityException e) {
            throw new IOException(this + ": " + e.getMessage(), e);
        }
    }

    /// A key store of the JDK's, of whatever kind.
    @SuppressWarnings("ArrayRecordComponent") // as the JDK takes passwords; nobody compares these
    record Stored(Path file, char[] password) implements KeyFiles {
        @Override
        public KeyStore load() throws IOException, GeneralSecurityException {
            if (!file.toFile().exists()) throw new NoSuchFileException(file.toString());
            return KeyStore.getInstance(file.toFile(), password);
        }

        @Override
        public String toString() {
            return file.toString();
        }
    }

    /// A chain of certificates and the key of the first.
    @SuppressWarnings("ArrayRecordComponent") // the same
    record PemChain(Path certificates, Path key, char @Nullable [] password) implements KeyFiles {
        @Override
        public KeyStore load() throws IOException, GeneralSecurityException {
            var chain = Pem.certificates(certificates);
            var own = Pem.key(key, password);
            if (!Pem.belong(own, chain.getFirst()))
                throw new IOException("the key is not that of the first certificate");
            var store = empty();
            store.setKeyEntry("key", own, password(), chain.toArray(Certificate[]::new));
            return store;
        }

        @Override
        public String toString() {
            return certificates + " and " + key;
        }
    }

    /// Certificates of those who are trusted.
    record PemTrust(Path certificates) implements KeyFiles {
        @Override
        public KeyStore load() throws IOException, GeneralSecurityException {
            var store = empty();
            int count = 0;
            for (var each : Pem.certificates(certificates)) store.setCertificateEntry("trusted-" + ++count, each);
            return store;
        }

        @Override
        public String toString() {
            return certificates.toString();
        }
    }

    private static KeyStore empty() throws IOException, GeneralSecurityException {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }
}
