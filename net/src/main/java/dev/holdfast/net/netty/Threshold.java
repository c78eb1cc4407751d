package dev.holdfast.net.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;

/// Stands before TLS as long as a handshake goes on, and lets no more in than any handshake needs.
///
/// While a thread computes, Netty keeps whatever comes. A peer that greets and then sends as fast as it can would
/// fill the memory, before anybody knows who it is. So the rest has to wait in the system's buffers, and in the end
/// at the peer's, until the handshake has ended.
final class Threshold extends ChannelDuplexHandler {
    private static final int MOST = 256 * 1024; // bytes; a chain of certificates is 32 KiB at most

    private long seen; // bytes

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof ByteBuf buf) seen += buf.readableBytes();
        if (isFull()) context.channel().config().setAutoRead(false);
        context.fireChannelRead(message);
    }

    /// In a handshake TLS asks for more, whoever else wants none.
    @Override
    public void read(ChannelHandlerContext context) {
        if (!isFull()) context.read();
    }

    private boolean isFull() {
        return seen >= MOST;
    }

    /// Goes away, and lets everything in from now on.
    void open(Channel channel) {
        channel.pipeline().remove(this);
        if (isFull()) channel.config().setAutoRead(true);
    }
}
