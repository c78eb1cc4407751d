package dev.holdfast.lifetime.random;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// A loop as the rules have it: one line, turn by turn, first come first served (rules 1 to 3). What comes from
/// outside arrives after as many turns as chance will have it, soon or when all is quiet; but timers of the same
/// length fall due in the order in which they were made.
final class Turns {
    private static final int LONGEST = 10; // of the ways from outside, in powers of two

    private final SplittableRandom chance;
    private final int steadiness; // how many come at the same pace: on a busy machine all are slow, or the loop is
    private int pace;
    private final Deque<Runnable> line = new ArrayDeque<>();
    private final PriorityQueue<Arrival> outside =
            new PriorityQueue<>(Comparator.comparingInt((Arrival a) -> a.due).thenComparingInt(a -> a.order));
    private int now; // turns so far
    private int timers; // made so far
    private int lastDue; // when the latest of them is

    /// Something that comes from outside.
    final class Arrival {
        private final int due;
        private final int order; // of those that come in the same turn
        private @Nullable Runnable callback; // null if it was cancelled

        private Arrival(int due, int order, Runnable callback) {
            this.due = due;
            this.order = order;
            this.callback = callback;
        }

        /// Does nothing if it has come to its turn.
        void cancel() {
            callback = null;
            outside.remove(this);
        }

        private void run() {
            if (callback != null) callback.run();
        }
    }

    Turns(SplittableRandom chance) {
        this.chance = chance;
        this.steadiness = chance.nextBoolean() ? 1 : 4;
        this.pace = anyPace();
    }

    void add(Runnable callback) {
        line.add(callback);
    }

    /// Some day `callback` will come, from another thread.
    void later(Runnable callback) {
        outside.add(new Arrival(someDay(), -chance.nextInt(1, 1_000), callback));
    }

    /// In a moment `callback` will fall due. In a turn timers come last (rule 2).
    Arrival timer(Runnable callback) {
        lastDue = Math.max(lastDue, someDay());
        var timer = new Arrival(lastDue, timers++, callback);
        outside.add(timer);
        return timer;
    }

    private int someDay() {
        if (chance.nextInt(steadiness) == 0) pace = anyPace();
        return now + 1 + pace;
    }

    private int anyPace() {
        return chance.nextInt(1 << chance.nextInt(LONGEST));
    }

    /// Returns whether nothing can happen any more.
    boolean isQuiet() {
        return line.isEmpty() && outside.isEmpty();
    }

    void turn() {
        if (line.isEmpty()) now = Math.max(now, outside.element().due); // sleeps
        while (!outside.isEmpty() && outside.element().due <= now) line.add(outside.remove()::run);
        for (int n = line.size(); n > 0; n--) line.remove().run();
        now++;
    }
}
