package dev.holdfast.net.netty;

import io.netty.channel.Channel;
import io.netty.channel.socket.SocketChannelConfig;

/// How a connection is kept.
///
/// @param noDelay whether few bytes are sent at once, and not kept back until there are more
/// @param keepAlive whether the system asks a silent peer now and then if it still lives
public record SocketOptions(boolean noDelay, boolean keepAlive) {
    /// What is best for most.
    public static final SocketOptions USUAL = new SocketOptions(true, false);

    void applyTo(Channel channel) {
        if (!(channel.config() instanceof SocketChannelConfig config) || !channel.isOpen()) return;
        config.setTcpNoDelay(noDelay);
        config.setKeepAlive(keepAlive);
    }
}
