package dev.holdfast.task;

import static java.util.Objects.requireNonNull;

import dev.holdfast.cancel.CancelScope;
import dev.holdfast.cancel.Cancelled;
import dev.holdfast.carrier.Strand;
import dev.holdfast.chain.Chain;
import dev.holdfast.future.Future;
import dev.holdfast.future.Outcome;
import dev.holdfast.future.Promise;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.loop.Origin;
import dev.holdfast.loop.Words;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/// One coroutine: straight-line code that may wait without holding the loop.
///
/// A task runs on a virtual thread of its own, carried by its loop's thread. It stops in one place only,
/// [#suspend], on which every wait of the library is written, and there it is in one of these states:
///
/// ```
///             its turn comes              suspend
///   in line ──────────────────► running ────────────► waiting
///      ▲                         │    │                  │
///      │        yieldNow         │    └──► ended         │ the waker is called,
///      ├─────────────────────────┘                       │ or the scope is cancelled
///      └─────────────────────────────────────────────────┘
/// ```
///
/// *A wait* is a [Wait], which says how to begin it and how to undo it, and a [Waker], which ends it once. The
/// waker puts the task in line *at the grant*, not when the grantor returns: so tasks go on in the order in which
/// they were granted, mixed with callbacks, and later than the call that woke them (rule 16).
///
/// *A cancellation* finds a task waiting: the wait is abandoned, the task stands in line, and `suspend` throws when
/// its turn comes. It finds it in line, already granted: when its turn comes the grant is given back, if it can be,
/// and else stands (rule 22). It finds it not begun: its body never runs. It finds it running, because it cancels
/// itself, or blocked inside the JDK, which looks the same: it is interrupted, and the next wait throws (rules 21
/// and 23).
///
/// *The interrupt flag* belongs to that last case alone. Each wait of ours clears it, so that a park never spins on
/// it.
///
/// @param <T> what it returns
public final class Task<T extends @Nullable Object> extends Strand implements CancelScope.Occupant {
    private static final System.Logger LOG = System.getLogger(Task.class.getPackageName());

    private enum State {
        IN_LINE,
        RUNNING, // or blocked in the JDK
        WAITING,
        ENDED
    }

    private final Tasks home;
    private final String name;
    private final Promise<T> result;
    private final CancelScope own; // what cancel(reason) cancels
    private final @Nullable Parent parent; // null for one that was spawned
    private CancelScope scope; // the innermost it stands in
    private @Nullable Body<? extends T, ?> body; // null once it runs
    private @Nullable Waker<?> waker; // of its wait; null when it does not wait
    private @Nullable Chain<Holding> holdings; // made by the first
    private State state = State.IN_LINE;
    private int alone; // how many blocks around it forbid to wait
    private int since; // when its last wait began, in the loop's ticks
    private @Nullable Throwable thrown; // what the last wait that failed threw

    /// Whoever started a task in a block and waits for its end.
    public interface Parent {
        /// `child` has ended. Must not throw.
        ///
        /// @param child whose future is settled after this
        /// @param failure null if it ended with a value, or was cancelled
        /// @return whether this sees to the failure; then the future of `child` need not be looked at
        boolean ended(Task<?> child, @Nullable Throwable failure);
    }

    Task(
            Tasks home,
            String name,
            CancelScope around,
            Body<? extends T, ?> body,
            @Nullable Parent parent,
            @Nullable Origin origin) {
        super(home.loop().carrier());
        this.home = home;
        this.name = name;
        this.body = body;
        this.parent = parent;
        this.result = new Promise<>(this, home.loop(), origin);
        this.own = around.inside(this);
        this.scope = own;
        own.occupy(this);
    }

    // ---- from outside

    /// {@return the task that the current code runs in}
    ///
    /// @throws IllegalStateException if that is none
    public static Task<?> current() {
        if (Strand.current() instanceof Task<?> task) return task;
        var loop = IOLoop.current();
        throw new IllegalStateException("a callback of " + loop + " is no task and cannot wait; start one with spawn");
    }

    /// {@return the tasks of the current loop that have not ended, in the order they were started}
    public static Collection<Task<?>> live() {
        return Tasks.of(IOLoop.current()).live();
    }

