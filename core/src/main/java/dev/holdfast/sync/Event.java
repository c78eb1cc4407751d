package dev.holdfast.sync;

import dev.holdfast.loop.IOLoop;
import dev.holdfast.loop.Origin;
import dev.holdfast.loop.Words;
import dev.holdfast.task.Task;
import dev.holdfast.task.WaitsFor;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Something that happens once, for everybody: who waits goes on when it is set, and who comes later need not wait,
/// until it is cleared.
public final class Event implements WaitsFor {
    private final @Nullable Origin origin = Origin.ofNew();
    private final WaitQueue<Task<?>> line = new WaitQueue<>(); // empty while set
    private boolean set;
    private @Nullable IOLoop home; // null until first touched on a loop

    /// An event that has not happened.
    public Event() {}

    /// Lets everybody go on who waits now, and everybody who comes later. Does nothing the second time.
    public void set() {
        home = IOLoop.claim(home, this);
        set = true;
        line.wakeAll();
    }

    /// Lets those who come from now on wait. Who was let go on before does go on.
    public void clear() {
        home = IOLoop.claim(home, this);
        set = false;
    }

    /// {@return whether it is set}
    public boolean isSet() {
        var _ = IOLoop.claim(home, this);
        return set;
    }

    /// Waits until it is set.
    public void await() {
        var me = ask();
        if (!set) line.await(this, me);
    }

    /// Waits until it is set, at most for `limit`. With a limit of zero it fails at once unless it is set.
    ///
    /// @param limit how long at most, from now
    /// @throws dev.holdfast.cancel.TooSlow if it was not set in time
    public void await(Duration limit) {
        var me = ask();
        if (!set) line.await(this, me, limit);
    }

    private Task<?> ask() {
        var me = Task.current();
        me.check();
        home = IOLoop.claim(home, this);
        return me;
    }

    @Override
    public @Nullable Origin origin() {
        return origin;
    }

    /// {@return whether it is set, and who is in line: `Event[clear], 1 task in line: Task[a]`}
    @Override
    public String describe() {
        if (IOLoop.isElsewhere(home)) return Words.of(this);
        return this + line.describe("task");
    }

    /// {@return `Event[set]` or `Event[clear]`}
    @Override
    public String toString() {
        return set ? "Event[set]" : "Event[clear]";
    }
}
