package dev.holdfast.net.netty;

import dev.holdfast.task.Wait;
import dev.holdfast.task.Waker;
import io.netty.channel.ChannelException;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;

/// Waits until a socket for datagrams has its address; that takes no longer than until the poller's thread comes
/// by.
final class Bind implements Wait<Mailbox> {
    private final Network network;
    private final InetSocketAddress address;
    private final boolean broadcast;
    private final Mailbox.Visitor visitor;

    Bind(Network network, InetSocketAddress address, boolean broadcast, Mailbox.Visitor visitor) {
        this.network = network;
        this.address = address;
        this.broadcast = broadcast;
        this.visitor = visitor;
    }

    @Override
    public void begin(Waker<Mailbox> waker) {
        network.later(() -> open(waker));
    }

    private void open(Waker<Mailbox> waker) {
        if (!waker.isWaiting()) return;
        try {
            var socket = network.poller().transport().datagramSocket();
            var mailbox = new Mailbox(network, socket, broadcast, visitor);
            network.poller().netty().adopt(socket);
            var _ = socket.bind(address).addListener(attempt -> bound(waker, mailbox, attempt));
        } catch (ChannelException e) { // no more files, say
            waker.fail(Failures.inWords(e.getCause() == null ? e : e.getCause()));
        }
    }

    private static void bound(Waker<Mailbox> waker, Mailbox mailbox, Future<?> attempt) {
        if (attempt.isSuccess()) {
            mailbox.bound();
            waker.wake(mailbox);
        } else {
            waker.fail(Failures.inWords(attempt.cause()));
            var _ = mailbox.channel().close();
        }
    }

    @Override
    public boolean giveBack(Mailbox mailbox) {
        mailbox.close();
        return true;
    }
}
