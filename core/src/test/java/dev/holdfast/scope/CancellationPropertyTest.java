package dev.holdfast.scope;

import static dev.holdfast.task.Coroutine.await;
import static dev.holdfast.task.Coroutine.awaitCancelled;
import static dev.holdfast.task.Coroutine.shielded;
import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static dev.holdfast.task.Coroutine.yieldNow;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.holdfast.cancel.Cancelled;
import dev.holdfast.cancel.TooSlow;
import dev.holdfast.future.Future;
import dev.holdfast.future.Promise;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.task.Action;
import dev.holdfast.task.Probe;
import dev.holdfast.task.Task;
import dev.holdfast.task.Tasks;
import dev.holdfast.task.Wait;
import dev.holdfast.task.Waker;
import dev.holdfast.testing.Sim;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Rules 21, 22 and 43 to 50: whenever a cancellation comes, nothing hangs, nothing is lost or delivered twice,
/// every `finally` runs and no task is left.
final class CancellationPropertyTest {
    private static final int SEEDS = 300;

    // ---- every wait in every phase

    /// A wait, and what ends it. One lives for one test.
    private enum Waiting {
        SLEEP {
            @Override
            void arrange(World world) {
                world.wait = () -> sleep(ofSeconds(10));
                world.grant = () -> {};
                world.grantAt = ofSeconds(10);
            }
        },
        AWAIT {
            @Override
            void arrange(World world) {
                var promise = new Promise<String>();
                world.wait = () -> await(promise);
                world.grant = () -> promise.complete("");
            }
        },
        AWAIT_WITH_A_LIMIT {
            @Override
            void arrange(World world) {
                var promise = new Promise<String>();
                world.wait = () -> await(promise, ofHours(1));
                world.grant = () -> promise.complete("");
            }
        },
        JOIN {
            @Override
            void arrange(World world) {
                var gate = new Promise<String>();
                var other = spawn("other", () -> await(gate));
                world.wait = other::join;
                world.grant = () -> gate.complete("");
                world.grantTakesTurns = true;
            }
        },
        SCOPE_JOIN {
            @Override
            void arrange(World world) {
                var gate = new Promise<String>();
                world.wait = () -> {
                    try (var scope = TaskScope.open()) {
                        scope.start("child", () -> world.guarded(() -> await(gate)));
                        scope.join();
                    }
                };
                world.grant = () -> gate.complete("");
                world.grantTakesTurns = true;
            }
        },
        MOVE_ON_AFTER {
            @Override
            void arrange(World world) {
                var promise = new Promise<String>();
                world.wait = () -> Timeouts.moveOnAfter(ofHours(1), () -> world.guarded(() -> await(promise)));
                world.grant = () -> promise.complete("");
            }
        },
        FAIL_AFTER {
            @Override
            void arrange(World world) {
                var promise = new Promise<String>();
                world.wait = () -> Timeouts.failAfter(ofHours(1), () -> world.guarded(() -> await(promise)));
                world.grant = () -> promise.complete("");
            }
        },
        FIRST {
            @Override
            void arrange(World world) {
                var promise = new Promise<String>();
                world.wait = () -> TaskScope.first(() -> await(promise), () -> {
                    world.guarded(() -> awaitCancelled());
                    return "";
                });
                world.grant = () -> promise.complete("");
                world.grantTakesTurns = true;
            }
        };

        abstract void arrange(World world);
    }

    private static final class World {
        Action<?> wait = () -> {};
        Action<?> grant = () -> {};
        Duration grantAt = Duration.ZERO;
        boolean grantTakesTurns; // the task stands in line some turns after the grant
        int entered;
        int left;
        int delivered;

        <X extends Throwable> void guarded(Action<X> body) throws X {
            entered++;
            try {
                body.run();
            } finally {
                left++;
            }
        }

        void live() throws Throwable {
            guarded(() -> {
                runAny(wait);
                delivered++;
            });
        }

        private static void runAny(Action<?> action) throws Throwable {
            action.run();
        }

        void grantNow() {
            try {
                grant.run();
            } catch (Throwable e) {
                throw new AssertionError(e);
            }
        }

        void check(int deliveries) {
            assertThat(left).isEqualTo(entered);
            assertThat(delivered).isEqualTo(deliveries);
        }
    }

    private static void settle() {
        for (int i = 0; i < 12; i++) yieldNow();
    }

    private static void checkCancelled(Task<?> task) {
        assertThat(catchThrowable(task::join))
                .isInstanceOf(CancellationException.class)
                .hasMessage("Task[task] was cancelled: stop");
    }

    @ParameterizedTest
    @EnumSource
    void cancelledBeforeItBegan(Waiting waiting) { // rule 22
        Sim.run(() -> {
            var world = new World();
            waiting.arrange(world);
            var task = spawn("task", world::live);
            task.cancel("stop");
            checkCancelled(task);
            world.check(0);
            world.grantNow();
            settle();
        });
    }

