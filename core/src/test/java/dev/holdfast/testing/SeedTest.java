package dev.holdfast.testing;

import static dev.holdfast.task.Coroutine.await;
import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static dev.holdfast.task.Coroutine.yieldNow;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.holdfast.future.Promise;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.queue.Queue;
import dev.holdfast.scope.TaskScope;
import dev.holdfast.sync.Lock;
import dev.holdfast.task.Periodic;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SeedTest {
    @Test
    void withoutASeedWhoIsReadyFirstGoesOnFirst() {
        assertThat(Sim.<String, RuntimeException>run(() -> steps(3, 3))).isEqualTo("abcabcabc");
    }

    @Test
    void theSameSeedGivesTheSameOrder() {
        for (long seed = 1; seed <= 50; seed++) assertThat(order(seed)).isEqualTo(order(seed));
    }

    @Test
    void theSeedsFindEveryOrderThatThereIs() {
        var found = new HashSet<String>();
        for (long seed = 1; seed <= 1_000; seed++)
            found.add(Sim.<String, RuntimeException>run(seed, () -> steps(2, 3)));
        assertThat(found).hasSize(20); // 6 over 3
    }

    @Test
    @OnMounted
    void bothCarriersGiveTheSameOrder() {
        for (long seed = 1; seed <= 20; seed++) {
            var mounted = order(seed);
            System.setProperty("holdfast.carrier", "baton");
            try {
                assertThat(order(seed)).isEqualTo(mounted);
            } finally {
                System.setProperty("holdfast.carrier", "mounted");
            }
        }
    }

    @Test
    void callbacksListenersAndTimersStayInTheOrderInWhichTheyCame() {
        Sim.explore(100, () -> {
            var trail = new Trail();
            var loop = IOLoop.current();
            var promise = new Promise<String>();
            for (int i = 0; i < 3; i++) {
                int number = i;
                spawn("between", () -> yieldNow());
                loop.execute(() -> trail.mark("callback " + number));
                promise.onDone(_ -> trail.mark("listener " + number));
                loop.callLater(ofHours(1), () -> trail.mark("timer " + number));
            }
            promise.complete("value");
            sleep(ofHours(2));
            trail.expect(
                    "callback 0",
                    "callback 1",
                    "callback 2",
                    "listener 0",
                    "listener 1",
                    "listener 2",
                    "timer 0",
                    "timer 1",
                    "timer 2");
        });
    }

    @Test
    void aLockIsHandedToWhoeverAskedFirst() { // rule 29
        Sim.explore(100, () -> {
            var asked = new ArrayList<Integer>();
            var had = new ArrayList<Integer>();
            var lock = new Lock();
            TaskScope.run(scope -> {
                for (int i = 0; i < 5; i++) {
                    int number = i;
                    scope.start("wants it", () -> {
                        asked.add(number);
                        try (var _ = lock.acquire()) {
                            had.add(number);
                            sleep(ofMinutes(1));
                        }
                    });
                }
            });
            assertThat(had).isEqualTo(asked);
        });
    }

    @Test
    void aQueueStaysInOrder() { // rule 33
        Sim.explore(100, () -> {
            var queue = new Queue<Integer>(2);
            TaskScope.run(scope -> {
                scope.start("puts", () -> {
                    for (int i = 0; i < 20; i++) queue.put(i);
                    queue.close();
                });
                int next = 0;
                for (int item : queue) assertThat(item).isEqualTo(next++);
                assertThat(next).isEqualTo(20);
            });
        });
    }

    @Test
    void whatIsLeftToChanceComesFromTheSeedToo() {
        var first = Sim.<List<Long>, RuntimeException>run(7, SeedTest::jittered);
        assertThat(Sim.<List<Long>, RuntimeException>run(7, SeedTest::jittered)).isEqualTo(first);
        assertThat(Sim.<List<Long>, RuntimeException>run(8, SeedTest::jittered)).isNotEqualTo(first);
        assertThat(Sim.<List<Long>, RuntimeException>run(SeedTest::jittered))
                .isEqualTo(Sim.<List<Long>, RuntimeException>run(SeedTest::jittered));
        assertThat(Sim.<Long, RuntimeException>run(7, () -> Sim.random().nextLong()))
                .isEqualTo(Sim.<Long, RuntimeException>run(7, () -> Sim.random().nextLong()));
    }

    private static List<Long> jittered() {
        var calls = new ArrayList<Long>();
        var ticks = Periodic.every(
                        ofMinutes(1), "tick", () -> calls.add(Sim.elapsed().toNanos()))
                .jitter(0.5)
                .start();
        sleep(ofHours(1));
        ticks.stop();
        return calls;
    }

    @Test
    void exploreSaysFromWhichSeedItFailed() {
        var error = catchThrowable(() -> Sim.explore(1_000, SeedTest::loseAnUpdate));
        assertThat(error)
                .isInstanceOf(AssertionError.class)
                .hasMessageMatching("failed from seed \\d+ of 1000; Sim.run\\(\\d+, …\\) repeats it: "
                        + "java.lang.IllegalStateException: the sum is 1");
        long seed = Long.parseLong(error.getMessage().replaceAll("\\D+(\\d+).*", "$1"));
        for (int again = 0; again < 3; again++) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> Sim.run(seed, SeedTest::loseAnUpdate))
                    .withMessage(error.getCause().getMessage());
        }
        Sim.run(SeedTest::loseAnUpdate); // in order nothing is lost
    }

    @Test
    void oneSeedAloneCanBeExplored() {
        System.setProperty("holdfast.seed", "42");
        try {
            var runs = new ArrayList<Long>();
            Sim.explore(1_000, () -> runs.add(Sim.random().nextLong()));
            assertThat(runs)
                    .containsExactly(Sim.<Long, RuntimeException>run(
                            42, () -> Sim.random().nextLong()));
            assertThatExceptionOfType(AssertionError.class)
                    .isThrownBy(() -> Sim.explore(1_000, () -> {
                        throw new IllegalStateException("on purpose");
                    }))
                    .withMessage("failed from seed 42; Sim.run(42, …) repeats it: "
                            + "java.lang.IllegalStateException: on purpose");
        } finally {
            System.clearProperty("holdfast.seed");
        }
    }

    @Test
    void lessThanOneSeedIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Sim.explore(0, () -> {}))
                .withMessage("n < 1: 0");
    }

    @Test
    void aLoopThatHasBegunIsNotShuffled() {
        try (var loop = IOLoop.open("begun")) {
            loop.execute(() -> {});
            assertThatIllegalStateException()
                    .isThrownBy(() -> loop.carrier().shuffle(new SplittableRandom(1)))
                    .withMessage("IOLoop[begun] has begun; shuffle its line before");
            loop.run();
        }
    }

    /// Two add one to a number, and wait between reading and writing it. In order the first has written before the
    /// second reads.
    private static void loseAnUpdate() {
        var sum = new int[1];
        var slow = spawn("slow", () -> {
            yieldNow();
            yieldNow();
            int read = sum[0];
            yieldNow();
            sum[0] = read + 1;
        });
        var quick = spawn("quick", () -> {
            int read = sum[0];
            yieldNow();
            sum[0] = read + 1;
        });
        quick.join();
        slow.join();
        if (sum[0] != 2) throw new IllegalStateException("the sum is " + sum[0]);
    }

    /// Returns the order in which so many tasks make so many steps.
    private static String steps(int tasks, int steps) {
        var order = new StringBuilder();
        TaskScope.run(scope -> {
            for (var name : List.of("a", "b", "c").subList(0, tasks)) {
                scope.start(name, () -> {
                    for (int step = 0; step < steps; step++) {
                        order.append(name);
                        yieldNow();
                    }
                });
            }
        });
        return order.toString();
    }

    /// Returns the order of all that happens in a program with something of everything: long rows of turns without a
    /// timer, callbacks, futures, a queue, a lock, cancellations, sleeps.
    private static List<String> order(long seed) {
        return Sim.<List<String>, RuntimeException>run(seed, () -> {
            var trail = new Trail();
            var queue = new Queue<String>(3);
            var lock = new Lock();
            TaskScope.run(scope -> {
                for (var name : List.of("a", "b", "c", "d")) {
                    scope.start(name, () -> {
                        for (int i = 0; i < 100; i++) {
                            trail.mark(name + i);
                            yieldNow();
                        }
                        IOLoop.current().execute(() -> trail.mark("callback of " + name));
                        try (var _ = lock.acquire()) {
                            sleep(ofMinutes(Sim.random().nextInt(3)));
                            trail.mark(name + " has the lock");
                        }
                        queue.put(name);
                    });
                }
                var idle = spawn("idle", () -> await(new Promise<>()));
                for (int i = 0; i < 4; i++) trail.mark("got " + queue.get());
                idle.cancel("enough");
                idle.future().onDone(_ -> trail.mark("idle ended"));
                while (!idle.future().isDone()) yieldNow();
            });
            trail.mark("last number " + Sim.random().nextLong());
            return trail.marks();
        });
    }
}
