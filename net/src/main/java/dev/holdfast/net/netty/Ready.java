package dev.holdfast.net.netty;

import static java.util.Objects.requireNonNull;

import dev.holdfast.net.stream.StreamClosed;
import dev.holdfast.task.Wait;
import dev.holdfast.task.Waker;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import org.jspecify.annotations.Nullable;

/// Waits until a channel of somebody else's is ready.
final class Ready implements Wait<@Nullable Void> {
    private static final int TO_READ = SelectionKey.OP_READ | SelectionKey.OP_ACCEPT;

    final SelectableChannel channel;
    final int operations; // any of them will do
    private final Strangers strangers;
    private @Nullable Waker<@Nullable Void> waker; // null until it waits

    Ready(Strangers strangers, SelectableChannel channel, int operations) {
        this.strangers = strangers;
        this.channel = channel;
        this.operations = operations;
    }

    boolean isToRead() {
        return (operations & TO_READ) != 0;
    }

    boolean isWaiting() {
        return waker != null && waker.isWaiting();
    }

    @Override
    public void begin(Waker<@Nullable Void> waker) {
        this.waker = waker;
        strangers.begin(this);
    }

    @Override
    public void abandon(Waker<@Nullable Void> waker) {
        strangers.end(this);
    }

    // ---- for who watches the channel, on the loop; each ends the wait, if it goes on

    void ready() {
        if (!isWaiting()) return;
        strangers.end(this);
        requireNonNull(waker).wake(null);
    }

    void fail(Throwable cause) {
        if (!isWaiting()) return;
        strangers.end(this);
        var failure = channel.isOpen() ? new StreamClosed(channel + " cannot be watched: " + cause, cause) : gone();
        requireNonNull(waker).fail(failure);
    }

    void closed() {
        if (!isWaiting()) return;
        strangers.end(this);
        requireNonNull(waker).fail(gone());
    }

    private StreamClosed gone() {
        return new StreamClosed(channel + " was closed while " + waker + " waited for it", null);
    }

    /// Says what who waits is waiting for, and who that is.
    @Override
    public String toString() {
        return channel + (isToRead() ? " to be readable" : " to be writable");
    }

    String inWords() {
        return channel + " is already waited for by " + waker + (isToRead() ? ", to read" : ", to write");
    }
}
