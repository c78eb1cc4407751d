package dev.holdfast.sync;

import dev.holdfast.chain.Chain;
import dev.holdfast.chain.Link;
import dev.holdfast.loop.Words;
import dev.holdfast.task.Coroutine;
import dev.holdfast.task.Task;
import dev.holdfast.task.Wait;
import dev.holdfast.task.Waker;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Coroutines in line. Locks and queues keep their state; this keeps their order. Whoever waits brings something:
/// the item it wants to put, the permit it wants to hold. Whoever wakes the first in line is told what that one
/// brought, and deals with it there and then, so that no newcomer can overtake. Who is cancelled leaves the line in
/// constant time, and if it was woken in the same moment, what it brought is given back.
///
/// @param <B> what each one in line brings
public final class WaitQueue<B> {
    /// Undoes a wake-up, because the task that was woken was cancelled before it went on.
    ///
    /// @param <B> what each one in line brings
    @FunctionalInterface
    public interface GiveBack<B> {
        /// Puts things as if it had not been woken.
        ///
        /// @param brought by the task that was cancelled
        /// @return false if it cannot be undone any more; then the task goes on as if it had not been cancelled
        boolean accept(B brought);
    }

    private final Chain<Place> line = new Chain<>();
    private final GiveBack<B> giveBack;

    /// An empty line; `giveBack` undoes what was done for one who was woken in vain.
    ///
    /// @param giveBack called by the task that was cancelled, when its turn comes
    public WaitQueue(GiveBack<B> giveBack) {
        this.giveBack = giveBack;
    }

    /// An empty line of those who have nothing to give back.
    public WaitQueue() {
        this(_ -> true);
    }

    /// Waits at the end of the line until woken.
    ///
    /// @param where what is waited for; names it in messages
    /// @param brought for whoever wakes this one
    /// @return `brought`, which may have been changed
    public B await(Object where, B brought) {
        Task.suspend(where, new Place(brought));
        return brought;
    }

    /// Waits at the end of the line, at most for `limit`.
    ///
    /// @param where what is waited for; names it in messages
    /// @param brought for whoever wakes this one
    /// @param limit how long at most, from now
    /// @return `brought`, which may have been changed
    /// @throws dev.holdfast.cancel.TooSlow if it was not woken in time
    public B await(Object where, B brought, Duration limit) {
        Coroutine.suspend(where, limit, new Place(brought));
        return brought;
    }

    /// Wakes the first in line. It goes on later than the caller, who may still change what was brought.
    ///
    /// @return what it brought; null if there is nobody
    /// @throws IllegalStateException on a thread that is not on the loop of the first in line
    public @Nullable B wakeFirst() {
        var first = line.first();
        return first == null ? null : first.wake();
    }

    /// Wakes everybody in line.
    ///
    /// @throws IllegalStateException on a thread that is not on the loop of the first in line
    public void wakeAll() {
        for (Place place; (place = line.first()) != null; ) place.wake();
    }

    /// {@return who stands in line, to be added to a description: `, 2 getters in line: Task[a], Task[b]`; nothing if
    /// nobody does}
    ///
    /// @param noun what one who stands here is called
    public String describe(String noun) {
        var tasks = line.snapshot();
        return tasks.isEmpty() ? "" : ", " + Words.count(tasks.size(), noun) + " in line: " + Words.list(tasks);
    }

    private final class Place extends Link implements Wait<@Nullable Void> {
        private final B brought;
        private @Nullable Waker<@Nullable Void> waker; // null until it stands in line

        Place(B brought) {
            this.brought = brought;
        }

        @Override
        public void begin(Waker<@Nullable Void> waker) {
            this.waker = waker;
            line.add(this);
        }

        B wake() {
            if (waker != null) waker.wake(null); // on a wrong thread that throws, and it stays in line
            unlink();
            return brought;
        }

        @Override
        public void abandon(Waker<@Nullable Void> waker) {
            unlink();
        }

        @Override
        public boolean giveBack(@Nullable Void value) {
            return giveBack.accept(brought);
        }

        @Override
        public String toString() {
            return String.valueOf(waker);
        }
    }
}
