package dev.holdfast.testing;

import dev.holdfast.sync.WaitQueue;
import dev.holdfast.task.Task;
import dev.holdfast.task.WaitsFor;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Forces steps of several tasks into one order: step 0 goes first, step 1 when step 0 has ended, and so on. So a
/// test can bring about the one order in which something goes wrong, whatever the seed.
///
/// ```
/// var order = new Sequencer();
/// spawn("reader", () -> {
///     try (var _ = order.step(0)) { read(); }
///     try (var _ = order.step(2)) { write(); }
/// });
/// spawn("rival", () -> {
///     try (var _ = order.step(1)) { write(); }
/// });
/// ```
///
/// Each step is taken once. If one is given up, because its task was cancelled while it waited for its turn, those
/// after it are told. Trio's `Sequencer` is the model.
public final class Sequencer {
    private final WaitQueue<Step> line = new WaitQueue<>();
    private final Map<Integer, Task<?>> taken = new HashMap<>(); // the steps, and by whom
    private int ended; // steps, from the first on
    private int givenUp = Integer.MAX_VALUE; // the first step that was; those before it still have their turn

    /// A sequence in which no step has been taken.
    public Sequencer() {}

    /// Waits until all steps before `number` have ended.
    ///
    /// @param number from 0
    /// @return what ends this step when it is closed
    /// @throws IllegalArgumentException if `number` is negative
    /// @throws IllegalStateException if the step was taken before, or one before it was given up
    public Step step(int number) {
        if (number < 0) throw new IllegalArgumentException("step < 0: " + number);
        var task = Task.current();
        task.check();
        var before = taken.putIfAbsent(number, task);
        if (before != null) throw new IllegalStateException(this + ": " + before + " has taken step " + number);
        var step = new Step(number);
        step.awaitTurn();
        return step;
    }

    /// {@return the kind, and the step whose turn it is: `Sequencer[2]`}
    @Override
    public String toString() {
        return "Sequencer[" + ended + "]";
    }

    /// One step: what a task does in its turn. Made by [Sequencer#step].
    public final class Step implements AutoCloseable, WaitsFor {
        private final int number;

        private Step(int number) {
            this.number = number;
        }

        private void awaitTurn() {
            try {
                while (ended < number && number < givenUp) line.await(this, this);
            } catch (Throwable e) {
                givenUp = Math.min(givenUp, number);
                line.wakeAll();
                throw e;
            }
            if (ended == number) return;
            var deserter = taken.get(givenUp);
            throw new IllegalStateException(
                    this + " never has its turn: " + deserter + " has given up step " + givenUp);
        }

        /// Ends this step: the next has its turn. The second time does nothing.
        @Override
        public void close() {
            if (ended != number) return;
            ended++;
            line.wakeAll();
        }

        /// {@return the task whose turn it is, if it has begun its step and not ended}
        @Override
        public @Nullable Task<?> blocker() {
            var inTurn = taken.get(ended);
            return inTurn == null || inTurn.future().isDone() ? null : inTurn;
        }

        @Override
        public boolean isHeld() {
            return true;
        }

        /// {@return the sequence and the number: `Sequencer[2] step 3`}
        @Override
        public String toString() {
            return Sequencer.this + " step " + number;
        }
    }
}