    @ParameterizedTest
    @EnumSource
    void cancelledBeforeItWaits(Waiting waiting) { // rule 22
        Sim.run(() -> {
            var world = new World();
            waiting.arrange(world);
            world.grantNow();
            var task = spawn("task", () -> {
                Task.current().cancel("stop");
                world.live();
            });
            checkCancelled(task);
            world.check(0);
            settle();
        });
    }

    @ParameterizedTest
    @EnumSource
    void cancelledWhileItWaits(Waiting waiting) { // rule 22
        Sim.run(() -> {
            var world = new World();
            waiting.arrange(world);
            var task = spawn("task", world::live);
            settle();
            assertThat(task.describe()).contains("waiting on");
            task.cancel("stop");
            world.grantNow(); // too late
            checkCancelled(task);
            world.check(0);
            settle();
        });
    }

    @ParameterizedTest
    @EnumSource
    void cancelledWhenGrantedAndNotResumed(Waiting waiting) { // rule 22
        Sim.run(() -> {
            var world = new World();
            waiting.arrange(world);
            var task = spawn("task", world::live);
            settle();
            var loop = IOLoop.current();
            loop.callLater(world.grantAt, () -> {
                world.grantNow();
                cancelWhenInLine(loop, task);
            });
            var ended = catchThrowable(task::join);
            assertThat(ended).isInstanceOf(CancellationException.class);
            world.check(0);
        });
    }

    private static void cancelWhenInLine(IOLoop loop, Task<?> task) {
        if (task.describe().contains("waiting on")) loop.execute(() -> cancelWhenInLine(loop, task));
        else task.cancel("stop");
    }

    @ParameterizedTest
    @EnumSource
    void cancelledAfterIt(Waiting waiting) { // rule 22
        Sim.run(() -> {
            var world = new World();
            waiting.arrange(world);
            var task = spawn("task", () -> {
                world.live();
                world.guarded(() -> awaitCancelled());
            });
            settle();
            world.grantNow();
            sleep(world.grantAt);
            settle();
            task.cancel("stop");
            checkCancelled(task);
            world.check(1);
        });
    }

    // ---- random trees of blocks under random cancellation

    @SuppressWarnings("serial") // never leaves this JVM
    private static final class Boom extends RuntimeException {}

    /// Hands out what can be given back, to whoever stands in line; counts what comes of it.
    private static final class Counter {
        private final ArrayDeque<Waker<Integer>> line = new ArrayDeque<>();
        private int handedOut;
        private int taken;
        private int givenBack;

        void take(boolean canGiveBack) {
            Task.<Integer>suspend("counter", new Wait<>() {
                @Override
                public void begin(Waker<Integer> waker) {
                    line.add(waker);
                }

                @Override
                public boolean giveBack(Integer value) {
                    if (canGiveBack) givenBack++;
                    return canGiveBack;
                }
            });
            taken++;
        }

        void handOut() {
            for (Waker<Integer> waker; (waker = line.poll()) != null; ) {
                if (!waker.wake(1)) continue;
                handedOut++;
                return;
            }
        }
    }

    /// One tree of blocks, made from a seed as it is run.
    private static final class Tree {
        /// Looks at how each task ends: losers, and who is supervised, may fail and nobody else look.
        private static final Probe ONLOOKER = new Probe() {
            @Override
            public void finished(Task<?> task) {
                task.future().look();
            }
        };

        private final Random random;
        private final Counter counter = new Counter();
        private final List<Promise<Integer>> promises = new ArrayList<>();
        private int entered;
        private int left;

        Tree(long seed) {
            random = new Random(seed);
        }

        void grow() {
            Tasks.of(IOLoop.current()).probe(ONLOOKER);
            var root = spawn("root", () -> block(4));
            for (int i = 0; i < 40; i++) {
                disturb(root);
                if (random.nextBoolean()) sleep(moment());
                else yieldNow();
            }
            spawn("gardener", () -> {
                while (!root.future().isDone()) {
                    settlePromises();
                    counter.handOut();
                    sleep(ofSeconds(1));
                }
            });
            var end = catchThrowable(root::join);
            if (end != null) assertThat(end).isInstanceOfAny(Boom.class, TooSlow.class, CancellationException.class);
            sleep(ofSeconds(2)); // the gardener too
            assertThat(left).isEqualTo(entered);
            assertThat(counter.taken + counter.givenBack).isEqualTo(counter.handedOut);
            assertThat(Task.live()).hasSize(1);
        }

        private Duration moment() {
            return ofSeconds(random.nextInt(4));
        }

        private void disturb(Task<?> root) {
            switch (random.nextInt(4)) {
                case 0 -> settlePromises();
                case 1 -> counter.handOut();
                case 2 -> {
                    settlePromises();
                    counter.handOut();
                    cancelSomebody(root);
                }
                default -> {
                    if (random.nextInt(4) == 0) cancelSomebody(root);
                }
            }
        }

