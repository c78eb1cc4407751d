package dev.holdfast.lifetime;

import static dev.holdfast.task.Coroutine.await;
import static dev.holdfast.task.Coroutine.awaitCancelled;
import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static dev.holdfast.task.Coroutine.yieldNow;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.holdfast.Holdfast;
import dev.holdfast.future.Promise;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.queue.Queue;
import dev.holdfast.scope.TaskScope;
import dev.holdfast.sync.Condition;
import dev.holdfast.sync.Event;
import dev.holdfast.sync.Lock;
import dev.holdfast.sync.Semaphore;
import dev.holdfast.task.Task;
import dev.holdfast.testing.Logged;
import dev.holdfast.testing.Trail;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Demand 2 of lifetime.md: nobody waits for ever without being told why. Who is told, and what.
@Timeout(60)
class TellTest {
    private static final int TRIES = 5; // the quickest of so many; the machine may be busy
    private static final Duration AT_ONCE = ofMillis(200);

    private final Trail trail = new Trail();

    // ---- one alone

    @Test
    @Tag("collectors")
    void S02_selfHeldNobody(Logged log) {
        var deadlock = catchThrowableOfType(Deadlock.class, () -> Holdfast.run(() -> await(new Promise<Integer>())));
        assertThat(deadlock)
                .hasMessageContaining("nothing can wake Task[main] any more (0 ready, 0 timers, 0 I/O, 0 externals)")
                .hasMessageFindingMatch("\n  Task\\[main\\] waiting [0-9]\\.[0-9] s on Promise")
                .hasMessageContaining(", at TellTest.S02_selfHeldNobody(TellTest.java:");
        Reports.expect(log, "main");
    }

    @Test
    @Tag("collectors")
    void S02_selfHeldNobody_isToldAtOnce(Logged log) { // issue 3, "what it must show", 2
        expectToldAtOnce(() -> await(new Promise<>()));
        assertThat(log.take()).hasSize(TRIES);
    }

    /// Runs `stuck`, which waits in vain, as often as it takes; the quickest must be told in time.
    private static void expectToldAtOnce(Runnable stuck) {
        long quickest = Long.MAX_VALUE;
        for (int i = 0; i < TRIES; i++) quickest = Math.min(quickest, nanosUntilTold(stuck));
        assertThat(Duration.ofNanos(quickest)).isLessThan(AT_ONCE);
    }

    private static long nanosUntilTold(Runnable stuck) {
        return Holdfast.run(() -> {
            long start = System.nanoTime();
            assertThatExceptionOfType(Deadlock.class).isThrownBy(stuck::run);
            return System.nanoTime() - start;
        });
    }

    @Test
    @Tag("collectors")
    void S03_forgottenTask(Logged log) { // never collected while the loop is open, and told at quiescence
        Holdfast.run(() -> {
            var remains = new Remains();
            forgetOne(remains);
            yieldNow();
            remains.expectKeptAfter(3);
            trail.expect();
            assertThatExceptionOfType(Deadlock.class).isThrownBy(() -> await(new Promise<>())); // after the younger
        });
        trail.expect("finally");
        Reports.expect(log, "forgotten", "main"); // and not once more because nobody looked
    }

    @Test
    @Tag("collectors")
    void S03_forgottenTask_isLostWhenTheRunEnds(Logged log) { // rule 9
        Holdfast.run(() -> {
            var remains = new Remains();
            forgetOne(remains);
            yieldNow();
            remains.expectKeptAfter(3);
        });
        trail.expect("finally");
        assertThat(log.take())
                .singleElement()
                .satisfies(line -> assertThat(line.getMessage())
                        .startsWith("LostTask: the run is over, and nothing could have woken Task[forgotten] waiting ")
                        .contains(", at TellTest.", ", started at TellTest.forgetOne("));
    }

    private void forgetOne(Remains remains) {
        remains.add("task", spawn("forgotten", () -> {
            try {
                await(new Promise<>());
            } finally {
                trail.mark("finally");
            }
        }));
    }

    // ---- one among others

