package dev.holdfast.sync;

import dev.holdfast.carrier.Strand;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.loop.Origin;
import dev.holdfast.loop.Words;
import dev.holdfast.task.Holding;
import dev.holdfast.task.Task;
import dev.holdfast.task.WaitsFor;
import java.lang.System.Logger.Level;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Lets one task in at a time. The rest wait in line and are let in in the order in which they came.
///
/// ```
/// try (var _ = lock.acquire()) {
///     account.withdraw(sum); // may wait, and nobody else is in
/// }
/// ```
///
/// Between two waits a task is alone anyway: a lock is for what must not be disturbed *across* a wait. It belongs
/// to the task that holds it: nobody else may give it back, and that task may not ask for it again. If a task ends
/// without giving it back, that is logged as an error, the first in line is told by an exception, and the lock goes
/// to the next.
public final class Lock implements WaitsFor {
    private static final System.Logger LOG = System.getLogger(Lock.class.getPackageName());

    private final @Nullable Origin origin = Origin.ofNew();
    private final String name; // for people
    private final WaitQueue<Held> line = new WaitQueue<>(this::giveBack);
    private @Nullable Held held; // by whoever is in; null only when nobody is in line either
    private @Nullable IOLoop home; // null until first touched on a loop

    /// A lock that nobody holds.
    public Lock() {
        this.name = "Lock";
    }

    /// A lock that nobody holds. Messages call it `Lock[name]`.
    ///
    /// @param name for people
    public Lock(String name) {
        this.name = "Lock[" + name + "]";
    }

    /// Waits until the lock is handed to the current task.
    ///
    /// @return what gives it back when it is closed
    /// @throws IllegalStateException if the task holds it already, or the holder ended without giving it back
    public Permit acquire() {
        var mine = ask(Task.current());
        return isFree() ? hold(mine) : unlessAbandoned(line.await(this, mine));
    }

    /// Waits until the lock is handed to the current task, at most for `limit`. With a limit of zero it fails at
    /// once unless the lock is free.
    ///
    /// @param limit how long at most, from now
    /// @return what gives it back when it is closed
    /// @throws dev.holdfast.cancel.TooSlow if it was not handed over in time
    /// @throws IllegalStateException if the task holds it already, or the holder ended without giving it back
    public Permit acquire(Duration limit) {
        var mine = ask(Task.current());
        return isFree() ? hold(mine) : unlessAbandoned(line.await(this, mine, limit));
    }

    /// Takes the lock for the current task if it is free. Never waits. In a `try` that is all there is to say:
    /// `null` is not closed.
    ///
    /// @return what gives it back when it is closed; null if the lock is not free
    /// @throws IllegalStateException if the task holds it already
    public @Nullable Permit tryAcquire() {
        var mine = new Held(Task.current());
        touch(mine.task);
        return isFree() ? hold(mine) : null;
    }

    /// {@return who holds it, or null if nobody does} It is handed over in the moment in which it is given back:
    /// the holder may still stand in line to go on.
    public @Nullable Task<?> holder() {
        var _ = IOLoop.claim(home, this);
        return blocker();
    }

    @Override
    public @Nullable Task<?> blocker() {
        return held == null ? null : held.task;
    }

    @Override
    public boolean isHeld() {
        return held != null;
    }

    private Held ask(Task<?> task) {
        task.check();
        touch(task);
        return new Held(task);
    }

    private void touch(Task<?> task) {
        home = IOLoop.claim(home, this);
        if (blocker() == task) throw new IllegalStateException(task + " already holds " + this);
    }

    private boolean isFree() {
        return held == null;
    }

    private Permit hold(Held next) {
        held = next;
        next.task.holds(next);
        return next;
    }

    private void passOn() {
        held = null;
        var next = line.wakeFirst();
        if (next != null) hold(next);
    }

    private boolean giveBack(Held unused) {
        if (unused == held) unused.release();
        return true;
    }

    /// Throws in the stead of one who ended while it held the lock.
    private Permit unlessAbandoned(Held mine) {
        if (mine.abandonedBy == null) return mine;
        throw new IllegalStateException(mine.abandonedBy + " ended while it held " + this);
    }

    @Override
    public @Nullable Origin origin() {
        return origin;
    }

    /// {@return who holds it, and who is in line: `Lock[a], held by Task[a], 1 task in line: Task[b]`; `Lock[a], free`}
    @Override
    public String describe() {
        if (IOLoop.isElsewhere(home)) return Words.of(this);
        return Words.of(this) + (held == null ? ", free" : ", held by " + Words.of(held.task)) + line.describe("task");
    }

    /// {@return `Lock[name]`, or `Lock` if it has none}
    @Override
    public String toString() {
        return name;
    }

    /// What a task holds, or hopes to hold.
    final class Held extends Holding implements Permit {
        private final Task<?> task;
        private @Nullable Task<?> abandonedBy; // the holder before, if it is this one who is told

        Held(Task<?> task) {
            this.task = task;
        }

        @Override
        public void close() {
            home = IOLoop.claim(home, Lock.this);
            if (held != this) return;
            var closer = Strand.current();
            if (closer != task) {
                var name = closer instanceof Task<?> ? closer.toString() : "a callback";
                throw new IllegalStateException(name + " does not hold " + Lock.this + "; holder is " + task);
            }
            release();
        }

        private void release() {
            unlink();
            passOn();
        }

        @Override
        protected void abandoned(Task<?> holder) {
            holder.carrier().complain(LOG, Level.ERROR, holder + " ended while it held " + Lock.this, null);
            var told = line.wakeFirst();
            if (told != null) told.abandonedBy = holder;
            passOn();
        }

        @Override
        public String toString() {
            return Lock.this.toString();
        }
    }
}
