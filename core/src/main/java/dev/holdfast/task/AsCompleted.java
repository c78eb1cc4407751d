package dev.holdfast.task;

import static java.util.Objects.requireNonNull;

import dev.holdfast.future.Future;
import dev.holdfast.future.Listener;
import dev.holdfast.future.Outcome;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.loop.Words;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/// Futures in the order in which they are done, each as soon as it is; first, in the order of the list, those that
/// are done already. A failed one comes like any other, and those after it too.
///
/// ```
/// for (var page : AsCompleted.of(pages)) show(page.outcome());
/// ```
///
/// It goes through its futures once. Whoever leaves before the end closes it, so that those still pending forget
/// it; they go on undisturbed.
///
/// @param <T> the futures' value
public final class AsCompleted<T extends @Nullable Object> implements Iterable<Future<T>>, AutoCloseable, WaitsFor {
    private final ArrayDeque<Future<T>> done = new ArrayDeque<>(); // and not yet taken
    private final int size;
    private List<Arrival> pending = new ArrayList<>(); // and those of them that have arrived; empty when closed
    private int left; // not yet taken
    private boolean closed;
    private @Nullable Waker<Future<T>> waker; // of the one who waits for the next
    private @Nullable IOLoop home; // that of the futures which are pending; null while nobody's

    private AsCompleted(List<Future<T>> futures) {
        size = futures.size();
        left = size;
        for (var future : futures) {
            if (future.isDone()) done.add(future);
            else pending.add(new Arrival(future));
        }
        pending.forEach(Arrival::listen);
        if (!pending.isEmpty()) home = IOLoop.currentOrNull();
    }

    /// {@return `futures` in the order in which they are done}
    ///
    /// @param <T> the futures' value
    /// @param futures of the current loop, or of none; one that is given twice comes twice
    public static <T extends @Nullable Object> AsCompleted<T> of(Collection<? extends Future<T>> futures) {
        return new AsCompleted<>(List.copyOf(futures));
    }

    /// {@return the one way through, from where it stands: the same as [#hasNext] and [#next]}
    @Override
    public Iterator<Future<T>> iterator() {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return AsCompleted.this.hasNext();
            }

            @Override
            public Future<T> next() {
                return AsCompleted.this.next();
            }
        };
    }

    /// {@return whether some of the futures were not yet taken} Never waits.
    public boolean hasNext() {
        home = IOLoop.claim(home, this);
        return left > 0;
    }

    /// {@return the next future that is done; waits until there is one}
    ///
    /// @throws NoSuchElementException if all were taken, or this was closed
    /// @throws IllegalStateException if another task waits for the next already
    public Future<T> next() {
        Task.current().check();
        home = IOLoop.claim(home, this);
        if (left == 0) throw nothingLeft();
        if (waker != null)
            throw new IllegalStateException(waker.task() + " waits for the next of " + this + " already");
        var first = done.poll();
        if (first == null) return Task.suspend(this, new Next());
        left--;
        return first;
    }

    /// Lets go of those that were not taken. Whoever waits for the next is told that there is none. Any further
    /// call does nothing.
    @Override
    public void close() {
        home = IOLoop.claim(home, this);
        closed = true;
        pending.forEach(Arrival::unlink);
        pending = List.of();
        done.clear();
        left = 0;
        if (waker != null) waker.fail(nothingLeft());
        waker = null;
    }

    /// {@return a task whose end would be one of those that are pending, or null}
    @Override
    public @Nullable Task<?> blocker() {
        for (var arrival : pending) {
            var blocker = WaitsFor.blockerOf(arrival.future);
            if (blocker != null) return blocker;
        }
        return null;
    }

    private void arrived(Future<T> future) {
        if (waker == null) {
            done.add(future);
            return;
        }
        left--;
        waker.wake(future);
        waker = null;
    }

    private NoSuchElementException nothingLeft() {
        return new NoSuchElementException("nothing left of " + this);
    }

    /// {@return how far it is: `AsCompleted[1/3], 1 done, awaited by Task[a]`}
    @Override
    public String describe() {
        return this + ", " + done.size() + " done" + (waker == null ? "" : ", awaited by " + Words.of(waker))
                + (closed ? ", closed" : "");
    }

    /// {@return how many were taken, of how many: `AsCompleted[1/3]`}
    @Override
    public String toString() {
        return "AsCompleted[" + (size - left) + "/" + size + "]";
    }

    private final class Next implements Wait<Future<T>> {
        @Override
        public void begin(Waker<Future<T>> next) {
            waker = next;
        }

        @Override
        public void abandon(Waker<Future<T>> next) {
            waker = null;
        }

        /// Nobody has seen it: it is the next again.
        @Override
        public boolean giveBack(Future<T> future) {
            if (closed) return true;
            left++;
            if (waker == null) done.addFirst(future);
            else arrived(future);
            return true;
        }
    }

    private final class Arrival extends Listener<T> {
        private @Nullable Future<T> future; // held while it is pending

        Arrival(Future<T> future) {
            this.future = future;
        }

        void listen() {
            requireNonNull(future).add(this);
        }

        @Override
        protected void settled(Outcome<T> outcome) {
            var settled = requireNonNull(future);
            future = null;
            arrived(settled);
        }

        @Override
        public String toString() {
            return AsCompleted.this.toString();
        }
    }
}
