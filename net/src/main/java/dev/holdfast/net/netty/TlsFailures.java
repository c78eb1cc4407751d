package dev.holdfast.net.netty;

import dev.holdfast.net.stream.Excerpt;
import io.netty.handler.ssl.NotSslRecordException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// What went wrong with TLS, in words for people who have not read its specification. Both providers say the same
/// things differently, and several exceptions deep.
final class TlsFailures {
    private static final Pattern RECORD = Pattern.compile("not an SSL/TLS record: ([0-9a-f]*)");
    private static final Pattern ALERT =
            Pattern.compile("(?:Received fatal alert: |:(?:SSLV3|TLSV1)_ALERT_|:TLSV1_|:SSLV3_)(\\w+)");
    private static final Pattern NAME =
            Pattern.compile("(No (?:subject alternative|name matching|common name).*?)(?:\\.| for SNIHostName.*)?");

    private static final Pattern ALERT_SENT = Pattern.compile("^\\(\\w+\\) "); // before the JDK's words
    private static final Pattern OPENSSL = Pattern.compile("error:[0-9a-f]+:SSL routines:\\w+:(\\w+)");

    private TlsFailures() {}

    /// Returns `cause` in such words.
    static SSLException inWords(SSLException cause) {
        return new SSLException("TLS: " + said(cause), cause);
    }

    /// Returns `cause`, which Netty throws when a client says too much before it has said whom it calls.
    static SSLException tooLong(Throwable cause) {
        return new SSLException("TLS: the peer's greeting is too long", cause);
    }

    private static String said(SSLException cause) {
        if (cause instanceof NotSslRecordException) return notTls(cause);
        String known = null;
        for (Throwable each = cause; each != null; each = each.getCause()) { // the deepest knows best
            var words = ofCertificate(each);
            if (words != null) known = words;
        }
        if (known != null) return known;
        var alert = ALERT.matcher(messageOf(cause));
        if (alert.find()) return "the peer refuses: " + inWords(alert);
        var openSsl = OPENSSL.matcher(messageOf(cause));
        return openSsl.matches()
                ? inWords(openSsl)
                : ALERT_SENT.matcher(messageOf(cause)).replaceFirst("");
    }

    private static String notTls(SSLException cause) {
        var record = RECORD.matcher(messageOf(cause));
        if (!record.matches()) return "what the peer sends is not TLS";
        return "what the peer sends is not TLS: " + Excerpt.of(HexFormat.of().parseHex(record.group(1)));
    }

    private static @Nullable String ofCertificate(Throwable cause) {
        var message = messageOf(cause);
        return switch (cause) {
            case CertificateExpiredException _ ->
                "the peer's certificate has expired: " + message.replace("NotAfter: ", "on ");
            case CertificateNotYetValidException _ ->
                "the peer's certificate is not valid yet: " + message.replace("NotBefore: ", "from ");
            case CertPathBuilderException _ -> "the peer's certificate was signed by nobody who is trusted here";
            case CertPathValidatorException _ -> "the peer's certificate is not valid: " + message;
            case CertificateException _ -> {
                var name = NAME.matcher(message);
                yield name.matches()
                        ? "the peer's certificate is for another host: " + name.group(1)
                        : "the peer's certificate will not do: " + message;
            }
            default -> null;
        };
    }

    private static String inWords(Matcher found) {
        return found.group(1).toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static String messageOf(Throwable cause) {
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }
}