    @Test
    void S11_mutual(Logged log) {
        var tasks = new ArrayList<Task<Integer>>();
        assertThatExceptionOfType(Deadlock.class)
                .isThrownBy(() -> Holdfast.run(() -> {
                    tasks.add(spawn("a", () -> tasks.get(1).join()));
                    tasks.add(spawn("b", () -> tasks.get(0).join()));
                    tasks.getFirst().join();
                }))
                .withMessageContaining("nothing can wake Task[b] any more")
                .satisfies(e -> assertThat(e)
                        .hasMessageFindingMatch("\n  Task\\[main\\] waiting [0-9]\\.[0-9] s on Task\\[a\\]"))
                .withMessageEndingWith("\n  cycle: Task[b] joins Task[a] joins Task[b]");
        Reports.expect(log, "b"); // one edge broken: the rest fails by propagation
    }

    @Test
    void S11_mutual_isToldAtOnce(Logged log) { // issue 3, "what it must show", 2
        expectToldAtOnce(() -> {
            var tasks = new ArrayList<Task<Integer>>();
            tasks.add(spawn("a", () -> tasks.get(1).join()));
            tasks.add(spawn("b", () -> tasks.get(0).join()));
            tasks.getFirst().join();
        });
        assertThat(log.take()).hasSize(TRIES);
    }

    @Test
    void S12_selfJoin() { // rule 24
        assertThatIllegalStateException()
                .isThrownBy(() -> Holdfast.run(() -> Task.current().join()))
                .withMessage("Task[main] joins itself and would wait for ever");
    }

    @Test
    void S13_deadLeaf(Logged log) {
        var deadlocks = new ArrayList<Throwable>();
        var deadlock = catchThrowableOfType(
                Deadlock.class,
                () -> Holdfast.run(() -> {
                    var top = spawn("top", () -> {
                        var middle = spawn("middle", () -> {
                            var leaf = spawn("leaf", () -> await(new Promise<Integer>()));
                            return noting(deadlocks, leaf);
                        });
                        return noting(deadlocks, middle);
                    });
                    noting(deadlocks, top);
                }));
        assertThat(deadlock).hasMessageContaining("nothing can wake Task[leaf] any more");
        assertThat(deadlocks).hasSize(3).allSatisfy(seen -> assertThat(seen).isSameAs(deadlock));
        Reports.expect(log, "leaf");
    }

    private static <T> T noting(List<Throwable> errors, Task<T> task) {
        try {
            return task.join();
        } catch (Throwable e) {
            errors.add(e);
            throw e;
        }
    }

    @Test
    void S14_leafRecovers(Logged log) {
        int answer = Holdfast.run(() -> {
            var top = spawn("top", () -> {
                var leaf = spawn("leaf", () -> {
                    try {
                        return await(new Promise<Integer>());
                    } catch (Deadlock e) {
                        return 42;
                    }
                });
                return leaf.join();
            });
            return top.join();
        });
        assertThat(answer).isEqualTo(42);
        Reports.expect(log, "leaf");
    }

    // ---- locks, queues and the like

    @Test
    void S17_lockHolderGone(Logged log) { // rule 31: it returned and did not release
        Holdfast.run(() -> {
            var lock = new Lock("door");
            var holder = spawn("holder", () -> {
                lock.acquire();
                yieldNow();
            });
            expectTheFirstInLineIsTold(lock, holder, "holder");
        });
        log.expect("Task[holder] ended while it held Lock[door]");
    }

    @Test
    void S17_lockHolderGone_cancelled(Logged log) { // rule 31: it was cancelled while it held the lock
        Holdfast.run(() -> {
            var lock = new Lock("door");
            var holder = spawn("cancelled", () -> {
                lock.acquire();
                sleep(ofHours(1));
            });
            spawn("canceller", () -> {
                yieldNow();
                holder.cancel("enough");
            });
            expectTheFirstInLineIsTold(lock, holder, "cancelled");
        });
        log.expect("Task[cancelled] ended while it held Lock[door]");
    }

    private void expectTheFirstInLineIsTold(Lock lock, Task<?> holder, String name) {
        var first = spawn(
                "first",
                () -> assertThatIllegalStateException()
                        .isThrownBy(lock::acquire)
                        .withMessage("Task[" + name + "] ended while it held Lock[door]"));
        var second = spawn("second", () -> {
            try (var _ = lock.acquire()) {
                trail.mark("second is in");
            }
        });
        first.join();
        second.join();
        assertThat(holder.future().isDone()).isTrue();
        trail.expect("second is in");
    }

