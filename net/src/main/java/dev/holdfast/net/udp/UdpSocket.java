package dev.holdfast.net.udp;

import static java.util.Objects.requireNonNull;

import dev.holdfast.net.netty.Addresses;
import dev.holdfast.net.netty.Mailbox;
import dev.holdfast.net.netty.Network;
import dev.holdfast.net.stream.StreamClosed;
import dev.holdfast.net.tcp.Resolver;
import dev.holdfast.queue.Queue;
import dev.holdfast.queue.QueueClosed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/// Sends and receives datagrams: bytes in one piece, which arrive whole, or do not arrive, and nobody says which.
///
/// ```
/// try (var socket = UdpSocket.bind("localhost", 4000)) {
///     while (true) {
///         var question = socket.receive();
///         socket.send(question.bytes(), question.sender());
///     }
/// }
/// ```
///
/// What comes is taken from the system at once, and waits in an inbox to be received. Nobody can make a sender of
/// datagrams wait; so when the inbox is full, what comes then is dropped, and [#dropped] says how often. What the
/// system itself drops nobody counts.
public final class UdpSocket implements AutoCloseable {
    /// How many datagrams may wait to be received, if nothing else is said.
    public static final int INBOX = 256;

    private final UdpOptions options;
    private final Queue<Datagram> inbox;
    private long dropped;
    private Mailbox mailbox; // set before anybody else sees this

    @SuppressWarnings("NullAway.Init") // open() does the rest
    UdpSocket(UdpOptions options) {
        this.options = options;
        this.inbox = new Queue<>(options.inbox);
    }

    // ---- making one

    /// Binds a socket to `port` of `host`.
    ///
    /// @param host a name or an address: `localhost` for the machine itself, `0.0.0.0` or `::` for everybody; of a
    /// name with several addresses, the first
    /// @param port 0 means any that is free: see [#port]
    /// @return the socket, which receives from now on
    /// @throws UncheckedIOException if the port is in use, or the host is not this machine
    public static UdpSocket bind(String host, int port) {
        return options().bind(host, port);
    }

    /// {@return what can be said of how to bind}
    public static UdpOptions options() {
        return new UdpOptions();
    }

    UdpSocket open(String host, int port) {
        try {
            var address =
                    new InetSocketAddress(Resolver.ask(Resolver.SYSTEM, host).getFirst(), port);
            mailbox = Network.here().bind(address, options.broadcast, new Postman());
            inbox.named("datagrams of " + this);
            return this;
        } catch (UnknownHostException e) {
            throw new UncheckedIOException("cannot bind " + host + ":" + port + ": unknown host", e);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot bind " + host + ":" + port + ": " + e.getMessage(), e);
        }
    }

    private final class Postman implements Mailbox.Visitor {
        @Override
        public void came(byte[] bytes, InetSocketAddress sender) {
            if (!inbox.tryPut(new Datagram(bytes, sender))) dropped++;
        }

        @Override
        public void ended() {
            inbox.close();
        }
    }

    // ---- datagrams

    /// Waits for a datagram, or takes the oldest that has come. Several tasks may wait; who came first gets the
    /// first. One that is cancelled takes none.
    ///
    /// @return never cut off
    /// @throws StreamClosed if this was closed, or has failed, before or meanwhile
    public Datagram receive() {
        mailbox.checkOpen();
        try {
            return inbox.get();
        } catch (QueueClosed e) {
            throw mailbox.ended();
        }
    }

    /// Sends `bytes` in one piece, and waits until the system has taken them. It says nothing of their arrival.
    ///
    /// @param bytes at least one, at most 65,507 to an IPv4 address; not to be changed until this returns
    /// @param to whose host may be a name that nobody has looked up yet: then that is done here, off the loop
    /// @throws UncheckedIOException if there are too many bytes, the host is not known, or the system knows no way
    /// there
    /// @throws StreamClosed if this was closed, or has failed, before or meanwhile
    public void send(byte[] bytes, InetSocketAddress to) {
        requireNonNull(to, "to");
        if (bytes.length == 0) throw new IllegalArgumentException("a datagram without a byte is not sent");
        mailbox.checkOpen();
        try {
            mailbox.send(bytes, resolved(to));
        } catch (UnknownHostException e) {
            throw cannotSend(bytes, to, "unknown host", e);
        } catch (IOException e) {
            throw cannotSend(bytes, to, e.getMessage(), e);
        }
    }

    private static InetSocketAddress resolved(InetSocketAddress to) throws UnknownHostException {
        if (!to.isUnresolved()) return to;
        return new InetSocketAddress(
                Resolver.ask(Resolver.SYSTEM, to.getHostString()).getFirst(), to.getPort());
    }

    private UncheckedIOException cannotSend(
            byte[] bytes, InetSocketAddress to, @Nullable String why, IOException cause) {
        var what = bytes.length + (bytes.length == 1 ? " byte" : " bytes");
        return new UncheckedIOException(
                this + " cannot send " + what + " to " + Addresses.inWords(to) + ": " + why, cause);
    }

    /// {@return how many datagrams were dropped because the inbox was full}
    public long dropped() {
        return dropped;
    }

    // ---- its life

    /// {@return the port it is bound to}
    public int port() {
        return address().getPort();
    }

    /// {@return where it is bound}
    public InetSocketAddress address() {
        return mailbox.address();
    }

    /// From now on the loop does not keep running for it.
    ///
    /// @return this socket
    public UdpSocket unref() {
        mailbox.unref();
        return this;
    }

    /// Ends it: what was not received is dropped, who waits here is thrown [StreamClosed]. Never waits, so that the
    /// port may still be in use for a moment; does nothing the second time.
    @Override
    public void close() {
        mailbox.close();
    }

    /// {@return `UdpSocket[address]`}
    @Override
    public String toString() {
        return mailbox.toString();
    }
}
