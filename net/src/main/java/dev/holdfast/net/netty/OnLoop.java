package dev.holdfast.net.netty;

import static java.util.Objects.requireNonNull;

import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.nio.NioIoEvent;
import io.netty.channel.nio.NioIoHandle;
import io.netty.channel.nio.NioIoOps;
import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectableChannel;
import java.util.IdentityHashMap;
import org.jspecify.annotations.Nullable;

/// Watches channels where the loop sleeps, if that is a selector of the JDK's.
final class OnLoop implements Sentry {
    private final Network network;
    private final IdentityHashMap<SelectableChannel, Watched> all = new IdentityHashMap<>();

    OnLoop(Network network) {
        this.network = network;
    }

    @Override
    public void watch(Ready wait) {
        if (!wait.isWaiting()) return;
        var watched = all.computeIfAbsent(wait.channel, Watched::new);
        watched.pair.add(wait);
        watched.submit();
    }

    @Override
    public void forget(Ready wait) {
        var watched = all.get(wait.channel);
        if (watched == null) return;
        watched.pair.remove(wait);
        watched.submit();
    }

    /// Netty lets go of all that it has.
    @Override
    public void leave() {
        all.clear();
    }

    /// A channel that somebody waits for.
    private final class Watched implements NioIoHandle {
        private final SelectableChannel channel;
        private final Pair pair = new Pair();
        private @Nullable IoRegistration registration; // null before the first wait

        Watched(SelectableChannel channel) {
            this.channel = channel;
        }

        /// Tells the selector what is waited for. With nothing left it lets go of the channel.
        void submit() {
            int operations = pair.operations();
            try {
                if (operations == 0) leave();
                else registration().submit(NioIoOps.valueOf(operations));
            } catch (CancelledKeyException e) {
                // Closed by another thread just now: whoever looks next will see that.
            } catch (IOException e) { // a channel that blocks again, or has another provider
                all.remove(channel);
                pair.takeAll().forEach(wait -> wait.fail(requireNonNull(e.getCause())));
            }
        }

        private IoRegistration registration() throws IOException {
            if (registration == null) {
                var attempt = network.poller().netty().register(this);
                if (!attempt.isSuccess()) throw new IOException(attempt.cause());
                registration = attempt.getNow();
            }
            return registration;
        }

        private void leave() {
            all.remove(channel);
            if (registration != null) registration.cancel();
        }

        @Override
        public void handle(IoRegistration registration, IoEvent event) {
            var ready = pair.take(((NioIoEvent) event).ops().value());
            submit();
            ready.forEach(Ready::ready);
        }

        /// It is not ours to close.
        @Override
        public void close() {}

        @Override
        public SelectableChannel selectableChannel() {
            return channel;
        }
    }
}
