package dev.holdfast.queue;

import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static dev.holdfast.task.Coroutine.yieldNow;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.cancel.TooSlow;
import dev.holdfast.task.Task;
import dev.holdfast.testing.Sim;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/// Random tasks put, get, run out of time and are cancelled, all in a few moments of virtual time so that much
/// falls together, and in an order that the seed decides. Whatever happens: what was put is got once, or is still in
/// the queue; what was refused is not (rules 22, 33 to 36).
class QueueModelTest {
    private static final int SEEDS = 500;

    @Test
    void whatIsPutIsDeliveredOnceOrStillThere() { // rule 22
        Sim.explore(SEEDS, () -> new World(Sim.random()).run());
    }

    @Test
    void whatSeveralPutComesOutInTheOrderInWhichItWasPut() { // rule 33
        Sim.explore(SEEDS, () -> inOrder(Sim.random()));
    }

    /// Each item is numbered when its put begins: as nobody overtakes, they come in as they began, and one getter
    /// sees just that; those that came too late are missing.
    private static void inOrder(RandomGenerator random) {
        var queue = new Queue<Integer>(1 + random.nextInt(3));
        var items = new int[1];
        var refused = new TreeSet<Integer>();
        var got = new ArrayList<Integer>();
        var getter = spawn("getter", () -> {
            for (int item : queue) {
                got.add(item);
                if (random.nextInt(3) > 0) sleep(Duration.ofMillis(random.nextInt(4)));
            }
        });
        var putters = new ArrayList<Task<?>>();
        for (int i = 1 + random.nextInt(5); i > 0; i--) {
            putters.add(spawn("putter-" + i, () -> {
                for (int left = 10; left > 0; left--) {
                    int item = ++items[0];
                    try {
                        if (random.nextBoolean()) queue.put(item);
                        else queue.put(item, Duration.ofMillis(random.nextInt(4)));
                    } catch (TooSlow e) {
                        refused.add(item);
                    }
                    if (random.nextBoolean()) sleep(Duration.ofMillis(random.nextInt(4)));
                }
            }));
        }
        for (var putter : putters) putter.join();
        queue.close();
        getter.join();
        assertThat(got).isSorted().doesNotHaveDuplicates().hasSize(items[0] - refused.size());
        assertThat(got).noneMatch(refused::contains);
    }

    private static final class World {
        private final RandomGenerator random;
        private final int capacity;
        private final boolean calm; // nobody is cancelled: then the order is exact, too
        private final Queue<Integer> queue;
        private final List<Task<?>> tasks = new ArrayList<>();
        private final List<Integer> accepted = new ArrayList<>();
        private final List<Integer> got = new ArrayList<>();
        private int items;

        World(RandomGenerator random) {
            this.random = random;
            this.capacity = random.nextInt(4) == 0 ? Queue.UNBOUNDED : 1 + random.nextInt(3);
            this.calm = random.nextInt(3) == 0;
            this.queue = switch (random.nextInt(4)) {
                case 0 -> new PriorityQueue<>(capacity);
                case 1 -> new LifoQueue<>(capacity);
                default -> new Queue<>(capacity);
            };
        }

        void run() {
            int putters = 1 + random.nextInt(4);
            int getters = 1 + random.nextInt(4);
            for (int i = 0; i < putters; i++) tasks.add(spawn("putter-" + i, this::putSome));
            for (int i = 0; i < getters; i++) tasks.add(spawn("getter-" + i, this::getSome));
            for (int i = random.nextInt(30); i > 0; i--) meddle();
            if (random.nextBoolean()) queue.close();
            sleep(Duration.ofMillis(100));
            for (var task : tasks) task.cancel("the end");
            sleep(Duration.ofMillis(100));
            check();
        }

        private void putSome() {
            for (int left = 1 + random.nextInt(8); left > 0; left--) {
                int item = ++items;
                try {
                    switch (random.nextInt(4)) {
                        case 0 -> put(item, limit());
                        case 1 -> {
                            if (queue.tryPut(item)) accepted.add(item);
                        }
                        default -> put(item, null);
                    }
                } catch (TooSlow | QueueClosed refused) {
                    assertThat(accepted).doesNotContain(item);
                }
                pause();
            }
        }

        private void put(int item, Duration limit) {
            if (limit == null) queue.put(item);
            else queue.put(item, limit);
            accepted.add(item);
        }

        private void getSome() {
            if (random.nextInt(4) == 0) {
                for (int item : queue) {
                    got.add(item);
                    pause();
                }
            }
            for (int left = 1 + random.nextInt(8); left > 0; left--) {
                try {
                    switch (random.nextInt(4)) {
                        case 0 -> got.add(queue.get(limit()));
                        case 1 -> {
                            var item = queue.tryGet();
                            if (item != null) got.add(item);
                        }
                        default -> got.add(queue.get());
                    }
                } catch (TooSlow | QueueClosed nothing) {
                    pause();
                }
                if (random.nextBoolean()) pause();
            }
        }

        /// From the test's own task: often two things in the same moment.
        private void meddle() {
            switch (random.nextInt(4)) {
                case 0 -> {
                    int item = ++items;
                    if (queue.tryPut(item)) accepted.add(item);
                }
                case 1 -> {
                    var item = queue.tryGet();
                    if (item != null) got.add(item);
                }
                case 2 -> {
                    if (!calm) tasks.get(random.nextInt(tasks.size())).cancel("by chance");
                }
                default -> pause();
            }
            if (calm) assertThat(queue.size()).isLessThanOrEqualTo(capacity);
        }

        private void pause() {
            if (random.nextBoolean()) yieldNow();
            else sleep(limit());
        }

        private Duration limit() {
            return Duration.ofMillis(random.nextInt(4));
        }

        private void check() {
            var out = new ArrayList<>(got);
            while (!queue.isEmpty()) out.add(queue.get());
            assertThat(out).doesNotHaveDuplicates();
            assertThat(new TreeSet<>(out)).isEqualTo(new TreeSet<>(accepted));
            for (var _ : out) queue.taskDone();
            queue.join(Duration.ZERO);
            assertThatThrownBy(queue::taskDone).isInstanceOf(IllegalStateException.class);
        }
    }
}
