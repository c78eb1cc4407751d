package dev.holdfast.net.tcp;

import dev.holdfast.cancel.TooSlow;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.time.Duration;

/// Connects to servers.
///
/// ```
/// try (var stream = TcpClient.connect("example.org", 80)) {
///     stream.write("GET / HTTP/1.0\r\n\r\n".getBytes());
///     IO.println(new String(stream.readAll()));
/// }
/// ```
///
/// A host may have several addresses, of two families. They are tried in turn, a family after the other; each gets
/// a quarter of a second before the next is tried too, and who is first wins (RFC 8305).
public final class TcpClient {
    /// How long connecting may take if nothing else is said: half a minute.
    public static final Duration LIMIT = Duration.ofSeconds(30);

    private TcpClient() {}

    /// Connects to `port` of `host`, in half a minute at most.
    ///
    /// @param host a name or an address
    /// @param port from 1 to 65535
    /// @return the connection
    /// @throws UncheckedIOException if the host is not known, refuses, or cannot be reached; says so of each
    /// address
    /// @throws TooSlow if it takes longer
    public static TcpStream connect(String host, int port) {
        return options().connect(host, port);
    }

    /// Connects to `address`, in half a minute at most.
    ///
    /// @param address a [java.net.InetSocketAddress], or a [java.net.UnixDomainSocketAddress]
    /// @return the connection
    /// @throws UncheckedIOException if the peer refuses, or cannot be reached
    /// @throws TooSlow if it takes longer
    public static TcpStream connect(SocketAddress address) {
        return options().connect(address);
    }

    /// {@return what can be said of how to connect}
    public static ClientOptions options() {
        return new ClientOptions();
    }
}
