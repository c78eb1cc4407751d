package dev.holdfast.task;

import dev.holdfast.future.Outcome;
import dev.holdfast.future.Outcome.Failure;
import dev.holdfast.future.Outcome.Value;
import dev.holdfast.loop.External;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// Waits for a stage that strangers complete, on whatever thread. Meanwhile it keeps a door open for them, so that
/// the loop counts on their coming.
final class StageWait<T extends @Nullable Object> implements Wait<T> {
    private final Task<?> task;
    private final External door;
    private @Nullable Waker<T> waker; // null before the wait and after
    private @Nullable Outcome<T> outcome; // null until it is here

    StageWait(Task<?> task) {
        task.check();
        this.task = task;
        this.door = task.loop().external("stage awaited by " + task);
    }

    T await(CompletionStage<? extends T> stage) {
        var knock = new Knock<>(this);
        try {
            stage.whenComplete(knock);
            return outcome != null ? outcome.get() : Task.suspend(stage, this);
        } finally {
            knock.wait = null;
            door.close();
        }
    }

    @Override
    public void begin(Waker<T> waker) {
        this.waker = waker;
        if (outcome != null) waker.settled(outcome);
    }

    @Override
    public void abandon(Waker<T> waker) {
        this.waker = null;
    }

    /// On any thread; on the task's own if the stage was done when it was asked.
    private void arrived(Outcome<T> outcome) {
        if (Thread.currentThread() == task.thread()) this.outcome = outcome;
        else door.tryExecute(() -> settle(outcome));
    }

    private void settle(Outcome<T> outcome) {
        this.outcome = outcome;
        if (waker != null) waker.settled(outcome);
    }

    /// What the stage is given. It cannot be told to forget that again; so a wait that is over leaves this behind,
    /// with nothing in it.
    private static final class Knock<T extends @Nullable Object> implements BiConsumer<T, @Nullable Throwable> {
        // The loop's thread writes, another may read too late: then it knocks at a closed door.
        private @Nullable StageWait<T> wait;

        Knock(StageWait<T> wait) {
            this.wait = wait;
        }

        @Override
        public void accept(T value, @Nullable Throwable error) {
            var wait = this.wait;
            if (wait != null) wait.arrived(error == null ? new Value<>(value) : new Failure<>(cause(error)));
        }

        private static Throwable cause(Throwable error) {
            return error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
        }
    }
}
