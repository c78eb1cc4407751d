package dev.holdfast.net.channel;

import dev.holdfast.net.netty.Network;
import dev.holdfast.net.stream.StreamClosed;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/// Waits for a channel of the JDK's that belongs to somebody else: a driver, say, that has sockets of its own and
/// wants to be called when they have something.
///
/// ```
/// spawn("driver", () -> {
///     while (true) {
///         Readiness.awaitReadable(driver.channel());
///         driver.readWhatThereIs();
///     }
/// });
/// ```
///
/// The channel must not block. It stays its owner's: it may have other selectors, and it is let go of as soon as
/// nobody here waits for it. One task may wait to read and one to write. Who waits for a channel that is closed
/// meanwhile is told within a tenth of a second; the JDK itself tells nobody.
public final class Readiness {
    private Readiness() {}

    /// Waits until `channel` has something to read, or a connection to accept, or has ended.
    ///
    /// @param channel must not block
    /// @throws StreamClosed if it is closed, before or meanwhile; or cannot be watched, as when it blocks again
    /// @throws IllegalStateException if it blocks, or another task of this loop waits to read from it
    /// @throws IllegalArgumentException if there is never anything to read from such a channel
    public static void awaitReadable(SelectableChannel channel) {
        int some = channel.validOps() & (SelectionKey.OP_READ | SelectionKey.OP_ACCEPT);
        if (some == 0) throw new IllegalArgumentException(channel + " is never readable");
        Network.here().awaitReady(checked(channel), some);
    }

    /// Waits until `channel` has room to write, or is connected if it is just connecting.
    ///
    /// @param channel must not block
    /// @throws StreamClosed if it is closed, before or meanwhile; or cannot be watched, as when it blocks again
    /// @throws IllegalStateException if it blocks, or another task of this loop waits to write to it
    /// @throws IllegalArgumentException if there is never anything to write to such a channel
    public static void awaitWritable(SelectableChannel channel) {
        boolean connects = channel instanceof SocketChannel socket && socket.isConnectionPending();
        int some = connects ? SelectionKey.OP_CONNECT : channel.validOps() & SelectionKey.OP_WRITE;
        if (some == 0) throw new IllegalArgumentException(channel + " is never writable");
        Network.here().awaitReady(checked(channel), some);
    }

    private static SelectableChannel checked(SelectableChannel channel) {
        if (!channel.isOpen()) throw new StreamClosed(channel + " is closed", null);
        if (channel.isBlocking()) throw new IllegalStateException(channel + " blocks; call configureBlocking(false)");
        return channel;
    }
}
