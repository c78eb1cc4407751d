package dev.holdfast.lifetime;

import static dev.holdfast.task.Coroutine.await;
import static dev.holdfast.task.Coroutine.awaitCancelled;
import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static dev.holdfast.task.Coroutine.yieldNow;
import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.holdfast.Holdfast;
import dev.holdfast.future.Futures;
import dev.holdfast.future.Promise;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.queue.Queue;
import dev.holdfast.scope.TaskScope;
import dev.holdfast.sync.Condition;
import dev.holdfast.sync.Event;
import dev.holdfast.sync.Lock;
import dev.holdfast.sync.Semaphore;
import dev.holdfast.task.AsCompleted;
import dev.holdfast.task.Task;
import dev.holdfast.testing.Logged;
import dev.holdfast.testing.Trail;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

class QuiescenceTest {
    private final Trail trail = new Trail();

    @Test
    void S02_selfHeldNobody(Logged log) {
        long start = System.nanoTime();
        var deadlock = catchThrowableOfType(Deadlock.class, () -> Holdfast.run(() -> await(new Promise<Integer>())));
        assertThat(deadlock)
                .hasMessageContaining("nothing can wake Task[main] any more (0 ready, 0 timers, 0 I/O, 0 externals)")
                .hasMessageFindingMatch("\n  Task\\[main\\] waiting [0-9]\\.[0-9] s on Promise")
                .hasMessageContaining(", at QuiescenceTest.S02_selfHeldNobody(QuiescenceTest.java:");
        assertThat(System.nanoTime() - start).as("at once, no timeout").isLessThan(5_000_000_000L);
        expectReports(log, "main");
    }

    @Test
    void theErrorsStackIsThatOfTheWait(Logged log) {
        var deadlock = catchThrowableOfType(Deadlock.class, () -> Holdfast.run(() -> await(new Promise<>())));
        assertThat(deadlock.getStackTrace()[0].getClassName()).startsWith("dev.holdfast.task.");
        assertThat(deadlock.getStackTrace())
                .anyMatch(frame -> frame.getClassName().equals(getClass().getName()));
        expectReports(log, "main");
    }

    @Test
    void S03_forgottenTaskIsReportedAtQuiescence(Logged log) {
        Holdfast.run(() -> {
            spawn("forgotten", () -> {
                try {
                    await(new Promise<>());
                } finally {
                    trail.mark("finally");
                }
            });
            while (!trail.marks().contains("finally")) { // main waits hopelessly too, but it is older
                try {
                    await(new Promise<>());
                } catch (Deadlock e) {
                    trail.mark("main");
                }
            }
        });
        trail.expect("finally", "main");
        expectReports(log, "forgotten", "main"); // and not once more because nobody looked
    }

    @Test
    void S03_forgottenTaskIsLostWhenTheRunEnds(Logged log) { // rule 9
        Holdfast.run(() -> {
            spawn("forgotten", () -> {
                try {
                    await(new Promise<>());
                } finally {
                    trail.mark("finally");
                }
            });
            yieldNow();
        });
        trail.expect("finally");
        assertThat(log.take())
                .singleElement()
                .satisfies(line -> assertThat(line.getMessage())
                        .startsWith("LostTask: the run is over, and nothing could have woken Task[forgotten] waiting ")
                        .contains(
                                ", at QuiescenceTest.",
                                ", started at QuiescenceTest.S03_forgottenTaskIsLostWhenTheRunEnds("));
    }

