package dev.holdfast.future;

import static java.util.Objects.requireNonNull;

import dev.holdfast.chain.Chain;
import dev.holdfast.future.Outcome.Failure;
import dev.holdfast.future.Outcome.Value;
import dev.holdfast.loop.IOLoop;
import java.lang.System.Logger.Level;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A value that may not be here yet. It belongs to the loop on which it is first waited on or settled, and is
/// touched there only: no memory model to explain. Its writing end is a [Promise].
///
/// A failure that nobody ever looked at is logged, once (rule 15).
///
/// @param <T> the value's type
public abstract sealed class Future<T extends @Nullable Object> permits Promise {
    static final System.Logger LOG = System.getLogger(Future.class.getPackageName());

    private @Nullable IOLoop home; // null until first touched on a loop
    private @Nullable Outcome<T> outcome; // null while pending
    private @Nullable Chain<Listener<T>> listeners; // made by the first
    private @Nullable Unseen unseen; // while it has failed and nobody looked
    private boolean looked;

    /// Only promises are made.
    Future() {}

    /// A future that has its value already.
    public static <T extends @Nullable Object> Future<T> of(T value) {
        return settled(new Value<>(value));
    }

    /// A future that has failed already.
    public static <T extends @Nullable Object> Future<T> failed(Throwable error) {
        return settled(new Failure<>(requireNonNull(error, "error")));
    }

    private static <T extends @Nullable Object> Future<T> settled(Outcome<T> outcome) {
        var promise = new Promise<T>();
        promise.settleForNobody(outcome);
        return promise;
    }

    /// Returns whether it has an outcome.
    public final boolean isDone() {
        return outcome != null;
    }

    /// Returns whether its outcome is that it was cancelled.
    public final boolean isCancelled() {
        return outcome instanceof Failure<T>(Throwable error) && error instanceof CancellationException;
    }

    /// Returns the outcome.
    ///
    /// @throws IllegalStateException if it is not here yet
    public final Outcome<T> outcome() {
        if (outcome == null) throw new IllegalStateException("not done: " + this);
        look();
        return outcome;
    }

    /// Calls `listener` with the outcome, as a callback of its own in a later turn, also if it is here already.
    /// Listeners are called in the order in which they were added.
    public final void onDone(Consumer<? super Outcome<T>> listener) {
        requireNonNull(listener, "listener");
        var loop = claimed();
        if (loop == null) throw new IllegalStateException("no loop to call a listener of " + this);
        look();
        if (outcome == null) {
            add(new Later<>(loop, listener));
        } else {
            notify(loop, listener, outcome);
        }
    }

    private static <T extends @Nullable Object> void notify(
            IOLoop loop, Consumer<? super Outcome<T>> listener, Outcome<T> outcome) {
        loop.execute(() -> listener.accept(outcome));
    }

    /// Returns this as a stage for those outside, completed on the loop.
    public final CompletionStage<T> toCompletionStage() {
        var stage = new CompletableFuture<T>();
        onDone(outcome -> {
            switch (outcome) {
                case Value<T>(T value) -> stage.complete(value);
                case Failure<T>(Throwable error) -> stage.completeExceptionally(error);
            }
        });
        return stage;
    }

    /// For the floors above: adds somebody who is told at once. Only while it is pending.
    public final void add(Listener<T> listener) {
        if (outcome != null) throw new IllegalStateException("done: " + this);
        claimed();
        look();
        if (listeners == null) listeners = new Chain<>();
        listeners.add(listener);
    }

    /// Returns whether somebody waits for it or listens to it.
    public final boolean isAwaited() {
        return listeners != null && !listeners.isEmpty();
    }

    /// For the floors above: somebody sees to its failure, should there be one.
    public final void look() {
        looked = true;
        if (unseen == null) return;
        unseen.seen();
        unseen = null;
    }

    final boolean take(Outcome<T> outcome) {
        var loop = claimed();
        if (this.outcome != null) {
            late(outcome);
            return false;
        }
        settleForNobody(outcome);
        if (outcome instanceof Failure<T>(Throwable error) && !looked && loop != null && !isCancelled()) {
            unseen = Unseen.of(loop, this, error);
        }
        tellListeners(outcome);
        return true;
    }

    final void settleForNobody(Outcome<T> outcome) {
        this.outcome = outcome;
    }

    private void tellListeners(Outcome<T> outcome) {
        var waiting = listeners;
        listeners = null;
        if (waiting == null) return;
        for (Listener<T> listener; (listener = waiting.removeFirst()) != null; ) listener.settled(outcome);
    }

    private void late(Outcome<T> outcome) {
        if (isCancelled()
                && outcome instanceof Failure<T>(Throwable error)
                && !(error instanceof CancellationException)) {
            LOG.log(Level.WARNING, this + " was cancelled, and failed afterwards", error);
        }
    }

    private @Nullable IOLoop claimed() {
        home = IOLoop.claim(home, this);
        return home;
    }

    /// A user's listener: its call is a callback of its own.
    private static final class Later<T extends @Nullable Object> extends Listener<T> {
        private final IOLoop loop;
        private final Consumer<? super Outcome<T>> listener;

        Later(IOLoop loop, Consumer<? super Outcome<T>> listener) {
            this.loop = loop;
            this.listener = listener;
        }

        @Override
        protected void settled(Outcome<T> outcome) {
            Future.notify(loop, listener, outcome);
        }
    }
}
