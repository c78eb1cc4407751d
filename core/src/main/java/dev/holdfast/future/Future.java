package dev.holdfast.future;

import static java.util.Objects.requireNonNull;

import dev.holdfast.chain.Chain;
import dev.holdfast.future.Outcome.Failure;
import dev.holdfast.future.Outcome.Value;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.loop.Origin;
import dev.holdfast.loop.Words;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A value that may not be here yet. It belongs to the loop on which it is first waited on or settled, and is
/// touched there only, else an [IllegalStateException] says so: no memory model to explain. Its writing end is a
/// [Promise].
///
/// A failure that nobody ever looked at is logged, once: when the future has been collected, or when its loop is
/// closed. Whoever awaits it, listens to it, derives another future from it or asks for its outcome has looked,
/// also if that was before it failed. A cancellation is nothing to look at (rule 15).
///
/// @param <T> the future's value
public abstract sealed class Future<T extends @Nullable Object> permits Promise {
    static final System.Logger LOG = System.getLogger(Future.class.getPackageName());

    private final @Nullable Origin origin; // where it was made, if that was noted
    private @Nullable IOLoop home; // null until first touched on a loop, and for one that was made done
    private @Nullable Outcome<T> outcome; // null while pending
    private @Nullable Chain<Listener<T>> listeners; // made by the first
    private @Nullable Unseen unseen; // while it has failed and nobody looked
    private boolean looked;

    /// Only promises are made.
    Future(@Nullable IOLoop home, @Nullable Origin origin) {
        this.home = home;
        this.origin = origin;
    }

    /// {@return a future that has its value already} It belongs to no loop.
    ///
    /// @param <T> the future's value
    /// @param value may be null if `T` says so
    public static <T extends @Nullable Object> Future<T> of(T value) {
        var promise = new Promise<T>();
        promise.put(new Value<>(value));
        return promise;
    }

    /// {@return a future that has failed already} It belongs to no loop; but if nobody looks, the loop it was made
    /// on says so.
    ///
    /// @param <T> the value that it would have had
    /// @param error what whoever awaits it is thrown
    public static <T extends @Nullable Object> Future<T> failed(Throwable error) {
        Future<T> promise = new Promise<>();
        promise.put(new Failure<>(requireNonNull(error, "error")));
        promise.watch();
        return promise;
    }

    /// {@return whether it has an outcome}
    public final boolean isDone() {
        checkDoor();
        return outcome != null;
    }

    /// {@return whether its outcome is that it was cancelled}
    public final boolean isCancelled() {
        checkDoor();
        return outcome instanceof Failure<T>(Throwable error) && error instanceof CancellationException;
    }

    /// {@return the outcome}
    ///
    /// @throws IllegalStateException if it is not here yet
    public final Outcome<T> outcome() {
        checkDoor();
        if (outcome == null) throw new IllegalStateException("not done: " + this);
        look();
        return outcome;
    }

    /// Calls `listener` with the outcome, as a callback of its own in a later turn, also if it is here already.
    /// Listeners are called in the order in which they were added.
    ///
    /// @param listener called on the loop; what it throws is logged
    /// @throws IllegalStateException if this belongs to no loop and the current thread runs none
    public final void onDone(Consumer<? super Outcome<T>> listener) {
        requireNonNull(listener, "listener");
        var later = new Later<>(claimedBySome("call a listener of"), this, listener);
        if (outcome == null) {
            add(later);
        } else {
            look();
            later.settled(outcome);
        }
    }

    /// {@return this as a stage for those outside, which any thread may use} It is completed on the loop, in a
    /// later turn; at once if this is done. It holds this future as long as it is pending, and so does whatever is
    /// derived from it. Completing or cancelling the stage changes nothing here.
    ///
    /// When the loop is closed before, the stage fails with a [CancellationException] that says so.
    ///
    /// @throws IllegalStateException if this is pending, belongs to no loop, and the current thread runs none
    public final CompletionStage<T> toCompletionStage() {
        if (outcome != null) return Stage.done(outcome());
        return Stage.of(this, claimedBySome("complete a stage of"));
    }

    /// For the floors above: adds somebody who is told at once. Only while it is pending.
    ///
    /// @param listener stands nowhere else
    /// @throws IllegalStateException if this is done
    public final void add(Listener<T> listener) {
        claim();
        if (outcome != null) throw new IllegalStateException("done: " + this);
        look();
        if (listeners == null) listeners = new Chain<>();
        listeners.add(listener);
    }

    /// {@return whether somebody waits for it or listens to it}
    public final boolean isAwaited() {
        return listeners != null && !listeners.isEmpty();
    }

    /// {@return who will settle it, if that is somebody in particular: a task, say} Of a future that is derived
    /// from others it is the driver of one of them that is pending and has one. Null if this is done.
    public final @Nullable Object driver() {
        if (outcome != null) return null;
        if (!(source() instanceof Joint<?, ?> joint)) return source();
        return joint.driver();
    }

