package dev.holdfast.sync;

import dev.holdfast.cancel.TooSlow;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.loop.Origin;
import dev.holdfast.loop.Words;
import dev.holdfast.task.Task;
import dev.holdfast.task.WaitsFor;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Wakes those who wait, in the order in which they came, as many as the one who signals likes. A signal that finds
/// nobody waiting is lost, so look before you wait:
///
/// ```
/// while (stock == 0) changed.await();
/// ```
///
/// No lock is needed around this: between the look and the wait nobody else runs.
public final class Condition implements WaitsFor {
    private final @Nullable Origin origin = Origin.ofNew();
    private final WaitQueue<Waiting> line = new WaitQueue<>(this::giveBack);
    private @Nullable IOLoop home; // null until first touched on a loop

    private static final class Waiting {
        private final Task<?> task = Task.current();
        private boolean owesSignal; // was one of so many, and leaves it to the next if cancelled
    }

    /// A condition that nobody waits for.
    public Condition() {}

    /// Waits for a signal.
    public void await() {
        line.await(this, ask());
    }

    /// Waits for a signal, at most for `limit`. A limit of zero is over at once.
    ///
    /// @param limit how long at most, from now
    /// @return whether there was a signal in time
    public boolean await(Duration limit) {
        var me = ask();
        try {
            line.await(this, me, limit);
            return true;
        } catch (TooSlow e) {
            // A cancellation throws what it likes: a sibling's failure may be a TooSlow too.
            if (me.task.scope().isCancelled()) throw e;
            return false;
        }
    }

    /// Wakes the first `n` in line, or all, if there are fewer. A task that is cancelled before it goes on leaves
    /// its signal to the next.
    ///
    /// @param n how many at most
    /// @throws IllegalArgumentException if `n` is negative
    public void signal(int n) {
        if (n < 0) throw new IllegalArgumentException("n < 0: " + n);
        home = IOLoop.claim(home, this);
        for (int left = n; left > 0; left--) {
            var woken = line.wakeFirst();
            if (woken == null) return;
            woken.owesSignal = true;
        }
    }

    /// Wakes everybody in line.
    public void signalAll() {
        home = IOLoop.claim(home, this);
        line.wakeAll();
    }

    private Waiting ask() {
        Task.current().check();
        home = IOLoop.claim(home, this);
        return new Waiting();
    }

    private boolean giveBack(Waiting cancelled) {
        if (cancelled.owesSignal) signal(1);
        return true;
    }

    @Override
    public @Nullable Origin origin() {
        return origin;
    }

    /// {@return who is in line: `Condition, 1 task in line: Task[a]`}
    @Override
    public String describe() {
        if (IOLoop.isElsewhere(home)) return Words.of(this);
        return this + line.describe("task");
    }

    /// {@return `Condition`}
    @Override
    public String toString() {
        return "Condition";
    }
}