    @Test
    void S17_lockHolderGone_isToldOfAsLongAsItOnlyWaits(Logged log) { // the holder is the leaf
        Holdfast.run(() -> {
            var lock = new Lock("door");
            var holder = spawn("holder", () -> {
                try (var _ = lock.acquire()) {
                    assertThatExceptionOfType(Deadlock.class).isThrownBy(() -> await(new Promise<>()));
                }
            });
            yieldNow();
            try (var _ = lock.acquire()) {
                trail.mark("acquired");
            }
            holder.join();
        });
        trail.expect("acquired");
        assertThat(log.take())
                .singleElement()
                .satisfies(line -> assertThat(line.getMessage())
                        .contains("nothing can wake Task[holder]", ", holds Lock[door]", " s on Lock[door]"));
    }

    @Test
    void S18_queueNobodyFills(Logged log) {
        for (Runnable wait : List.<Runnable>of(
                () -> new Queue<>(8).named("jobs").get(),
                () -> new Event().await(),
                () -> new Condition().await(),
                () -> new Semaphore(0).acquire())) {
            assertThatExceptionOfType(Deadlock.class)
                    .isThrownBy(() -> Holdfast.run(() -> {
                        IOLoop.current().traceOrigins();
                        wait.run();
                    }));
        }
        assertThat(log.take())
                .extracting(
                        line -> line.getMessage().lines().skip(1).findFirst().orElseThrow())
                .satisfiesExactly(
                        line -> assertThat(line)
                                .contains("on Queue[0/8] \"jobs\", made at TellTest.S18_queueNobodyFills("),
                        line -> assertThat(line).contains("on Event", ", made at TellTest."),
                        line -> assertThat(line).contains("on Condition", ", made at TellTest."),
                        line -> assertThat(line).contains("on Semaphore[0/0], made at TellTest."));
    }

    // ---- what is no verdict, and what a verdict does

    @Test
    void S23_stopped() { // rules 5, 9
        assertThatIllegalStateException()
                .isThrownBy(() -> Holdfast.run(() -> {
                    IOLoop.current().stop();
                    await(new Promise<>());
                }))
                .withMessage("IOLoop[main] was stopped before Task[main] had a result");
    }

    @Test
    void S23_stopped_byAnErrorOfTheMachine() { // rule 7
        var error = new InternalError("on purpose");
        assertThatExceptionOfType(InternalError.class)
                .isThrownBy(() -> Holdfast.run(() -> {
                    IOLoop.current().execute(() -> {
                        throw error;
                    });
                    await(new Promise<>());
                }))
                .isSameAs(error);
    }

    @Test
    void S33_verdictUnwinds(Logged log) {
        Holdfast.run(() -> {
            var lock = new Lock("held");
            var stuck = spawn("stuck", () -> {
                try (var _ = lock.acquire()) {
                    TaskScope.run(scope -> {
                        scope.start("child", this::waitToBeCancelled);
                        await(new Promise<>());
                    });
                } finally {
                    trail.mark("finally");
                }
            });
            yieldNow();
            try (var _ = lock.acquire()) {
                trail.mark("lock released");
            }
            assertThatExceptionOfType(Deadlock.class).isThrownBy(stuck::join);
        });
        trail.expect("child cancelled", "finally", "lock released");
        Reports.expect(log, "stuck");
    }

    private void waitToBeCancelled() {
        try {
            awaitCancelled();
        } finally {
            trail.mark("child cancelled");
        }
    }

    @Test
    void S33_verdictUnwinds_andCancelsTheSiblings(Logged log) { // rule 43
        assertThatExceptionOfType(Deadlock.class)
                .isThrownBy(() -> Holdfast.run(() -> TaskScope.run(scope -> {
                    scope.start("child", this::waitToBeCancelled);
                    scope.start("stuck", () -> await(new Promise<>()));
                })))
                .withMessageContaining("nothing can wake Task[stuck]");
        trail.expect("child cancelled");
        Reports.expect(log, "stuck");
    }

    @Test
    void S33_verdictUnwinds_andWhoWaitsAgainIsJudgedAfresh(Logged log) { // a third time it is cancelled: so it ends
        assertThatExceptionOfType(CancellationException.class)
                .isThrownBy(() -> Holdfast.run(() -> {
                    while (true) {
                        try {
                            await(new Promise<>());
                        } catch (Deadlock e) {
                            trail.mark("again");
                        }
                    }
                }));
        trail.expect("again", "again");
        Reports.expect(log, "main", "main", "main");
    }
}
