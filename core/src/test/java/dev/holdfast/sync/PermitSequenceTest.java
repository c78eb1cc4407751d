package dev.holdfast.sync;

import static dev.holdfast.task.Coroutine.await;
import static dev.holdfast.task.Coroutine.spawn;
import static dev.holdfast.task.Coroutine.yieldNow;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.future.Promise;
import dev.holdfast.task.Task;
import dev.holdfast.testing.Sim;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// One thing happens after the other: somebody comes, leaves, or is cancelled, be it in line or inside. Two plain lists
/// say who is inside then: so many as there are permits, in the order in which they came (rules 22, 29 and 30).
class PermitSequenceTest {
    private static final int STEPS = 60;

    @Test
    void whoIsInsideIsAsTwoListsSay() { // rules 22, 29, 30
        play(100);
    }

    @Test
    @Tag("long")
    void whoIsInsideIsAsTwoListsSayOverAndOver() { // rules 22, 29, 30
        play(10_000);
    }

    private static void play(int rounds) {
        long first = new Random().nextLong();
        for (long seed = first; seed < first + rounds; seed++) {
            var random = new Random(seed);
            try {
                Sim.run(() -> world(random).live());
            } catch (AssertionError e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }

    private static World world(RandomGenerator random) {
        if (random.nextBoolean()) {
            var lock = new Lock("b");
            return new World(random, 1, lock::acquire, lock::tryAcquire);
        }
        int permits = 1 + random.nextInt(3);
        var semaphore = new Semaphore(permits);
        return new World(random, permits, semaphore::acquire, semaphore::tryAcquire);
    }

    private static final class World {
        private final RandomGenerator random;
        private final int permits;
        private final Supplier<Permit> acquire;
        private final Supplier<@Nullable Permit> tryAcquire;
        private final Map<Integer, Task<?>> tasks = new HashMap<>(); // by number
        private final Map<Integer, Promise<String>> stays = new HashMap<>(); // ended by their completion
        private final List<Integer> seen = new ArrayList<>(); // who is inside

        // The model.
        private final List<Integer> inside = new ArrayList<>();
        private final List<Integer> line = new ArrayList<>();
        private int numbers;

        World(RandomGenerator random, int permits, Supplier<Permit> acquire, Supplier<@Nullable Permit> tryAcquire) {
            this.random = random;
            this.permits = permits;
            this.acquire = acquire;
            this.tryAcquire = tryAcquire;
        }

        void live() {
            for (int step = 0; step < STEPS; step++) {
                happen();
                while (inside.size() < permits && !line.isEmpty()) inside.add(line.removeFirst());
                for (int turns = 0; turns < 4; turns++) yieldNow(); // until all who were woken have gone on
                assertThat(seen).isEqualTo(inside);
            }
            for (var task : tasks.values()) task.cancel("the end");
        }

        private void happen() {
            switch (random.nextInt(6)) {
                case 0, 1 -> {
                    line.add(come(acquire));
                }
                case 2 -> {
                    int number = come(tryAcquire);
                    if (inside.size() < permits) inside.add(number);
                }
                case 3 -> {
                    if (!inside.isEmpty()) stays.get(oneOf(inside)).complete("");
                }
                case 4 -> {
                    if (!inside.isEmpty()) tasks.get(oneOf(inside)).cancel("by chance");
                }
                default -> {
                    if (!line.isEmpty()) tasks.get(oneOf(line)).cancel("by chance");
                }
            }
        }

        private int come(Supplier<? extends @Nullable Permit> door) {
            int number = ++numbers;
            var stay = new Promise<String>();
            stays.put(number, stay);
            tasks.put(number, spawn("visitor " + number, () -> visit(number, door, stay)));
            return number;
        }

        private void visit(int number, Supplier<? extends @Nullable Permit> door, Promise<String> stay) {
            try (var permit = door.get()) {
                if (permit == null) return;
                seen.add(number);
                try {
                    await(stay);
                } finally {
                    seen.remove((Integer) number);
                }
            }
        }

        private int oneOf(List<Integer> numbers) {
            return numbers.remove(random.nextInt(numbers.size()));
        }
    }
}
