package dev.holdfast.task;

import java.io.InterruptedIOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;

/// What the JDK throws out of a blocking call whose thread was interrupted.
final class Interrupts {
    private Interrupts() {}

    /// Returns whether `error` says that an interrupt ended a call.
    static boolean left(Throwable error) {
        return switch (error) {
            case InterruptedException _ -> true;
            case ClosedByInterruptException _ -> true;
            case SocketTimeoutException _ -> false; // an InterruptedIOException by descent only
            case InterruptedIOException _ -> true;
            case SocketException e -> "Closed by interrupt".equals(e.getMessage()); // Socket has no type for it
            default -> false;
        };
    }
}
