package dev.holdfast.net.netty;

import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.TooLongFrameException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.SocketException;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/// What went wrong, in the words of the system, without those of a library on the way.
final class Failures {
    private static final Pattern CALL = Pattern.compile("\\w+\\(\\.\\.\\) failed( with error\\(-?\\d+\\))?: ");

    private Failures() {}

    /// Returns `cause`, or something like it that says no more than what happened.
    static IOException inWords(Throwable cause) {
        if (cause instanceof DecoderException && cause.getCause() != null) return inWords(cause.getCause());
        if (cause instanceof TooLongFrameException) return TlsFailures.tooLong(cause);
        if (cause instanceof SSLException e) return TlsFailures.inWords(e);
        // Netty adds the address, which is for those above to do.
        if (cause instanceof SocketException && cause.getCause() instanceof SocketException e) return inWords(e);
        if (!(cause instanceof IOException e)) return new IOException(cause.toString(), cause);
        var words = CALL.matcher(messageOf(e)).replaceFirst("");
        return words.equals(e.getMessage()) ? e : new IOException(words, e);
    }

    private static String messageOf(IOException e) {
        if (e.getMessage() != null) return e.getMessage();
        // Of a Unix socket that is not there Netty says nothing else.
        return e instanceof FileNotFoundException
                ? "No such file or directory"
                : e.getClass().getSimpleName();
    }
}