    /// {@return where it was made, if that was noted: see [Origin]; for a task's, where the task was started}
    public final @Nullable Origin origin() {
        return origin;
    }

    /// {@return what is to be said of it: `Promise, pending, awaited by Task[a], Task[b]`, or how it ended} This does
    /// not count as a look at its failure.
    public final String describe() {
        if (IOLoop.isElsewhere(home)) return Words.of(this);
        return Words.of(this) + ", " + state() + (origin == null ? "" : ", made at " + origin);
    }

    private String state() {
        if (isAwaited())
            return "pending, awaited by " + Words.list(requireNonNull(listeners).snapshot());
        return switch (outcome) {
            case null -> "pending";
            case Value<T> _ -> "done";
            case Failure<T>(CancellationException _) -> "cancelled";
            case Failure<T>(Throwable error) -> "failed: " + Words.of(error);
        };
    }

    abstract @Nullable Object source();

    /// For the floors above: somebody sees to its failure, should there be one.
    public final void look() {
        looked = true;
        if (unseen == null) return;
        unseen.seen();
        unseen = null;
    }

    final boolean take(Outcome<T> outcome) {
        var loop = claim();
        if (this.outcome == null) {
            put(outcome);
            tellAll();
            return true;
        }
        if (isCancelled() && !isSilent(outcome)) {
            complain(loop, this + " was cancelled, and failed afterwards", ((Failure<T>) outcome).error());
        }
        return false;
    }

    private static void complain(@Nullable IOLoop loop, String text, Throwable error) {
        if (loop == null) LOG.log(Level.WARNING, text, error);
        else loop.carrier().complain(LOG, Level.WARNING, text, error);
    }

    /// Settles it and tells nobody.
    final void put(Outcome<T> outcome) {
        this.outcome = outcome;
    }

    /// If it is a failure that nobody has looked at, and so nobody listens for, its loop or the current one will
    /// say so. A lock of the JDK's may block the caller in here, and somebody look meanwhile.
    private void watch() {
        if (looked || !(outcome instanceof Failure<T>(Throwable error)) || isSilent(outcome)) return;
        var loop = home != null && !home.isClosed() ? home : IOLoop.currentOrNull();
        if (loop != null) unseen = Unseen.of(loop, this, error);
        if (looked && unseen != null) unseen.seen();
    }

    /// A cancellation is silent, unless it covers up something else.
    private static boolean isSilent(Outcome<?> outcome) {
        if (!(outcome instanceof Failure<?>(Throwable error)) || error instanceof Reported) return true;
        if (!(error instanceof CancellationException)) return false;
        for (var other : error.getSuppressed()) if (!(other instanceof CancellationException)) return false;
        return true;
    }

    /// Tells its listeners, and then those of the futures that were derived from it and are settled thereby: in a
    /// row and not one inside the other, so that they may be derived from each other a million times over.
    private void tellAll() {
        var derived = tell(null);
        for (Future<?> next; derived != null && (next = derived.poll()) != null; ) derived = next.tell(derived);
    }

    /// Returns `derived`, made when the first is to be put in, with those that are settled by this one.
    private @Nullable ArrayDeque<Future<?>> tell(@Nullable ArrayDeque<Future<?>> derived) {
        watch();
        var waiting = listeners;
        listeners = null;
        if (waiting == null || outcome == null) return derived;
        for (Listener<T> listener; (listener = waiting.removeFirst()) != null; ) {
            listener.settled(outcome);
            var next = listener.derived();
            if (next == null) continue;
            if (derived == null) derived = new ArrayDeque<>();
            derived.add(next);
        }
        return derived;
    }

    /// From now on it belongs to the current loop, if it belonged to none; unless it was made done.
    final @Nullable IOLoop claim() {
        var loop = IOLoop.claim(home, this);
        if (home != null || outcome == null) home = loop;
        return loop;
    }

    private IOLoop claimedBySome(String purpose) {
        var loop = claim();
        if (loop == null) throw new IllegalStateException("no loop to " + purpose + " " + this);
        return loop;
    }

    private void checkDoor() {
        if (home != null) IOLoop.claim(home, this);
    }

    /// A user's listener: its call is a callback of its own.
    private static final class Later<T extends @Nullable Object> extends Listener<T> {
        private final IOLoop loop;
        private final Future<T> future; // named in messages
        private final Consumer<? super Outcome<T>> listener;

        Later(IOLoop loop, Future<T> future, Consumer<? super Outcome<T>> listener) {
            this.loop = loop;
            this.future = future;
            this.listener = listener;
        }

        @Override
        protected void settled(Outcome<T> outcome) {
            if (!loop.isClosed()) loop.execute(new Call<>(this, outcome));
        }

        @Override
        public String toString() {
            return "a listener";
        }
    }

    private record Call<T extends @Nullable Object>(Later<T> later, Outcome<T> outcome) implements Runnable {
        @Override
        public void run() {
            later.listener.accept(outcome);
        }

        @Override
        public String toString() {
            return "listener of " + later.future;
        }
    }
}
