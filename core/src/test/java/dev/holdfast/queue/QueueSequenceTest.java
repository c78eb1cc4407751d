package dev.holdfast.queue;

import static dev.holdfast.task.Coroutine.spawn;
import static dev.holdfast.task.Coroutine.yieldNow;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.task.Task;
import dev.holdfast.testing.Sim;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// One thing happens after the other: somebody puts or gets, tries to, or is cancelled while he waits. Three plain
/// lists say who is served then, and with what: the items, those who wait to put and those who wait to get. So the
/// outcome is known exactly, and not only that nothing is lost (rules 22, 33 to 36).
class QueueSequenceTest {
    private static final int STEPS = 60;

    @Test
    void whoIsServedAndWithWhatIsAsThreeListsSay() { // rules 22, 33
        play(100);
    }

    @Test
    @Tag("long")
    void whoIsServedAndWithWhatIsAsThreeListsSayOverAndOver() { // rules 22, 33
        play(10_000);
    }

    private static void play(int rounds) {
        long first = new Random().nextLong();
        for (long seed = first; seed < first + rounds; seed++) {
            var random = new Random(seed);
            try {
                Sim.run(() -> new World(random).live());
            } catch (AssertionError e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }

    /// Which of the items comes out first.
    private enum Order {
        FIRST,
        LAST,
        LEAST;

        Queue<Integer> queue(int capacity) {
            return switch (this) {
                case FIRST -> new Queue<>(capacity);
                case LAST -> new LifoQueue<>(capacity);
                case LEAST -> new PriorityQueue<>(capacity);
            };
        }

        int next(List<Integer> items) {
            return switch (this) {
                case FIRST -> items.getFirst();
                case LAST -> items.getLast();
                case LEAST -> Collections.min(items);
            };
        }
    }

    private static final class World {
        private final RandomGenerator random;
        private final Order order;
        private final int capacity;
        private final Queue<Integer> queue;
        private final Map<Integer, Task<?>> tasks = new LinkedHashMap<>(); // by number
        private final List<String> seen = new ArrayList<>(); // in this step
        private final List<String> expected = new ArrayList<>();

        // The model. Who puts brings his own number.
        private final List<Integer> items = new ArrayList<>();
        private final List<Integer> putters = new ArrayList<>();
        private final List<Integer> getters = new ArrayList<>();
        private int numbers;

        World(RandomGenerator random) {
            this.random = random;
            this.order = Order.values()[random.nextInt(3)];
            this.capacity = random.nextInt(4) == 0 ? Queue.UNBOUNDED : 1 + random.nextInt(3);
            this.queue = order.queue(capacity);
        }

        void live() {
            for (int step = 0; step < STEPS; step++) {
                seen.clear();
                expected.clear();
                happen(random.nextInt(10_000) * 100 + ++numbers);
                for (int turns = 0; turns < 4; turns++) yieldNow(); // until all who were woken have gone on
                Collections.sort(seen);
                Collections.sort(expected);
                assertThat(seen).isEqualTo(expected);
                assertThat(queue.size()).isEqualTo(items.size());
            }
            for (var task : tasks.values()) task.cancel("the end");
        }

        private void happen(int number) {
            switch (random.nextInt(6)) {
                case 0, 1 -> {
                    tasks.put(number, spawn("putter", () -> put(number)));
                    putters.add(number);
                }
                case 2, 3 -> {
                    tasks.put(number, spawn("getter", () -> get(number)));
                    getters.add(number);
                }
                case 4 -> {
                    boolean fits = items.size() < capacity;
                    assertThat(queue.tryPut(number)).isEqualTo(fits);
                    if (fits) items.add(number);
                }
                default -> {
                    if (random.nextBoolean()) cancel(putters);
                    else cancel(getters);
                }
            }
            serve();
        }

        private void put(int number) {
            queue.put(number);
            seen.add(number + " is in");
        }

        private void get(int number) {
            seen.add(number + " got " + queue.get());
        }

        private void cancel(List<Integer> waiting) {
            if (waiting.isEmpty()) return;
            tasks.get(waiting.remove(random.nextInt(waiting.size()))).cancel("by chance");
        }

        /// Of those who wait at either end the first is served, as long as there is room, or something.
        private void serve() {
            while (true) {
                if (!putters.isEmpty() && items.size() < capacity) {
                    items.add(putters.getFirst());
                    expected.add(putters.removeFirst() + " is in");
                } else if (!getters.isEmpty() && !items.isEmpty()) {
                    Integer item = order.next(items);
                    items.remove(item);
                    expected.add(getters.removeFirst() + " got " + item);
                } else {
                    return;
                }
            }
        }
    }
}