    /// Waits for its end and returns its value, or throws the very error, checked or not.
    ///
    /// @return its value
    /// @throws IllegalStateException if a task joins itself
    /// @throws CancellationException if it was cancelled and the caller was not
    public T join() {
        var me = current();
        if (me == this) throw new IllegalStateException(this + " joins itself and would wait for ever");
        return Coroutine.await(result);
    }

    /// Waits for its end and returns its value, or throws the very error. Declares `X`, so that it can be caught.
    ///
    /// @param <X> what it may fail with
    /// @param error is there to name `X`
    /// @return its value
    /// @throws X if it failed with it
    @SuppressWarnings("unused") // the class is there to name X
    public <X extends Throwable> T join(Class<X> error) throws X {
        return join();
    }

    /// {@return its end as a future}
    public Future<T> future() {
        return result;
    }

    /// Cancels it and whatever it started in blocks of its own; does nothing if it has ended.
    ///
    /// @param reason in words, for [Cancelled#reason]
    /// @throws IllegalStateException on a thread that is not on its loop, or after the loop was closed
    public void cancel(String reason) {
        requireNonNull(reason, "reason");
        home.loop().checkDoor(this);
        if (state != State.ENDED) own.cancel(reason);
    }

    /// {@return the name it was started with}
    public String name() {
        return name;
    }

    /// {@return the loop it runs on}
    public IOLoop loop() {
        return home.loop();
    }

    /// {@return what it is doing, for people: `Task[spider-3] waiting on Queue[0/8]`} Any thread may ask; what it is
    /// told may be over.
    public String describe() {
        var waker = this.waker;
        return Words.of(this)
                + switch (state) {
                    case IN_LINE -> " ready";
                    case RUNNING -> " running";
                    case WAITING -> " waiting on " + (waker == null ? "nothing" : Words.of(waker.where));
                    case ENDED -> " ended";
                };
    }

    /// {@return whether it stands in line, to begin or to go on}
    public boolean isReady() {
        return state == State.IN_LINE;
    }

    /// {@return what it waits for: a queue, a lock, a future, or a word; null if it does not wait, or is granted
    /// already}
    public @Nullable Object waitsFor() {
        return state == State.WAITING && waker != null ? waker.where : null;
    }

    /// {@return whether it waits on purpose, until it is cancelled: see [Coroutine#awaitCancelled]}
    public boolean waitsOnPurpose() {
        return waitsFor() == Tasks.ON_PURPOSE;
    }

    /// {@return for how long it has waited, to a hundredth of a second; zero if it does not wait}
    public Duration waitedFor() {
        return state == State.WAITING ? home.loop().sinceTicks(since) : Duration.ZERO;
    }

    /// {@return the task on which the end of its wait depends: the one it joins, the holder of the lock it wants;
    /// null if it does not wait, or for nobody in particular} Of several it is one that has not ended.
    public @Nullable Task<?> blocker() {
        return WaitsFor.blockerOf(waitsFor());
    }

    /// {@return where it was started, if that was noted: see [Origin]}
    public @Nullable Origin origin() {
        return result.origin();
    }

    // ---- its life

    @Override
    @SuppressWarnings("CatchThrowable") // whatever it throws is its outcome
    protected void act() {
        state = State.RUNNING;
        var body = this.body;
        this.body = null;
        Outcome<T> outcome;
        try {
            own.check();
            if (body == null) throw new IllegalStateException(this + " has no body");
            T value = body.call(); // not inside the next line: all parked tasks would hold an outcome without a value
            outcome = new Outcome.Value<>(value);
        } catch (Throwable e) {
            outcome = new Outcome.Failure<>(seenFromOutside(e));
        }
        end(outcome);
    }

    /// A cancellation of its own, or from around, is nobody else's: they see that the future was cancelled. One
    /// that flew out of a `try` whose task had failed, because that failure was swallowed, gives way to the
    /// failure.
    private Throwable seenFromOutside(Throwable error) {
        var e = uninterrupted(own, error);
        if (!(e instanceof Cancelled cancelled)) return e;
        if (!own.isCancelled()) return cancelled.getCause() == null ? e : cancelled.getCause();
        var seen = new CancellationException(this + " was cancelled: " + cancelled.reason());
        seen.initCause(cancelled);
        return seen;
    }