        private void settlePromises() {
            for (var promise : promises) {
                if (random.nextInt(8) == 0) promise.cancel();
                else promise.complete(1);
            }
            promises.clear();
        }

        private void cancelSomebody(Task<?> root) {
            var tasks = new ArrayList<>(Task.live());
            tasks.remove(Task.current());
            if (random.nextInt(4) != 0) tasks.remove(root);
            if (!tasks.isEmpty()) tasks.get(random.nextInt(tasks.size())).cancel("somebody");
        }

        private void block(int depth) {
            entered++;
            try {
                for (int i = random.nextInt(3); i >= 0; i--) step(depth);
            } catch (Boom e) {
                if (random.nextBoolean()) throw e;
            } catch (Cancelled e) {
                if (random.nextInt(4) == 0) step(0); // meets it again, or need not wait
                throw e;
            } finally {
                if (random.nextInt(4) == 0) shielded(ofHours(1), () -> sleep(moment()));
                left++;
            }
        }

        private void step(int depth) {
            if (depth == 0) {
                wait(random.nextInt(9));
                return;
            }
            switch (random.nextInt(8)) {
                case 0 -> Timeouts.moveOnAfter(moment(), () -> block(depth - 1));
                case 1 -> failAfter(depth);
                case 2 ->
                    TaskScope.run(scope -> {
                        startSome(scope, depth);
                        if (random.nextBoolean()) block(depth - 1);
                        if (random.nextInt(4) == 0) scope.cancel("by its block");
                    });
                case 3 -> openAndJoin(depth);
                case 4 -> supervised(depth);
                case 5 -> shielded(ofHours(1), () -> Timeouts.moveOnAfter(moment(), () -> block(depth - 1)));
                case 6 -> race(depth);
                default -> wait(random.nextInt(9));
            }
        }

        private void failAfter(int depth) {
            try {
                Timeouts.failAfter(moment(), () -> block(depth - 1));
            } catch (TooSlow e) {
                if (random.nextInt(4) == 0) throw e;
            }
        }

        private void startSome(TaskScope scope, int depth) {
            for (int i = random.nextInt(3); i >= 0; i--) {
                if (!Task.current().scope().isCancelled()) start(scope, depth);
            }
        }

        private void start(TaskScope scope, int depth) {
            scope.start("child", () -> {
                block(depth - 1);
                if (random.nextInt(8) == 0) throw new Boom();
            });
        }

        private void openAndJoin(int depth) {
            try (var scope = TaskScope.open()) {
                startSome(scope, depth);
                block(depth - 1);
                if (random.nextInt(4) == 0) Timeouts.moveOnAfter(moment(), scope::join);
                if (random.nextInt(4) == 0) scope.cancel("by its block");
                scope.join();
            }
        }

        private void supervised(int depth) {
            try (var scope = TaskScope.supervise()) {
                var tasks = new ArrayList<Task<?>>();
                for (int i = 0; i < 2; i++) tasks.add(scope.start("supervised", () -> block(depth - 1)));
                scope.join();
                for (var task : tasks) task.future().outcome();
            }
        }

        private void race(int depth) {
            TaskScope.first(
                    () -> {
                        block(depth - 1);
                        return 1;
                    },
                    () -> {
                        block(depth - 1);
                        throw new Boom();
                    });
        }

        private void wait(int kind) {
            switch (kind) {
                case 0 -> await(promised());
                case 1 -> limited();
                case 2 -> counter.take(true);
                case 3 -> counter.take(false);
                case 4 -> await(Future.of(1));
                case 5 -> yieldNow();
                case 6 -> joinOther();
                case 7 -> {
                    if (random.nextInt(8) == 0) throw new Boom();
                }
                default -> sleep(moment());
            }
        }

        private Promise<Integer> promised() {
            var promise = new Promise<Integer>();
            promises.add(promise);
            return promise;
        }

        private void limited() {
            try {
                await(promised(), moment());
            } catch (TooSlow _) {
                yieldNow();
            }
        }

        private void joinOther() {
            var other = spawn("other", () -> {
                sleep(moment());
                return 1;
            });
            try {
                other.join();
            } finally {
                other.cancel("not needed");
            }
        }
    }

    @Test
    void nothingHangsIsLostOrLeftInRandomTrees() { // rules 21, 22, 43 to 50
        growAll(Long.getLong("holdfast.seed", new Random().nextLong()));
    }

    private static void growAll(long base) {
        for (long seed = base; seed < base + SEEDS; seed++) {
            var tree = new Tree(seed);
            try {
                Sim.run(seed, tree::grow);
            } catch (Throwable e) {
                throw new AssertionError("failed with -Dholdfast.seed=" + seed, e);
            }
        }
    }
}
