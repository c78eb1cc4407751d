package dev.holdfast.echo;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import java.net.InetSocketAddress;
import java.util.function.Consumer;

/// The echo server on bare Netty: one event loop, epoll.
final class OnNetty {
    private static final int BACKLOG = 1024;

    private OnNetty() {}

    public static void main(String... args) throws InterruptedException {
        serve(channel -> channel.pipeline().addLast(new Echo()));
    }

    /// Lets `connected` make of each new channel what it likes, on a port of its own, until the process ends.
    static void serve(Consumer<Channel> connected) throws InterruptedException {
        var loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        var server = new ServerBootstrap()
                .group(loop)
                .channel(EpollServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        connected.accept(channel);
                    }
                })
                .bind("127.0.0.1", 0)
                .sync()
                .channel();
        Orders.at(((InetSocketAddress) server.localAddress()).getPort());
        server.closeFuture().sync();
    }

    static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            var _ = context.write(message, context.voidPromise());
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.flush();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            var _ = context.close();
        }
    }
}
