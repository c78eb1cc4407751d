package dev.holdfast.sync;

import dev.holdfast.loop.IOLoop;
import dev.holdfast.loop.Origin;
import dev.holdfast.loop.Words;
import dev.holdfast.task.Task;
import dev.holdfast.task.WaitsFor;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Lets so many in at a time. The rest wait in line and are let in in the order in which they came.
///
/// ```
/// try (var _ = atMostTen.acquire()) {
///     fetch(page);
/// }
/// ```
///
/// A permit belongs to nobody: one task may acquire it and another close it.
public final class Semaphore implements WaitsFor {
    private final @Nullable Origin origin = Origin.ofNew();
    private final int permits;
    private final WaitQueue<Taken> line = new WaitQueue<>(this::giveBack);
    private int free; // 0 when anyone is in line
    private @Nullable IOLoop home; // null until first touched on a loop

    /// A semaphore that lets in `permits` at a time.
    ///
    /// @param permits may be 0, and then nobody gets in
    /// @throws IllegalArgumentException if `permits` is negative
    public Semaphore(int permits) {
        if (permits < 0) throw new IllegalArgumentException("permits < 0: " + permits);
        this.permits = permits;
        this.free = permits;
    }

    /// Waits until a permit is handed to the current task.
    ///
    /// @return what gives it back when it is closed
    public Permit acquire() {
        var permit = ask();
        return permit != null ? permit : line.await(this, new Taken());
    }

    /// Waits until a permit is handed to the current task, at most for `limit`. With a limit of zero it fails at
    /// once unless one is free.
    ///
    /// @param limit how long at most, from now
    /// @return what gives it back when it is closed
    /// @throws dev.holdfast.cancel.TooSlow if none was handed over in time
    public Permit acquire(Duration limit) {
        var permit = ask();
        return permit != null ? permit : line.await(this, new Taken(), limit);
    }

    /// Takes a permit if one is free. Never waits, so callbacks may call it too.
    ///
    /// @return what gives it back when it is closed; null if none is free
    public @Nullable Permit tryAcquire() {
        home = IOLoop.claim(home, this);
        if (free == 0) return null;
        free--;
        return new Taken();
    }

    private @Nullable Permit ask() {
        Task.current().check();
        return tryAcquire();
    }

    private boolean giveBack(Taken unused) {
        unused.close();
        return true;
    }

    @Override
    public @Nullable Origin origin() {
        return origin;
    }

    /// {@return what is free, and who is in line: `Semaphore[0/2], 1 task in line: Task[c]`}
    @Override
    public String describe() {
        if (IOLoop.isElsewhere(home)) return Words.of(this);
        return this + line.describe("task");
    }

    /// {@return `Semaphore[free/all]`}
    @Override
    public String toString() {
        return "Semaphore[" + free + "/" + permits + "]";
    }

    /// A permit that somebody took, or hopes to take.
    final class Taken implements Permit {
        private boolean closed;

        @Override
        public void close() {
            home = IOLoop.claim(home, Semaphore.this);
            if (closed) return;
            closed = true;
            if (line.wakeFirst() == null) free++;
        }

        @Override
        public String toString() {
            return Semaphore.this.toString();
        }
    }
}
