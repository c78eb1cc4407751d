package dev.holdfast.loop;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/// Signals of the operating system. They belong to the process and not to a loop: so whoever watches one takes it
/// from whoever had it, and gives it back in the end.
///
/// The JVM keeps one handler for each signal. Ours know whom they replaced, and so stand in a chain, the newest in
/// front; one may leave from its middle. All watches of a signal are told, each on its own loop. Foreign handlers
/// that they replaced hear nothing until they get it back.
public final class Signals {
    private static final Object CHAINS = new Object(); // the monitor of all of them
    private static final LoopLocal<Watches> WATCHES = LoopLocal.withInitial(_ -> new Watches());

    private Signals() {}

    static Watch watch(IOLoop loop, String name, Runnable callback) {
        var signal = named(name);
        var door = loop.external("signal " + name);
        var handler = new Handler(signal, _ -> door.tryExecute(callback), true);
        try {
            handler.install();
        } catch (IllegalArgumentException e) {
            door.close();
            throw new IllegalArgumentException("the JVM or the system keeps signal " + name + " for itself", e);
        }
        return new Watch(loop, door, handler);
    }

    private static Signal named(String name) {
        try {
            return new Signal(name);
        } catch (IllegalArgumentException e) {
            var advice = name.startsWith("SIG") ? "; names go without SIG" : "";
            throw new IllegalArgumentException("unknown signal: " + name + advice, e);
        }
    }

    /// For the floors above: has `told` called with the signal's number, on a thread of the JVM's, unless somebody
    /// in this program sees to the signal himself, now or later.
    ///
    /// @param name without `SIG`
    /// @param told given the signal's number
    /// @return what gives the signal back; null if it cannot be had
    public static @Nullable Runnable lastResort(String name, IntConsumer told) {
        Handler handler;
        try {
            handler = new Handler(new Signal(name), told, false);
            handler.install();
        } catch (IllegalArgumentException e) {
            return null; // -Xrs, or a system that has no such signal
        }
        if (handler.replacedTheUsual()) return handler::uninstall;
        handler.uninstall();
        return null;
    }

    /// Somebody's interest in a signal; made by [IOLoop#onSignal]. Until it is closed the loop keeps running for
    /// it. A loop that is closed closes its watches.
    public static final class Watch implements AutoCloseable {
        private final IOLoop loop;
        private final External door;
        private final Handler handler;
        private final Set<Watch> open;

        private Watch(IOLoop loop, External door, Handler handler) {
            this.loop = loop;
            this.door = door;
            this.handler = handler;
            this.open = WATCHES.get(loop).open;
            open.add(this);
        }

        /// Gives the signal back to whoever had it before. The second time does nothing.
        ///
        /// @throws IllegalStateException on a thread that is not on its loop
        @Override
        public void close() {
            if (!open.contains(this)) return;
            loop.checkDoor(this);
            open.remove(this);
            handler.uninstall();
            door.close();
        }

        /// From now on the loop does not keep running for it.
        ///
        /// @return this watch
        public Watch unref() {
            door.unref();
            return this;
        }

        /// {@return its kind and the signal's name: `Signal[HUP]`}
        @Override
        public String toString() {
            return "Signal[" + handler.signal.getName() + "]";
        }
    }

    /// Those of one loop.
    private static final class Watches implements Guest {
        private final Set<Watch> open = new LinkedHashSet<>();

        @Override
        public void evicted() {
            List.copyOf(open).forEach(Watch::close);
        }
    }

    /// A link of the chain. What changes is guarded by [#CHAINS].
    private static final class Handler implements SignalHandler {
        private final Signal signal;
        private final IntConsumer told;
        private final boolean shares; // is told although somebody newer watches too
        private @Nullable SignalHandler previous; // null before install
        private boolean closed;

        Handler(Signal signal, IntConsumer told, boolean shares) {
            this.signal = signal;
            this.told = told;
            this.shares = shares;
        }

        void install() {
            synchronized (CHAINS) {
                previous = Signal.handle(signal, this);
            }
        }

        void uninstall() {
            synchronized (CHAINS) {
                var newest = Signal.handle(signal, this); // there is no other way to ask who it is
                closed = true;
                Signal.handle(signal, newest == this ? next() : newest);
            }
        }

        boolean replacedTheUsual() {
            var before = next();
            return before != SIG_IGN && before.getClass().getClassLoader() == null; // the JDK's own
        }

        private SignalHandler next() {
            var handler = previous;
            while (handler instanceof Handler older && older.closed) handler = older.previous;
            return handler == null ? SIG_DFL : handler;
        }

        /// On a thread of the JVM's that is there for this one signal.
        @Override
        public void handle(Signal signal) {
            synchronized (CHAINS) {
                if (closed) passOn();
                else tell();
            }
        }

        private void tell() {
            told.accept(signal.getNumber());
            for (var next = next(); next instanceof Handler older; next = older.next()) {
                if (older.shares) older.told.accept(signal.getNumber());
            }
        }

        // It was closed while the signal was on its way; or a foreign handler that had replaced it put it back later.
        private void passOn() {
            var newest = Signal.handle(signal, this);
            var heir = newest == this ? next() : newest;
            Signal.handle(signal, heir);
            if (heir instanceof Handler watching) watching.tell();
            else raise();
        }

        private void raise() {
            try {
                Signal.raise(signal);
            } catch (IllegalArgumentException e) {
                // The system itself has it now, and that cannot be called: so much for a signal that came late.
            }
        }
    }
}
