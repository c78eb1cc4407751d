package dev.holdfast.lifetime.random;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What the figures of a program share and wait for, besides promises and each other: everything here is first come
/// first served, and handed over directly (rules 29 to 33).
final class Props {
    final List<Prospect> slots;
    final List<Queue> queues;
    final List<Semaphore> semaphores;
    final List<Event> events;
    final List<Condition> conditions;
    final List<Lock> locks;

    Props(Script script) {
        slots = Stream.generate(() -> new Prospect(null)).limit(script.slots()).toList();
        queues = script.queues().stream().map(Queue::new).toList();
        semaphores = script.semaphores().stream().map(Semaphore::new).toList();
        events = Stream.generate(Event::new).limit(script.events()).toList();
        conditions = Stream.generate(Condition::new).limit(script.conditions()).toList();
        locks = Stream.generate(Lock::new).limit(script.locks()).toList();
    }

    /// Those who wait in line, each in a place of its kind.
    private static final class Line<W extends Wait> {
        private final List<W> places = new ArrayList<>();

        void join(W place) {
            places.add(place);
            place.figure().await(place);
        }

        void leave(Wait place) {
            places.remove(place);
        }

        /// Grants the first in line; returns null if there is none.
        @Nullable W grantFirst() {
            if (places.isEmpty()) return null;
            var first = places.removeFirst();
            first.grant();
            return first;
        }
    }

    static final class Queue {
        private final int capacity;
        private final Deque<Item> items = new ArrayDeque<>();
        private final Line<Get> getters = new Line<>();
        private final Line<Put> putters = new Line<>();

        private static final class Item {
            boolean isIn; // it came in, once
        }

        Queue(int capacity) {
            this.capacity = capacity;
        }

        void put(Figure figure) {
            if (figure.mayWait() && !tryPut()) putters.join(new Put(figure));
        }

        boolean tryPut() {
            if (items.size() >= capacity) return false;
            letIn(new Item());
            return true;
        }

        void get(Figure figure) {
            if (figure.mayWait() && !tryGet()) getters.join(new Get(figure));
        }

        boolean tryGet() {
            if (items.poll() == null) return false;
            letNextIn();
            return true;
        }

        private void letIn(Item item) {
            item.isIn = true;
            if (!handOver(item)) items.add(item);
        }

        private boolean handOver(Item item) {
            var getter = getters.grantFirst();
            if (getter == null) return false;
            getter.item = item;
            return true;
        }

        private void letNextIn() {
            if (items.size() >= capacity) return;
            var putter = putters.grantFirst();
            if (putter != null) letIn(putter.item);
        }

        private final class Put extends Wait {
            private final Item item = new Item();

            Put(Figure figure) {
                super(figure);
            }

            @Override
            void leave() {
                putters.leave(this);
            }

            /// Once somebody took the item out, the put is done.
            @Override
            boolean giveBack() {
                if (!items.remove(item)) return false;
                letNextIn();
                return true;
            }
        }

        private final class Get extends Wait {
            private @Nullable Item item;

            Get(Figure figure) {
                super(figure);
            }

            @Override
            void leave() {
                getters.leave(this);
            }

            /// To the next, or to the head again.
            @Override
            boolean giveBack() {
                if (item != null && !handOver(item)) items.addFirst(item);
                return true;
            }
        }
    }

    static final class Semaphore {
        private final Line<Acquire> line = new Line<>();
        private int free;
        private int taken; // by steps that went on with it

        Semaphore(int permits) {
            free = permits;
        }

        void acquire(Figure figure) {
            if (!figure.mayWait()) return;
            if (free == 0) line.join(new Acquire(figure));
            else {
                free--;
                taken++;
            }
        }

        void release() {
            if (taken == 0) return;
            taken--;
            passOn();
        }

        private void passOn() {
            if (line.grantFirst() == null) free++;
        }

        private final class Acquire extends Wait {
            Acquire(Figure figure) {
                super(figure);
            }

            @Override
            void leave() {
                line.leave(this);
            }

            @Override
            boolean giveBack() {
                passOn();
                return true;
            }

            @Override
            void had() {
                taken++;
            }
        }
    }

    static final class Event {
        private final Line<Wait> line = new Line<>();
        private boolean set;

        void set() {
            set = true;
            while (line.grantFirst() != null) {}
        }

        void await(Figure figure) {
            if (figure.mayWait() && !set)
                line.join(new Wait(figure) {
                    @Override
                    void leave() {
                        line.leave(this);
                    }
                });
        }
    }

    /// Wakes one at a time. Who is cancelled leaves the signal to the next.
    static final class Condition {
        private final Line<Wait> line = new Line<>();

        void signal() {
            line.grantFirst();
        }

        void await(Figure figure) {
            if (figure.mayWait())
                line.join(new Wait(figure) {
                    @Override
                    void leave() {
                        line.leave(this);
                    }

                    @Override
                    boolean giveBack() {
                        signal();
                        return true;
                    }
                });
        }
    }

    static final class Lock {
        private final Line<Acquire> line = new Line<>();
        private @Nullable Figure holder; // from the moment in which it is handed over

        /// @param had what `figure` does once it holds this
        void acquire(Figure figure, Runnable had) {
            if (!figure.mayWait()) return;
            if (holder != null) line.join(new Acquire(figure, had));
            else {
                holder = figure;
                had.run();
            }
        }

        void release() {
            var next = line.grantFirst();
            holder = next == null ? null : next.figure();
        }

        private final class Acquire extends Wait {
            private final Runnable had;

            Acquire(Figure figure, Runnable had) {
                super(figure);
                this.had = had;
            }

            @Override
            @Nullable Figure blocker() {
                return holder;
            }

            @Override
            void leave() {
                line.leave(this);
            }

            @Override
            boolean giveBack() {
                release();
                return true;
            }

            @Override
            void had() {
                had.run();
            }
        }
    }
}
