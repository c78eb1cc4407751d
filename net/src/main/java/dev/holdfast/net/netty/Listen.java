package dev.holdfast.net.netty;

import dev.holdfast.task.Wait;
import dev.holdfast.task.Waker;
import io.netty.channel.ChannelException;
import io.netty.util.concurrent.Future;
import java.net.SocketAddress;

/// Waits until a socket listens; that takes no longer than until the poller's thread comes by.
final class Listen implements Wait<Listener> {
    private final Network network;
    private final SocketAddress address;
    private final Listener.Options options;
    private final Listener.Visitor visitor;

    Listen(Network network, SocketAddress address, Listener.Options options, Listener.Visitor visitor) {
        this.network = network;
        this.address = address;
        this.options = options;
        this.visitor = visitor;
    }

    @Override
    public void begin(Waker<Listener> waker) {
        network.later(() -> open(waker));
    }

    private void open(Waker<Listener> waker) {
        if (!waker.isWaiting()) return;
        try {
            var transport = network.poller().transport();
            var listener = new Listener(network, transport.serverSocket(address), options, visitor);
            network.poller().netty().adopt(listener.channel());
            var _ = listener.channel()
                    .bind(transport.address(address))
                    .addListener(attempt -> bound(waker, listener, attempt));
        } catch (ChannelException e) { // no more files, say
            waker.fail(Failures.inWords(e.getCause() == null ? e : e.getCause()));
        }
    }

    private static void bound(Waker<Listener> waker, Listener listener, Future<?> attempt) {
        if (attempt.isSuccess()) {
            listener.bound();
            waker.wake(listener);
        } else {
            waker.fail(Failures.inWords(attempt.cause()));
            var _ = listener.channel().close();
        }
    }

    @Override
    public boolean giveBack(Listener listener) {
        listener.close();
        return true;
    }
}
