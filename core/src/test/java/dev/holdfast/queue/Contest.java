package dev.holdfast.queue;

import dev.holdfast.cancel.TooSlow;
import dev.holdfast.sync.Condition;
import dev.holdfast.sync.Event;
import dev.holdfast.sync.Lock;
import dev.holdfast.sync.Permit;
import dev.holdfast.sync.Semaphore;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Something to wait for, as every operation of `sync` and `queue` that may wait looks from outside: at first one
/// has to wait; a grant ends the wait of one, or of all; who got it can give it back.
abstract class Contest {
    final String name;

    Contest(String name) {
        this.name = name;
    }

    /// One of each, made anew each time.
    static List<Supplier<Contest>> all() {
        return List.of(
                () -> new OfPermits("lock.acquire") {
                    private final Lock lock = new Lock("b");

                    @Override
                    Permit acquire(@Nullable Duration limit) {
                        return limit == null ? lock.acquire() : lock.acquire(limit);
                    }

                    @Override
                    boolean isThere() {
                        return lock.holder() == null;
                    }

                    @Override
                    boolean isForTasks() {
                        return true;
                    }
                },
                () -> new OfPermits("semaphore.acquire") {
                    private final Semaphore semaphore = new Semaphore(1);

                    @Override
                    Permit acquire(@Nullable Duration limit) {
                        return limit == null ? semaphore.acquire() : semaphore.acquire(limit);
                    }

                    @Override
                    boolean isThere() {
                        return semaphore.toString().equals("Semaphore[1/1]");
                    }
                },
                OfEvent::new,
                OfCondition::new,
                () -> new OfGets("queue.get", new Queue<>()),
                () -> new OfGets("boundedQueue.get", new Queue<>(1)),
                () -> new OfGets("priorityQueue.get", new PriorityQueue<>()),
                () -> new OfGets("lifoQueue.get", new LifoQueue<>()),
                () -> new OfPuts("queue.put", new Queue<>(1)),
                () -> new OfPuts("priorityQueue.put", new PriorityQueue<>(1)),
                () -> new OfPuts("lifoQueue.put", new LifoQueue<>(1)),
                OfJoin::new);
    }

    /// From now on one has to wait. Called by the test's task, once, before all others.
    void begin() {}

    /// Waits, at most for `limit` unless it is null.
    abstract void await(@Nullable Duration limit);

    /// Ends the wait of the first in line, or of all; with nobody in line nobody has to wait.
    abstract void grant();

    /// Gives back what the current task got.
    void giveBack() {}

    /// Returns whether the next need not wait, because there is exactly what was granted.
    abstract boolean isThere();

    /// Returns whether a grant is for everybody.
    boolean isForAll() {
        return false;
    }

    /// Returns whether a callback cannot grant.
    boolean isForTasks() {
        return false;
    }

    /// Returns whether a grant that finds nobody is lost.
    boolean isLostOnNobody() {
        return false;
    }

    @Override
    public String toString() {
        return name;
    }

    private abstract static class OfPermits extends Contest {
        private @Nullable Permit permit; // of the one who is in

        OfPermits(String name) {
            super(name);
        }

        abstract Permit acquire(@Nullable Duration limit);

        @Override
        void begin() {
            permit = acquire(null);
        }

        @Override
        void await(@Nullable Duration limit) {
            permit = acquire(limit);
        }

        @Override
        void grant() {
            giveBack();
        }

        @Override
        void giveBack() {
            permit.close();
        }
    }

    private static final class OfEvent extends Contest {
        private final Event event = new Event();

        OfEvent() {
            super("event.await");
        }

        @Override
        void await(@Nullable Duration limit) {
            if (limit == null) event.await();
            else event.await(limit);
        }

        @Override
        void grant() {
            event.set();
        }

        @Override
        boolean isThere() {
            return event.isSet();
        }

        @Override
        boolean isForAll() {
            return true;
        }
    }

    private static final class OfCondition extends Contest {
        private final Condition condition = new Condition();

        OfCondition() {
            super("condition.await");
        }

        @Override
        void await(@Nullable Duration limit) {
            if (limit == null) condition.await();
            else if (!condition.await(limit)) throw new TooSlow(condition, limit);
        }

        @Override
        void grant() {
            condition.signal(1);
        }

        @Override
        void giveBack() {
            condition.signal(1);
        }

        @Override
        boolean isThere() {
            return false;
        }

        @Override
        boolean isLostOnNobody() {
            return true;
        }
    }

    private static final class OfGets extends Contest {
        private final Queue<String> queue;

        OfGets(String name, Queue<String> queue) {
            super(name);
            this.queue = queue;
        }

        @Override
        void await(@Nullable Duration limit) {
            var item = limit == null ? queue.get() : queue.get(limit);
            if (!item.equals("item")) throw new AssertionError(item);
        }

        @Override
        void grant() {
            if (!queue.tryPut("item")) throw new AssertionError("no room in " + queue);
        }

        @Override
        void giveBack() {
            grant();
        }

        @Override
        boolean isThere() {
            return queue.size() == 1;
        }
    }

    private static final class OfPuts extends Contest {
        private final Queue<String> queue;

        OfPuts(String name, Queue<String> queue) {
            super(name);
            this.queue = queue;
        }

        @Override
        void begin() {
            queue.put("item");
        }

        @Override
        void await(@Nullable Duration limit) {
            if (limit == null) queue.put("item");
            else queue.put("item", limit);
        }

        @Override
        void grant() {
            if (queue.tryGet() == null) throw new AssertionError("nothing in " + queue);
        }

        @Override
        void giveBack() {
            grant();
        }

        @Override
        boolean isThere() {
            return queue.isEmpty();
        }
    }

    private static final class OfJoin extends Contest {
        private final Queue<String> queue = new Queue<>();
        private boolean done;

        OfJoin() {
            super("queue.join");
        }

        @Override
        void begin() {
            queue.put("item");
        }

        @Override
        void await(@Nullable Duration limit) {
            if (limit == null) queue.join();
            else queue.join(limit);
        }

        @Override
        void grant() {
            queue.taskDone();
            done = true;
        }

        @Override
        boolean isThere() {
            return done;
        }

        @Override
        boolean isForAll() {
            return true;
        }
    }
}
