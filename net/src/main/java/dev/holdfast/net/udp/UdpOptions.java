package dev.holdfast.net.udp;

import static java.util.Objects.requireNonNull;

import java.io.UncheckedIOException;

/// How a [UdpSocket] is bound. Nothing need be said; what is, is said before [#bind].
///
/// ```
/// var socket = UdpSocket.options().inbox(1_000).bind("0.0.0.0", 5353);
/// ```
public final class UdpOptions {
    int inbox = UdpSocket.INBOX;
    boolean broadcast;

    UdpOptions() {}

    /// Says how many datagrams may wait to be received: [UdpSocket#INBOX] if nothing is said. What comes when there
    /// are so many is dropped, and counted.
    ///
    /// @param capacity at least one
    /// @return these options
    public UdpOptions inbox(int capacity) {
        if (capacity < 1) throw new IllegalArgumentException("capacity < 1: " + capacity);
        inbox = capacity;
        return this;
    }

    /// Lets it send to everybody on a network, at an address like `192.168.1.255`.
    ///
    /// @return these options
    public UdpOptions broadcast() {
        broadcast = true;
        return this;
    }

    /// Binds a socket to `port` of `host`.
    ///
    /// @param host a name or an address: `localhost` for the machine itself, `0.0.0.0` or `::` for everybody; of a
    /// name with several addresses, the first
    /// @param port 0 means any that is free: see [UdpSocket#port]
    /// @return the socket, which receives from now on
    /// @throws UncheckedIOException if the port is in use, or the host is not this machine
    public UdpSocket bind(String host, int port) {
        if (port < 0 || port > 65_535) throw new IllegalArgumentException("not between 0 and 65535: " + port);
        return new UdpSocket(this).open(requireNonNull(host, "host"), port);
    }
}