    @Test
    void whoSleepsWhenTheRunEndsIsNotLost() { // rule 9
        Holdfast.run(() -> {
            spawn("sleeps", () -> sleep(ofMillis(100_000)));
            spawn("may be woken by it", () -> await(new Promise<>()));
            yieldNow();
        });
    }

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
        expectReports(log, "b"); // one edge broken: the rest fails by propagation
    }

    @Test
    void S12_selfJoin() { // rule 24
        assertThatIllegalStateException()
                .isThrownBy(() -> Holdfast.run(() -> Task.current().join()))
                .withMessageContaining("joins itself");
    }

    @Test
    void whoAwaitsItsOwnFutureIsARingOfOne(Logged log) {
        assertThatExceptionOfType(Deadlock.class)
                .isThrownBy(() -> Holdfast.run(() -> await(Task.current().future())))
                .withMessageEndingWith("cycle: Task[main] joins Task[main]");
        expectReports(log, "main");
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
        expectReports(log, "leaf");
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
        assertThat(Holdfast.<Integer, RuntimeException>run(() -> {
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
                }))
                .isEqualTo(42);
        expectReports(log, "leaf");
    }

    @Test
    void ofTheLeavesTheYoungestComesFirst(Logged log) { // L2
        Holdfast.run(() -> {
            for (var name : List.of("a", "b", "c")) spawn(name, () -> markDeadlock(name));
            markDeadlock("main");
        });
        trail.expect("c", "b", "a", "main");
        expectReports(log, "c", "b", "a", "main");
    }

    @Test
    void whoMetFewerVerdictsComesFirst(Logged log) { // L2
        Holdfast.run(() -> {
            spawn("elder", () -> markDeadlock("elder"));
            var stubborn = spawn("stubborn", () -> {
                markDeadlock("stubborn");
                markDeadlock("stubborn again");
            });
            markDeadlock("main");
            stubborn.join();
        });
        trail.expect("stubborn", "elder", "main", "stubborn again");
        expectReports(log, "stubborn", "elder", "main", "stubborn");
    }

    private void markDeadlock(String mark) {
        try {
            await(new Promise<>());
        } catch (Deadlock e) {
            trail.mark(mark);
        }
    }

    @Test
    void whoMeetsAThirdVerdictIsCancelled(Logged log) { // L2, S33: no endless reports
        assertThatExceptionOfType(CancellationException.class)
                .isThrownBy(() -> Holdfast.run(() -> {
                    while (true) markDeadlock("again");
                }));
        trail.expect("again", "again");
        expectReports(log, "main", "main", "main");
    }

    @Test
    void S17_aLockWaitsForItsHolder(Logged log) {
        Holdfast.run(() -> {
            var lock = new Lock("door");
            var holder = spawn("holder", () -> {
                try (var _ = lock.acquire()) {
                    markDeadlock("holder");
                }
            });
            yieldNow();
            try (var _ = lock.acquire()) {
                trail.mark("acquired");
            }
            holder.join();
        });
        trail.expect("holder", "acquired");
        assertThat(log.take())
                .singleElement()
                .satisfies(line -> assertThat(line.getMessage())
                        .contains("nothing can wake Task[holder]", ", holds Lock[door]", " s on Lock[door]"));
    }

    @Test
    void aRingOfLocksIsShown(Logged log) {
        Holdfast.run(() -> {
            var left = new Lock("left");
            var right = new Lock("right");
            spawn("a", () -> both(left, right));
            var b = spawn("b", () -> both(right, left));
            try {
                b.join();
            } catch (Deadlock e) {
                assertThat(e)
                        .hasMessageEndingWith(
                                "cycle: Task[b] wants Lock[left] of Task[a] wants Lock[right] of Task[b]");
                trail.mark("told");
            }
        });
        trail.expect("a in", "told");
        expectReports(log, "b");
    }

    private void both(Lock first, Lock second) {
        try (var _ = first.acquire()) {
            yieldNow();
            yieldNow();
            try (var _ = second.acquire()) {
                trail.mark(Task.current().name() + " in");
            }
        }
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
                                .contains("on Queue[0/8] \"jobs\", made at QuiescenceTest.S18_queueNobodyFills("),
                        line -> assertThat(line).contains("on Event", ", made at QuiescenceTest."),
                        line -> assertThat(line).contains("on Condition", ", made at QuiescenceTest."),
                        line -> assertThat(line).contains("on Semaphore[0/0], made at QuiescenceTest."));
    }

    @Test
    void S23_stopped() { // rules 5, 9
        assertThatIllegalStateException()
                .isThrownBy(() -> Holdfast.run(() -> {
                    IOLoop.current().stop();
                    await(new Promise<>());
                }))
                .withMessageContaining("was stopped before Task[main] had a result");
    }

    @Test
    void S28_onPurpose() {
        Holdfast.run(() -> {
            var idle = spawn("idle", () -> awaitCancelled());
            var joins = spawn("joins", () -> idle.join());
            IOLoop.current().callLater(ofMillis(20), () -> idle.cancel("enough"));
            try {
                joins.join();
            } catch (CancellationException e) {
                trail.mark("cancelled");
            }
        });
        trail.expect("cancelled");
    }

    @Test
    void whoIsStuckBesideOneThatWaitsOnPurposeIsTold(Logged log) { // S28, demand 2
        assertThatExceptionOfType(CancellationException.class)
                .isThrownBy(() -> Holdfast.run(() -> {
                    var main = Task.current();
                    spawn("stuck", () -> {
                        markDeadlock("stuck");
                        main.cancel("told");
                    });
                    awaitCancelled();
                }));
        trail.expect("stuck");
        expectReports(log, "stuck");
    }

    @Test
    void S33_verdictUnwinds(Logged log) {
        assertThatExceptionOfType(Deadlock.class)
                .isThrownBy(() -> Holdfast.run(() -> {
                    var lock = new Lock("held");
                    TaskScope.run(scope -> {
                        scope.start("child", () -> {
                            try {
                                awaitCancelled();
                            } finally {
                                trail.mark("child cancelled");
                            }
                        });
                        scope.start("stuck", () -> {
                            try (var _ = lock.acquire()) {
                                await(new Promise<>());
                            } finally {
                                trail.mark("finally");
                            }
                        });
                    });
                }));
        trail.expect("finally", "child cancelled");
        expectReports(log, "stuck");
    }

    @Test
    void edgesGoThroughFuturesMadeOfFutures(Logged log) { // L2
        Holdfast.run(() -> {
            var leaf = spawn("leaf", () -> {
                markDeadlock("leaf");
                return 1;
            });
            var never = new Promise<Integer>();
            var young = spawn("young", () -> await(Futures.any(never, Futures.race(never, leaf.future()))));
            assertThat(young.join()).isEqualTo(1);
            var asCompleted = spawn("as completed", () -> {
                try (var all = AsCompleted.of(List.of(
                        never,
                        spawn("late", () -> {
                                    markDeadlock("late");
                                    return 3;
                                })
                                .future()))) {
                    return all.next().outcome().get();
                }
            });
            assertThat(asCompleted.join()).isEqualTo(3);
        });
        trail.expect("leaf", "late");
        expectReports(log, "leaf", "late");
    }

    @Test
    void whoWaitsForAFutureAndATaskIsALeafOnceTheTaskHasEnded(Logged log) { // L2: judged afresh
        Holdfast.run(() -> {
            var never = new Promise<Integer>();
            var leaf = spawn("leaf", () -> markDeadlock("leaf"));
            spawn("both", () -> {
                try {
                    await(Futures.allSettled(leaf.future(), never));
                } catch (Deadlock e) {
                    trail.mark("both");
                }
            });
            markDeadlock("main");
        });
        trail.expect("leaf", "both", "main");
        expectReports(log, "leaf", "both", "main");
    }

    @Test
    void aNameCannotBreakTheReport(Logged log) {
        assertThatExceptionOfType(Deadlock.class)
                .isThrownBy(() ->
                        Holdfast.run(() -> spawn("evil\n  Task[root] waiting\u2028", () -> await(new Promise<>()))
                                .join()))
                .satisfies(
                        e -> assertThat(e)
                                .hasMessageFindingMatch(
                                        "\n  Task\\[evil\\\\n  Task\\[root\\] waiting\\\\u2028\\] waiting [0-9]\\.[0-9] s on Promise"));
        log.take();
    }

    @Test
    void ofVeryManyTheFirstAreShown(Logged log) {
        var deadlock = catchThrowableOfType(
                Deadlock.class,
                () -> Holdfast.run(() -> {
                    for (int i = 0; i < 100; i++) spawn("t" + i, () -> markDeadlock("t"));
                    await(new Promise<>());
                }));
        assertThat(deadlock).hasMessageContaining("nothing can wake Task[main] any more");
        assertThat(log.take().getFirst().getMessage().lines())
                .hasSize(1 + Report.MOST + 1)
                .last()
                .isEqualTo("  … and 81 more");
    }

    @Test
    void aBareLoopJudgesTooAndItsRunReturns(Logged log) { // design.md: IOLoop.run() returns when nothing is left
        try (var loop = IOLoop.open()) {
            loop.execute(() -> spawn("stuck", () -> markDeadlock("stuck")));
            loop.run();
        }
        trail.expect("stuck");
        expectReports(log, "stuck");
    }

    @Test
    void uncountedTimersDoNotKeepAnybodyWaiting(Logged log) { // L2: unref
        Holdfast.run(() -> {
            IOLoop.current().callLater(ofMillis(100_000), () -> {}).unref();
            IOLoop.current().external("uncounted").unref();
            markDeadlock("main");
        });
        trail.expect("main");
        expectReports(log, "main");
    }

    private static void expectReports(Logged log, String... struck) {
        assertThat(log.take())
                .extracting(line -> line.getMessage().lines().findFirst().orElseThrow())
                .containsExactly(java.util.Arrays.stream(struck)
                        .map(name -> "Deadlock: nothing can wake Task[" + name
                                + "] any more (0 ready, 0 timers, 0 I/O, 0 externals)")
                        .toArray(String[]::new));
    }
}
