package dev.holdfast.sync;

import dev.holdfast.chain.Chain;
import dev.holdfast.task.Coroutine;
import dev.holdfast.task.Task;
import dev.holdfast.task.Wait;
import dev.holdfast.task.Waker;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Coroutines in line. Locks and queues keep their state; this keeps their order. Who is woken is handed something
/// directly, so that no newcomer can overtake; who is cancelled leaves the line in constant time, and gives back
/// what it was handed in the same moment.
///
/// @param <T> what is handed over
public final class WaitQueue<T extends @Nullable Object> {
    /// Takes back what was handed to a task that was cancelled before it went on.
    ///
    /// @param <T> what is handed over
    @FunctionalInterface
    public interface GiveBack<T extends @Nullable Object> {
        /// Returns false if `value` cannot be taken back any more; then the task keeps it.
        boolean accept(T value);
    }

    private final Chain<Waker<T>> line = new Chain<>();
    private final GiveBack<T> giveBack;

    /// An empty line; `giveBack` takes back what was handed over in vain.
    public WaitQueue(GiveBack<T> giveBack) {
        this.giveBack = giveBack;
    }

    /// Returns whether nobody stands in line.
    public boolean isEmpty() {
        return line.isEmpty();
    }

    /// Waits at the end of the line, for `where`, until woken; returns what it was handed.
    public T await(Object where) {
        return Task.suspend(where, new InLine());
    }

    /// Waits at the end of the line, at most for `limit`.
    ///
    /// @throws dev.holdfast.cancel.TooSlow if it was not woken in time
    public T await(Object where, Duration limit) {
        return Coroutine.suspend(where, limit, new InLine());
    }

    /// Hands `value` to the first in line; returns false if there is nobody.
    public boolean wakeFirst(T value) {
        var first = line.removeFirst();
        return first != null && first.wake(value);
    }

    /// Ends the wait of everybody in line with `error`.
    public void failAll(Throwable error) {
        for (Waker<T> waker; (waker = line.removeFirst()) != null; ) waker.fail(error);
    }

    private final class InLine implements Wait<T> {
        @Override
        public void begin(Waker<T> waker) {
            line.add(waker);
        }

        @Override
        public boolean giveBack(T value) {
            return giveBack.accept(value);
        }
    }
}
