package dev.holdfast.future;

import dev.holdfast.future.Outcome.Failure;
import dev.holdfast.future.Outcome.Value;
import dev.holdfast.loop.Guest;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.loop.LoopLocal;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// A future as those outside see it. While it is pending this stage holds it, and so does every stage that is
/// derived from this one: whoever keeps the last of a chain keeps what drives it (law 9).
final class Stage<T extends @Nullable Object> extends CompletableFuture<T> {
    private static final LoopLocal<Pending> PENDING = LoopLocal.withInitial(_ -> new Pending());

    @SuppressWarnings("unused") // held for what it holds
    private final Source<?> source;

    private Stage(Source<?> source) {
        this.source = source;
    }

    static <T extends @Nullable Object> CompletionStage<T> done(Outcome<T> outcome) {
        var stage = new CompletableFuture<T>();
        complete(stage, outcome);
        return stage;
    }

    static <T extends @Nullable Object> CompletionStage<T> of(Future<T> future, IOLoop loop) {
        var source = new Source<>(future, loop, PENDING.get(loop));
        future.add(source);
        source.pending.sources.add(source);
        return source.stage;
    }

    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new Stage<>(source);
    }

    private static <T extends @Nullable Object> void complete(CompletableFuture<T> stage, Outcome<T> outcome) {
        switch (outcome) {
            case Value<T>(T value) -> stage.complete(value);
            case Failure<T>(Throwable error) -> stage.completeExceptionally(error);
        }
    }

    /// Tells the stage, as a callback of its own, for its dependents are anybody's code.
    private static final class Source<T extends @Nullable Object> extends Listener<T> {
        private final IOLoop loop;
        private final Pending pending;
        private final Stage<T> stage = new Stage<>(this);
        private @Nullable Future<T> future; // null once its outcome has gone to the stage

        Source(Future<T> future, IOLoop loop, Pending pending) {
            this.future = future;
            this.loop = loop;
            this.pending = pending;
        }

        @Override
        protected void settled(Outcome<T> outcome) {
            if (!loop.isClosed()) loop.execute(() -> finish(outcome));
        }

        private void finish(Outcome<T> outcome) {
            future = null;
            pending.sources.remove(this);
            complete(stage, outcome);
        }

        @Override
        public String toString() {
            return "a CompletionStage";
        }

        /// The loop is closed.
        void end() {
            if (future == null) return;
            unlink();
            if (future.isDone()) finish(future.outcome());
            else
                finish(new Failure<>(new CancellationException(loop + " was closed while " + future + " was pending")));
        }
    }

    /// The stages of one loop that wait for it; weakly, because nobody waits for a stage that was dropped.
    private static final class Pending implements Guest {
        private final Set<Source<?>> sources = Collections.newSetFromMap(new WeakHashMap<>());

        @Override
        public void evicted() {
            List.copyOf(sources).forEach(Source::end);
        }
    }
}
