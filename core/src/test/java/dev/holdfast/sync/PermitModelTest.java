package dev.holdfast.sync;

import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static dev.holdfast.task.Coroutine.yieldNow;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.cancel.TooSlow;
import dev.holdfast.task.Task;
import dev.holdfast.testing.Sim;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Random tasks acquire, stay a while, run out of time and are cancelled, all in a few moments of virtual time so
/// that much falls together, and in an order that the seed decides. Whatever happens: no more are inside than there
/// are permits, who came first is first, and in the end every permit is there (rules 22, 29 and 30).
class PermitModelTest {
    private static final int SEEDS = 300;

    @Test
    void aLockLetsOneInAndIsFreeInTheEnd() {
        forEachSeed(random -> {
            var lock = new Lock("b");
            return new World(random, 1) {
                @Override
                @Nullable Permit ask(@Nullable Duration limit) {
                    if (limit == null) return lock.acquire();
                    return limit.isNegative() ? lock.tryAcquire() : lock.acquire(limit);
                }
            };
        });
    }

    @Test
    void aSemaphoreLetsSoManyInAndHasAllPermitsInTheEnd() {
        forEachSeed(random -> {
            int permits = 1 + random.nextInt(3);
            var semaphore = new Semaphore(permits);
            return new World(random, permits) {
                @Override
                @Nullable Permit ask(@Nullable Duration limit) {
                    if (limit == null) return semaphore.acquire();
                    return limit.isNegative() ? semaphore.tryAcquire() : semaphore.acquire(limit);
                }
            };
        });
    }

    private static void forEachSeed(Function<RandomGenerator, World> maker) {
        Sim.explore(SEEDS, () -> maker.apply(Sim.random()).run());
    }

    private abstract static class World {
        private static final Duration TRY = Duration.ofMillis(-1);

        private final RandomGenerator random;
        private final int permits;
        private final List<Task<?>> tasks = new ArrayList<>();
        private int inside;
        private int entered;
        private int tickets;
        private int lastIn; // its ticket

        World(RandomGenerator random, int permits) {
            this.random = random;
            this.permits = permits;
        }

        /// Waits at most for `limit`, for ever if it is null, not at all if it is negative.
        abstract @Nullable Permit ask(@Nullable Duration limit);

        void run() {
            int visitors = 2 + random.nextInt(6);
            for (int i = 0; i < visitors; i++) tasks.add(spawn("visitor-" + i, this::visit));
            for (int i = random.nextInt(20); i > 0; i--) {
                pause();
                if (random.nextInt(3) == 0) tasks.get(random.nextInt(visitors)).cancel("by chance");
            }
            sleep(Duration.ofSeconds(1));
            assertThat(tasks).allMatch(task -> task.future().isDone());
            assertThat(inside).isZero();
            for (int i = 0; i < permits; i++) spawn("taker-" + i, this::takeForAWhile);
            sleep(Duration.ofSeconds(1));
            assertThat(entered).isEqualTo(permits);
        }

        private void takeForAWhile() {
            try (var permit = ask(TRY)) {
                if (permit != null) entered++;
                sleep(Duration.ofMillis(1));
            }
        }

        private void visit() {
            for (int left = 1 + random.nextInt(6); left > 0; left--) {
                int ticket = ++tickets;
                try (var permit = ask(random.nextInt(3) == 0 ? null : limit().minusMillis(1))) {
                    if (permit != null) stay(ticket);
                } catch (TooSlow e) {
                    assertThat(ticket).isPositive();
                }
                if (random.nextBoolean()) pause();
            }
        }

        private void stay(int ticket) {
            inside++;
            try {
                assertThat(inside).isLessThanOrEqualTo(permits);
                if (permits == 1) assertThat(ticket).isGreaterThan(lastIn);
                lastIn = ticket;
                if (random.nextInt(4) > 0) pause();
            } finally {
                inside--;
            }
        }

        private void pause() {
            if (random.nextBoolean()) yieldNow();
            else sleep(limit());
        }

        private Duration limit() {
            return Duration.ofMillis(random.nextInt(4));
        }
    }
}
