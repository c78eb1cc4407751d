package dev.holdfast.net.netty;

import static java.util.Objects.requireNonNull;

import dev.holdfast.loop.External;
import dev.holdfast.loop.IOLoop;
import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Watches channels beside the loop, if that sleeps where no channel of the JDK's can be registered: in a selector,
/// on a thread of its own.
///
/// The loop gives it orders, and is told by a door; that does not count, since the waits themselves do. The thread
/// starts with the first channel, and ends when there has been none for a second.
final class Beside implements Sentry {
    private static final long IDLE = 1_000; // milliseconds

    private final IOLoop loop;

    // Guarded by the monitor: the loop gives orders, the thread takes them.
    private List<Order> orders = new ArrayList<>();
    private @Nullable Watchman watchman; // null while there is no thread
    private boolean leaving;

    private record Order(Ready who, boolean begins) {}

    Beside(IOLoop loop) {
        this.loop = loop;
    }

    // ---- on the loop

    @Override
    public synchronized void watch(Ready wait) {
        if (leaving || !wait.isWaiting()) return;
        try {
            if (watchman == null) watchman = hire();
            order(new Order(wait, true), watchman);
        } catch (IOException e) { // no more files, say
            wait.fail(e);
        }
    }

    private Watchman hire() throws IOException {
        return new Watchman(Selector.open(), loop.external("channels").unref());
    }

    @Override
    public synchronized void forget(Ready wait) {
        if (watchman != null) order(new Order(wait, false), watchman);
    }

    private void order(Order order, Watchman watchman) {
        orders.add(order);
        watchman.selector.wakeup();
    }

    @Override
    public synchronized void leave() {
        leaving = true;
        if (watchman != null) watchman.selector.wakeup();
    }

    // ---- on the thread

    /// {@return what is to be done; null if the thread is to end}
    ///
    /// @param idle whether nobody has waited for a while
    private synchronized @Nullable List<Order> takeOrders(boolean idle) {
        if (leaving || (idle && orders.isEmpty())) {
            watchman = null;
            return null;
        }
        var taken = orders;
        orders = new ArrayList<>();
        return taken;
    }

    /// The thread cannot go on; who comes next gets another.
    private synchronized List<Order> takeLastOrders() {
        watchman = null;
        var taken = orders;
        orders = new ArrayList<>();
        return taken;
    }

    /// The thread, and what it knows.
    private final class Watchman implements Runnable {
        private final Selector selector;
        private final External door;
        private final IdentityHashMap<SelectableChannel, Pair> all = new IdentityHashMap<>();

        Watchman(Selector selector, External door) {
            this.selector = selector;
            this.door = door;
            Thread.ofPlatform()
                    .name("holdfast-channels")
                    .daemon()
                    .inheritInheritableThreadLocals(false)
                    .start(this);
        }

        @Override
        @SuppressWarnings("try") // both are closed when it ends, and that is all
        public void run() {
            try (var _ = door;
                    var _ = selector) {
                watch();
            } catch (IOException e) {
                // It could not be closed; nobody is there any more who would want to know.
            }
        }

        private void watch() {
            try {
                boolean idle = false;
                for (List<Order> orders; (orders = takeOrders(idle)) != null; ) {
                    carryOut(orders);
                    idle = all.isEmpty();
                    selector.select(this::tell, idle ? IDLE : 0);
                }
            } catch (IOException | RuntimeException e) {
                note(takeLastOrders());
                for (var pair : all.values()) fail(pair, e); // or they would wait for ever
            }
        }

        /// All of them first: who is forgotten and waited for again is not let go of.
        private void carryOut(List<Order> orders) {
            note(orders);
            for (var order : orders) if (all.containsKey(order.who.channel)) submit(order.who.channel);
        }

        private void note(List<Order> orders) {
            for (var order : orders) {
                var channel = order.who.channel;
                if (order.begins) all.computeIfAbsent(channel, _ -> new Pair()).add(order.who);
                else if (all.containsKey(channel)) pairOf(channel).remove(order.who);
            }
        }

        private Pair pairOf(SelectableChannel channel) {
            return requireNonNull(all.get(channel));
        }

        /// Tells the selector what is waited for. With nothing left it lets go of the channel, in the next select.
        private void submit(SelectableChannel channel) {
            var pair = pairOf(channel);
            int operations = pair.operations();
            var key = channel.keyFor(selector);
            try {
                if (operations == 0) all.remove(channel);
                if (operations == 0 && key != null) key.cancel();
                else if (operations != 0 && key != null) key.interestOps(operations);
                else if (operations != 0) channel.register(selector, operations, pair);
            } catch (ClosedChannelException | RuntimeException e) { // it blocks again, or is none of the JDK's
                all.remove(channel);
                fail(pair, e);
            }
        }

        private void tell(SelectionKey key) {
            try {
                var pair = (Pair) key.attachment();
                var ready = pair.take(key.readyOps());
                key.interestOps(pair.operations()); // the loop has us forget the rest
                for (var wait : ready) door.tryExecute(wait::ready);
            } catch (CancelledKeyException e) {
                // Closed just now: whoever looks next will see that.
            }
        }

        private void fail(Pair pair, Exception cause) {
            for (var wait : pair.takeAll()) door.tryExecute(() -> wait.fail(cause));
        }
    }
}