    private void end(Outcome<T> outcome) {
        state = State.ENDED;
        abandonBlocks();
        own.close();
        home.finished(this);
        abandonHoldings();
        if (parent != null && parent.ended(this, failureOf(outcome))) result.look();
        result.settle(outcome);
        home.left(); // last: a lock of the JDK's may block it until here, and others run meanwhile
    }

    /// {@return whether its body has ended; its future is settled a moment later}
    public boolean hasEnded() {
        return state == State.ENDED;
    }

    private @Nullable Throwable failureOf(Outcome<T> outcome) {
        return outcome instanceof Outcome.Failure<T>(Throwable error) && !isCancellation(error) ? error : null;
    }

    private boolean isCancellation(Throwable error) {
        return error instanceof CancellationException && error.getCause() instanceof Cancelled && own.isCancelled();
    }

    /// A block that was opened and never closed ends with its task, in disorder: nobody awaits what runs in it.
    private void abandonBlocks() {
        if (scope == own) return;
        LOG.log(Level.ERROR, this + " ended inside of " + scope + ", which it had not closed: cancelled");
        own.cancel(this + " has ended");
    }

    private void abandonHoldings() {
        if (holdings == null) return;
        for (Holding holding; (holding = holdings.removeFirst()) != null; ) holding.abandoned(this);
    }

    // ---- waiting

    /// Stops the current task until the waker that `wait` is given is called. Every wait in the library is this
    /// call.
    ///
    /// The task always lets at least one turn pass. When its scope is cancelled, before or meanwhile, the wait is
    /// undone and throws.
    ///
    /// @param <R> what the wait returns
    /// @param where what is waited for; names it in messages
    /// @param wait how to begin, and how to undo it
    /// @return what the waker was called with
    /// @throws Cancelled if a scope around it is cancelled
    /// @throws IllegalStateException where no task runs, and inside of [Coroutine#alone]
    public static <R extends @Nullable Object> R suspend(Object where, Wait<R> wait) {
        return current().suspendHere(where, wait);
    }

    private <R extends @Nullable Object> R suspendHere(Object where, Wait<R> wait) {
        check();
        var waker = new Waker<R>(this, where, wait);
        this.waker = waker;
        state = State.WAITING;
        since = home.loop().ticks();
        home.parked(this, where);
        begin(wait, waker); // may wake at once
        if (state == State.IN_LINE) carrier().giveWay();
        while (state == State.WAITING) park();
        state = State.RUNNING;
        Thread.interrupted(); // one that came with the grant is over
        this.waker = null; // it holds what was granted
        if (scope.isCancelled() && waker.yieldsToCancellation()) throw cancellation();
        return taken(waker.outcome());
    }

    /// A wait that cannot begin leaves nobody waiting.
    private static <R extends @Nullable Object> void begin(Wait<R> wait, Waker<R> waker) {
        try {
            wait.begin(waker);
        } catch (Throwable e) {
            waker.abort();
            waker.task().state = State.RUNNING;
            throw e;
        }
    }

    /// Returns what a wait ended with, or throws it.
    <R extends @Nullable Object> R taken(Outcome<R> outcome) {
        if (outcome instanceof Outcome.Failure<R>(Throwable error)) thrown = error;
        return outcome.get();
    }

    private RuntimeException cancellation() {
        var error = scope.thrownTo(this);
        thrown = error;
        throw Outcome.<RuntimeException>sneak(error);
    }

    /// {@return whether it was `error` that the last wait that failed threw}
    ///
    /// @param error compared by identity
    public boolean wasThrown(Throwable error) {
        return thrown == error;
    }

    private void park() {
        Thread.interrupted(); // a wait of ours ends by its waker
        carrier().park();
    }

    /// For the floors above: undoes the wait that it stands in, which then throws `error`.
    ///
    /// @param error thrown as it is
    /// @return false if it does not wait, or is granted already
    public boolean breakWait(Throwable error) {
        return waker != null && waker.breakOff(error);
    }

    /// The waker was called: stands in line.
    void granted() {
        home.granted(this);
        state = State.IN_LINE;
        if (Strand.current() != this) carrier().resume(this);
    }

    /// Lets everybody else in line go first.
    void yieldNow() {
        check();
        giveWay();
        if (scope.isCancelled()) throw cancellation();
    }

