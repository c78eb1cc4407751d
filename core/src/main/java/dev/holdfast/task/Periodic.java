package dev.holdfast.task;

import static java.util.Objects.requireNonNull;

import dev.holdfast.loop.Chance;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.loop.Timer;
import dev.holdfast.loop.Words;
import dev.holdfast.time.Span;
import java.lang.System.Logger.Level;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Does something again and again, on a fixed grid: the first time one period after the start, then at two, three,
/// four periods, however long each time takes.
///
/// ```
/// var refresh = Periodic.every(ofSeconds(10), "refresh", () -> cache.refresh()).start();
/// …
/// refresh.stop();
/// ```
///
/// Each call is a task of its own in the loop's root scope, so it may wait. The next one waits for it: calls never
/// overlap. What a long call misses is skipped and not made up for; a call of exactly one period misses nothing.
/// One that fails is logged, and the schedule goes on (rule 10; Tornado's `PeriodicCallback` is the model).
///
/// ```
///   period   │    1    │    2    │    3    │    4    │    5    │
///   calls              ├──┤      ├────────────────┤  ├──┤      ├──
///                                          3 is skipped
/// ```
///
/// It belongs to the loop on which it was started, and keeps it running until [#stop], unless it is told not to by
/// [#unref].
public final class Periodic {
    private static final System.Logger LOG = System.getLogger(Periodic.class.getPackageName());

    private final long period; // nanoseconds
    private final String name;
    private final Body<?, ?> body;

    private double jitter;
    private boolean counted = true;
    private @Nullable IOLoop loop; // null while stopped
    private long last; // the grid's latest point that has had its call, or the start; a moment of the loop's clock
    private @Nullable Timer timer; // for the next call; null while one runs
    private @Nullable Task<?> call; // the one that runs, also when it outlives a stop

    private Periodic(long period, String name, Body<?, ?> body) {
        this.period = period;
        this.name = name;
        this.body = body;
    }

    /// {@return a schedule that will run `body` every `period`, as a task called `name`, once it is started}
    ///
    /// @param period from one point of the grid to the next
    /// @param name of each call's task
    /// @param body what each call runs
    /// @throws IllegalArgumentException if `period` is not positive
    public static Periodic every(Duration period, String name, Action<?> body) {
        if (!period.isPositive()) throw new IllegalArgumentException("period <= 0: " + Span.words(period));
        return new Periodic(Span.nanos(period), requireNonNull(name, "name"), body.asBody());
    }

    /// From now on each call is moved off the grid by a random part of the period, at most half of `jitter` in
    /// either direction: 0.1 is up to 5 % sooner or later. So many that start together do not call together. The
    /// grid itself stays.
    ///
    /// @param jitter a part of the period, from 0, which is none, to 1
    /// @return this schedule
    /// @throws IllegalArgumentException if `jitter` is not between 0 and 1
    public Periodic jitter(double jitter) {
        if (!(jitter >= 0 && jitter <= 1)) throw new IllegalArgumentException("jitter not in 0..1: " + jitter);
        this.jitter = jitter;
        return this;
    }

    /// From now on the loop does not keep running for its timer; it still does for a call that runs.
    ///
    /// @return this schedule
    public Periodic unref() {
        counted = false;
        if (timer != null) timer.unref();
        return this;
    }

    /// Begins a grid of its own here and now, on the current loop; does nothing if it is started already. A call
    /// that is left from before a [#stop] is waited for.
    ///
    /// @return this schedule
    /// @throws IllegalStateException if it is started, or a call of it still runs, on another loop
    public Periodic start() {
        var here = IOLoop.current();
        forgetClosed();
        if (call != null) call.loop().checkDoor(this);
        if (loop != null) {
            loop.checkDoor(this);
            return this;
        }
        loop = here;
        last = here.now();
        if (call == null) schedule(here);
        return this;
    }

    /// Ends the schedule; a call that runs goes on to its end. Does nothing if it is stopped already.
    ///
    /// @throws IllegalStateException if it is started on another loop
    public void stop() {
        forgetClosed();
        if (loop == null) return;
        loop.checkDoor(this);
        loop = null;
        if (timer != null) timer.cancel();
        timer = null;
    }

    /// {@return whether it is started and not stopped}
    public boolean isRunning() {
        return loop != null && !loop.isClosed();
    }

    /// What ended with its loop is no longer ours (rule 18).
    private void forgetClosed() {
        if (call != null && call.loop().isClosed()) call = null;
        if (loop == null || !loop.isClosed()) return;
        loop = null;
        timer = null;
    }

    private void schedule(IOLoop loop) {
        long late = loop.now() - last;
        last += period * Math.max(1, Math.ceilDiv(late, period)); // exactly one period is not late
        timer = loop.callAt(last + offset(loop), new Tick(this, loop));
        if (!counted) timer.unref();
    }

    private long offset(IOLoop loop) {
        return jitter == 0 ? 0 : (long) (period * jitter * (Chance.on(loop).nextDouble() - 0.5));
    }

    private void tick(IOLoop loop) {
        timer = null;
        var tasks = Tasks.of(loop);
        call = tasks.start(name, tasks.root(), body, this::ended);
    }

    private boolean ended(Task<?> task, @Nullable Throwable failure) {
        call = null;
        if (failure != null) task.carrier().complain(LOG, Level.ERROR, this + ": a call failed", failure);
        if (loop != null) schedule(loop);
        return true;
    }

    /// {@return what it is doing: `Periodic[refresh, every 10 s], next call in 3.2 s`}
    public String describe() {
        if (IOLoop.isElsewhere(loop)) return Words.of(this);
        return Words.of(this) + ", " + state();
    }

    private String state() {
        if (call != null) return (isRunning() ? "calls " : "stopped, but for ") + call.describe();
        if (!isRunning() || timer == null || loop == null) return "stopped";
        return "next call in " + Span.words(Duration.ofNanos(Math.max(0, timer.moment() - loop.now())));
    }

    /// What its timer does.
    private record Tick(Periodic schedule, IOLoop loop) implements Runnable {
        @Override
        public void run() {
            schedule.tick(loop);
        }

        @Override
        public String toString() {
            return schedule.toString();
        }
    }

    /// {@return its kind, name and period: `Periodic[refresh, every 10 s]`}
    @Override
    public String toString() {
        return "Periodic[" + name + ", every " + Span.words(Duration.ofNanos(period)) + "]";
    }
}
