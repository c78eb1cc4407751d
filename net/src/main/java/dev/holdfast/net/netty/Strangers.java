package dev.holdfast.net.netty;

import dev.holdfast.loop.Guest;
import dev.holdfast.loop.Timer;
import io.netty.channel.nio.NioIoHandle;
import java.nio.channels.SelectableChannel;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Channels of somebody else's that tasks of one loop wait for. Who watches them is a [Sentry]; this knows who
/// waits, lets one wait to read and one to write, and sees when a channel is closed, which no selector says.
final class Strangers implements Guest {
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

    private final Network network;
    private final Sentry sentry;
    private final IdentityHashMap<SelectableChannel, Ready> readers = new IdentityHashMap<>();
    private final IdentityHashMap<SelectableChannel, Ready> writers = new IdentityHashMap<>();
    private @Nullable Timer look; // set while anybody waits

    Strangers(Network network) {
        this.network = network;
        var netty = network.poller().netty();
        this.sentry = netty.isCompatible(NioIoHandle.class) ? new OnLoop(network) : new Beside(network.loop());
    }

    private IdentityHashMap<SelectableChannel, Ready> thoseLike(Ready wait) {
        return wait.isToRead() ? readers : writers;
    }

    void begin(Ready wait) {
        var other = thoseLike(wait).putIfAbsent(wait.channel, wait);
        if (other != null) throw new IllegalStateException(other.inWords());
        network.poller().watch(true);
        network.later(() -> sentry.watch(wait));
        if (look == null) look = network.callLater(BETWEEN_LOOKS, this::look);
    }

    void end(Ready wait) {
        if (!thoseLike(wait).remove(wait.channel, wait)) return; // it was refused
        network.poller().watch(false);
        network.later(() -> sentry.forget(wait));
    }

    private void look() {
        for (var those : List.of(readers, writers)) {
            for (var wait : List.copyOf(those.values())) if (!wait.channel.isOpen()) wait.closed();
        }
        boolean isOver = readers.isEmpty() && writers.isEmpty();
        look = isOver ? null : network.callLater(BETWEEN_LOOKS, this::look);
    }

    @Override
    public void evicted() {
        sentry.leave();
    }
}
