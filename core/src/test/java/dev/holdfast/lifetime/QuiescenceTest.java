package dev.holdfast.lifetime;

import static dev.holdfast.task.Coroutine.await;
import static dev.holdfast.task.Coroutine.awaitCancelled;
import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static dev.holdfast.task.Coroutine.yieldNow;
import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.holdfast.Holdfast;
import dev.holdfast.future.Futures;
import dev.holdfast.future.Promise;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.sync.Lock;
import dev.holdfast.task.AsCompleted;
import dev.holdfast.task.Task;
import dev.holdfast.testing.Logged;
import dev.holdfast.testing.Trail;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

class QuiescenceTest {
    private final Trail trail = new Trail();

    @Test
    void theErrorsStackIsThatOfTheWait(Logged log) {
        var deadlock = catchThrowableOfType(Deadlock.class, () -> Holdfast.run(() -> await(new Promise<>())));
        assertThat(deadlock.getStackTrace()[0].getClassName()).startsWith("dev.holdfast.task.");
        assertThat(deadlock.getStackTrace())
                .anyMatch(frame -> frame.getClassName().equals(getClass().getName()));
        Reports.expect(log, "main");
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
    void whoAwaitsItsOwnFutureIsARingOfOne(Logged log) {
        assertThatExceptionOfType(Deadlock.class)
                .isThrownBy(() -> Holdfast.run(() -> await(Task.current().future())))
                .withMessageEndingWith("cycle: Task[main] joins Task[main]");
        Reports.expect(log, "main");
    }

    @Test
    void ofTheLeavesTheYoungestComesFirst(Logged log) { // L2
        Holdfast.run(() -> {
            for (var name : List.of("a", "b", "c")) spawn(name, () -> markDeadlock(name));
            markDeadlock("main");
        });
        trail.expect("c", "b", "a", "main");
        Reports.expect(log, "c", "b", "a", "main");
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
        Reports.expect(log, "stubborn", "elder", "main", "stubborn");
    }

    private void markDeadlock(String mark) {
        try {
            await(new Promise<>());
        } catch (Deadlock e) {
            trail.mark(mark);
        }
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
        Reports.expect(log, "b");
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
        Reports.expect(log, "stuck");
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
        Reports.expect(log, "leaf", "late");
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
        Reports.expect(log, "leaf", "both", "main");
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
        Reports.expect(log, "stuck");
    }

    @Test
    void uncountedTimersDoNotKeepAnybodyWaiting(Logged log) { // L2: unref
        Holdfast.run(() -> {
            IOLoop.current().callLater(ofMillis(100_000), () -> {}).unref();
            IOLoop.current().external("uncounted").unref();
            markDeadlock("main");
        });
        trail.expect("main");
        Reports.expect(log, "main");
    }
}
