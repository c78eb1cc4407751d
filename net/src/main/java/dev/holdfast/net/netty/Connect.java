package dev.holdfast.net.netty;

import dev.holdfast.task.Wait;
import dev.holdfast.task.Waker;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import io.netty.util.concurrent.Future;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/// Waits for a connection. One that comes about all the same when nobody waits for it any more is closed (rule 22).
final class Connect implements Wait<SocketStream> {
    private final Network network;
    private final SocketAddress remote;
    private final @Nullable SocketAddress source;
    private final SocketOptions options;
    private @Nullable SocketStream stream; // null before the poller's thread has begun

    Connect(Network network, SocketAddress remote, @Nullable SocketAddress source, SocketOptions options) {
        this.network = network;
        this.remote = remote;
        this.source = source;
        this.options = options;
    }

    @Override
    public void begin(Waker<SocketStream> waker) {
        network.later(() -> open(waker));
    }

    private void open(Waker<SocketStream> waker) {
        if (!waker.isWaiting()) return;
        try {
            var transport = network.poller().transport();
            var made = new SocketStream(network, transport.socket(remote), remote);
            stream = made;
            options.applyTo(made.channel());
            var channel = made.channel();
            channel.config().setOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0); // limits are the caller's
            network.poller().netty().adopt(channel);
            var _ = channel.connect(transport.address(remote), source == null ? null : transport.address(source))
                    .addListener(attempt -> connected(waker, made, attempt));
        } catch (ChannelException e) { // no more files, say
            waker.fail(Failures.inWords(e.getCause() == null ? e : e.getCause()));
        }
    }

    private static void connected(Waker<SocketStream> waker, SocketStream made, Future<?> attempt) {
        if (attempt.isSuccess()) {
            waker.wake(made); // if nobody waits, it is being closed already
        } else {
            waker.fail(Failures.inWords(attempt.cause()));
            var _ = made.channel().close();
        }
    }

    @Override
    public void abandon(Waker<SocketStream> waker) {
        if (stream != null) network.later(stream::reset);
    }

    @Override
    public boolean giveBack(SocketStream connected) {
        connected.close();
        return true;
    }
}
