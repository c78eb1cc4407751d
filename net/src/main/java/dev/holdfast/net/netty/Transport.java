package dev.holdfast.net.netty;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A way of Netty's to talk to the system. Which one is taken: `-Dholdfast.transport=epoll|nio`, by default epoll
/// where it works, which is on Linux, and NIO elsewhere.
enum Transport {
    /// Linux's own, by native code.
    EPOLL {
        @Override
        @Nullable String problem() {
            try {
                return Epoll.isAvailable() ? null : inWords(Epoll.unavailabilityCause());
            } catch (LinkageError e) {
                return inWords(e); // its classes are not there
            }
        }

        @Override
        IoHandlerFactory handlers() {
            return EpollIoHandler.newFactory();
        }

        @Override
        Channel socket(SocketAddress remote) {
            return isUnix(remote) ? new EpollDomainSocketChannel() : new EpollSocketChannel();
        }

        @Override
        ServerChannel serverSocket(SocketAddress address) {
            return isUnix(address) ? new EpollServerDomainSocketChannel() : new EpollServerSocketChannel();
        }

        @Override
        Channel datagramSocket() {
            return new EpollDatagramChannel();
        }

        @Override
        SocketAddress address(SocketAddress address) {
            return address instanceof UnixDomainSocketAddress unix
                    ? new DomainSocketAddress(unix.getPath().toString())
                    : address;
        }

        @Override
        void reusePort(Channel channel) {
            channel.config().setOption(EpollChannelOption.SO_REUSEPORT, true);
        }
    },

    /// The JDK's, which works everywhere.
    NIO {
        @Override
        @Nullable String problem() {
            return null;
        }

        @Override
        IoHandlerFactory handlers() {
            return NioIoHandler.newFactory();
        }

        @Override
        Channel socket(SocketAddress remote) {
            return isUnix(remote) ? new NioDomainSocketChannel() : new NioSocketChannel();
        }

        @Override
        ServerChannel serverSocket(SocketAddress address) {
            return isUnix(address) ? new NioServerDomainSocketChannel() : new NioServerSocketChannel();
        }

        @Override
        Channel datagramSocket() {
            return new NioDatagramChannel();
        }

        @Override
        SocketAddress address(SocketAddress address) {
            return address;
        }

        @Override
        void reusePort(Channel channel) {
            channel.config().setOption(NioChannelOption.of(StandardSocketOptions.SO_REUSEPORT), true);
        }
    };

    private static final System.Logger LOG = System.getLogger(Transport.class.getPackageName());

    /// {@return why it does not work here; null if it does}
    abstract @Nullable String problem();

    /// {@return what makes the handler of a loop}
    abstract IoHandlerFactory handlers();

    /// {@return a socket for a connection to `remote`}
    abstract Channel socket(SocketAddress remote);

    /// {@return a socket that can listen on `address`}
    abstract ServerChannel serverSocket(SocketAddress address);

    /// {@return a socket for datagrams}
    abstract Channel datagramSocket();

    /// {@return `address` as its sockets take it}
    abstract SocketAddress address(SocketAddress address);

    /// Lets others listen where `channel` will.
    abstract void reusePort(Channel channel);

    /// Has the classes of Netty's that a socket needs loaded, some hundreds of them, before a loop has to wait for
    /// that.
    private void load() {
        ByteBufAllocator.DEFAULT.directBuffer().release();
        try {
            socket(new InetSocketAddress(0)).unsafe().closeForcibly();
        } catch (ChannelException e) {
            // no file is to be had: the first socket will say so
        }
    }

    private static boolean isUnix(SocketAddress address) {
        return address instanceof UnixDomainSocketAddress;
    }

    /// {@return the best that works here, or the one that was asked for} Said in the log, once. The first call
    /// loads native code and classes, which takes a while.
    ///
    /// @throws IllegalStateException if the one that was asked for does not work, saying why, or is unknown
    static Transport chosen() {
        var choice = Choice.MADE;
        if (choice.refusal != null) throw new IllegalStateException(choice.refusal);
        return choice.transport;
    }

    /// {@return what `wish` leads to}
    ///
    /// @param wish a name, or nothing
    static Choice choose(String wish) {
        return switch (wish) {
            case "" -> best();
            case "epoll" -> wished(EPOLL);
            case "nio" -> wished(NIO);
            default -> new Choice(NIO, "holdfast.transport is neither epoll nor nio: " + wish);
        };
    }

    private static Choice wished(Transport transport) {
        var problem = transport.problem();
        return new Choice(transport, problem == null ? null : "no transport " + transport + ": " + problem);
    }

    private static Choice best() {
        var problem = EPOLL.problem();
        if (problem == null) return new Choice(EPOLL, null);
        boolean isWorthALine = System.getProperty("os.name").equals("Linux");
        if (isWorthALine) LOG.log(Level.INFO, "Holdfast's sockets go without epoll: " + problem);
        return new Choice(NIO, null);
    }

    private static String inWords(Throwable problem) {
        var root = problem;
        while (root.getCause() != null) root = root.getCause();
        return root.toString();
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// A transport, or why there is none.
    record Choice(Transport transport, @Nullable String refusal) {
        private static final Choice MADE = choose(System.getProperty("holdfast.transport", ""));

        static {
            LOG.log(Level.DEBUG, "Holdfast's sockets go by " + MADE.transport);
            if (MADE.refusal == null) MADE.transport.load();
        }
    }
}