    /// What everything that may wait does first, also when it need not wait.
    ///
    /// @throws Cancelled if a scope around it is cancelled; one turn has passed then
    /// @throws IllegalStateException inside of [Coroutine#alone]
    public void check() {
        if (alone > 0) throw new IllegalStateException(this + " may not wait inside alone: " + Origin.here());
        if (!scope.isCancelled()) return;
        giveWay();
        throw cancellation();
    }

    private void giveWay() {
        Thread.interrupted();
        state = State.IN_LINE;
        carrier().giveWay();
        state = State.RUNNING;
    }

    /// Its scope was cancelled.
    @Override
    public void abort() {
        if (!scope.isCancelled()) return;
        switch (state) {
            case WAITING -> {
                if (waker != null) waker.abort();
            }
            case RUNNING -> interrupt();
            case IN_LINE, ENDED -> {}
        }
    }

    /// It is blocked in the JDK; or it cancels itself, and will be at its next call that blocks there.
    private void interrupt() {
        var thread = thread();
        if (thread != null) thread.interrupt();
    }

    // ---- blocks

    /// {@return the innermost scope that the task stands in}
    public CancelScope scope() {
        return scope;
    }

    /// Steps into `inner`, a scope made inside of [#scope]. Step out with [#leave].
    ///
    /// @param inner has no occupant yet
    public void enter(CancelScope inner) {
        inner.occupy(this);
        scope = inner;
    }

    /// Steps out of `inner` into `outer`, and closes `inner`.
    ///
    /// @param inner where the task stands
    /// @param outer where it stood before
    /// @throws IllegalStateException if it stands elsewhere
    public void leave(CancelScope inner, CancelScope outer) {
        if (scope != inner) throw new IllegalStateException(this + " leaves " + inner + " while it stands in " + scope);
        if (inner.isCancelled()) Thread.interrupted(); // a late interrupt of what is over
        inner.close();
        scope = outer;
    }

    /// Runs `body` in `inner`, a scope made inside of [#scope], and closes it. An interrupt that leaves the body of
    /// a cancelled scope arrives as the cancellation it was; one from before does not disturb what is shielded.
    ///
    /// @param <R> what `body` returns
    /// @param <X> what `body` may throw; inferred
    /// @param inner has no occupant yet
    /// @param body what it surrounds
    /// @return what `body` returned
    /// @throws X what `body` threw
    public <R extends @Nullable Object, X extends Throwable> R within(CancelScope inner, Body<R, X> body) throws X {
        var outer = scope;
        enter(inner);
        if (outer.isCancelled() && !inner.isCancelled()) Thread.interrupted(); // a shield
        try {
            return body.call();
        } catch (Throwable e) {
            throw Outcome.<RuntimeException>sneak(uninterrupted(inner, e));
        } finally {
            leave(inner, outer);
        }
    }

    /// {@return `error`, or what cancelled `scope` if `error` is but the interrupt that came of it (rule 23)}
    ///
    /// @param scope whose body `error` left
    /// @param error gets suppressed in what is returned instead
    public Throwable uninterrupted(CancelScope scope, Throwable error) {
        if (!scope.isCancelled() || !Interrupts.left(error) || wasThrown(error)) return error;
        var cancelled = scope.thrownTo(this);
        cancelled.addSuppressed(error);
        return cancelled;
    }

    /// Runs `body` and lets nobody else run meanwhile: a wait inside is an error, a call of the JDK's that blocked is
    /// told.
    <R extends @Nullable Object, X extends Throwable> R alone(Body<R, X> body) throws X {
        long hold = carrier().hold();
        alone++;
        try {
            return body.call();
        } finally {
            alone--;
            if (carrier().hold() != hold) home.wasNotAlone(this);
        }
    }

    /// Notes that it holds `holding`, which leaves by [Holding#unlink].
    ///
    /// @param holding is told if the task ends and still holds it
    public void holds(Holding holding) {
        if (holdings == null) holdings = new Chain<>();
        holdings.add(holding);
    }

    /// {@return what it holds, in the order in which it came by it}
    public List<Holding> holdings() {
        return holdings == null ? List.of() : holdings.snapshot();
    }

    /// {@return `Task[name]`}
    @Override
    public String toString() {
        return "Task[" + name + "]";
    }
}
