package dev.holdfast.net.netty;

import io.netty.channel.unix.DomainSocketAddress;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import org.jspecify.annotations.Nullable;

/// Addresses as people write them: `127.0.0.1:80`, `[::1]:80`, `/run/app.sock`.
public final class Addresses {
    private Addresses() {}

    /// {@return `address` as people write it}
    ///
    /// @param address null if it is not known
    public static String inWords(@Nullable SocketAddress address) {
        return switch (address) {
            case null -> "?";
            case InetSocketAddress inet -> hostOf(inet) + ":" + inet.getPort();
            default -> address.toString();
        };
    }

    private static String hostOf(InetSocketAddress address) {
        var host = address.getAddress();
        return host == null ? address.getHostString() : inWords(host);
    }

    private static String inWords(InetAddress host) {
        var text = host.getHostAddress();
        if (!(host instanceof Inet6Address)) return text;
        // The JDK writes all eight parts, as nobody does who means the machine itself.
        return text.equals("0:0:0:0:0:0:0:1") ? "[::1]" : text.equals("0:0:0:0:0:0:0:0") ? "[::]" : "[" + text + "]";
    }

    /// {@return `address` as the JDK has it; Netty's native transports have one of their own for Unix sockets}
    static @Nullable SocketAddress ofJdk(@Nullable SocketAddress address) {
        return address instanceof DomainSocketAddress unix ? UnixDomainSocketAddress.of(unix.path()) : address;
    }
}
