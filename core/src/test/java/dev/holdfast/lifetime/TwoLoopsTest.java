package dev.holdfast.lifetime;

import static dev.holdfast.task.Coroutine.await;
import static dev.holdfast.task.Coroutine.awaitCancelled;
import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.holdfast.Holdfast;
import dev.holdfast.future.Future;
import dev.holdfast.future.Futures;
import dev.holdfast.future.Promise;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.queue.Queue;
import dev.holdfast.task.LoopGroup;
import dev.holdfast.task.Periodic;
import dev.holdfast.task.Task;
import dev.holdfast.testing.Logged;
import java.util.ArrayList;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// S31: loops that call each other are judged together, and only when none of them can go on.
@Tag("threads")
@Timeout(30)
class TwoLoopsTest {
    @RepeatedTest(5)
    void S31_twoLoops() {
        int answer = Holdfast.run(() -> {
            try (var group = LoopGroup.open("worker", 2)) {
                return await(group.submit(() -> {
                    sleep(ofMillis(5)); // the caller has nothing to do meanwhile
                    return await(group.submit(() -> {
                        sleep(ofMillis(5)); // and neither has this one
                        return 42;
                    }));
                }));
            }
        });
        assertThat(answer).isEqualTo(42);
    }

    @RepeatedTest(5)
    void S31_twoLoops_bothStuck(Logged log) {
        var deadlock = catchThrowableOfType(
                Deadlock.class,
                () -> Holdfast.run(() -> {
                    try (var group = LoopGroup.open("worker", 2)) {
                        await(group.submit(() -> await(new Promise<>())));
                    }
                }));
        assertThat(deadlock)
                .hasMessageContaining("nothing can wake Task[call] any more")
                .hasMessageFindingMatch("\n  Task\\[call\\] waiting [0-9]\\.[0-9] s on Promise")
                .hasMessageFindingMatch("\n  Task\\[main\\] waiting [0-9]\\.[0-9] s on call to IOLoop\\[worker-0\\]");
        expectReports(log, 1);
    }

    @RepeatedTest(5)
    void S31_twoLoops_eachIsJudgedInItsTurn(Logged log) {
        var deadlock = catchThrowableOfType(
                Deadlock.class,
                () -> Holdfast.run(() -> {
                    try (var group = LoopGroup.open("worker", 2)) {
                        await(group.call(0, () -> {
                            var inner = group.call(1, () -> await(new Promise<>()));
                            try {
                                return await(inner);
                            } catch (Deadlock e) {
                                return await(new Promise<>()); // and stuck again, here
                            }
                        }));
                    }
                }));
        assertThat(deadlock).hasMessageContaining("nothing can wake Task[call] any more");
        expectReports(log, 2);
    }

    @RepeatedTest(5)
    void S31_twoLoops_whoWaitsForMoreThanACallIsJudgedWhenTheCallHasEnded(Logged log) {
        var deadlock = catchThrowableOfType(
                Deadlock.class,
                () -> Holdfast.run(() -> {
                    try (var group = LoopGroup.open("worker", 1)) {
                        var call = group.submit(() -> {
                            try {
                                return await(new Promise<Integer>());
                            } catch (Deadlock e) {
                                return 1; // what saves the call does not save who called
                            }
                        });
                        await(Futures.all(new Promise<Integer>(), call));
                    }
                }));
        assertThat(deadlock).hasMessageContaining("nothing can wake Task[main] any more");
        Reports.expect(log, "call", "main");
    }

    @RepeatedTest(5)
    void S31_twoLoops_theOpenerWithoutACallIsJudgedWhateverTheOthersDo(Logged log) {
        var deadlock = catchThrowableOfType(
                Deadlock.class,
                () -> Holdfast.run(() -> {
                    try (var group = LoopGroup.open("worker", 2)) {
                        await(group.call(0, () -> {
                            Periodic.every(ofMillis(1), "tick", () -> {}).start();
                        }));
                        await(new Promise<>());
                    }
                }));
        assertThat(deadlock).hasMessageContaining("nothing can wake Task[main] any more");
        Reports.expect(log, "main");
    }

    @RepeatedTest(5)
    void S31_twoLoops_inARing(Logged log) {
        var deadlock = catchThrowableOfType(
                Deadlock.class,
                () -> Holdfast.run(() -> {
                    try (var group = LoopGroup.open("worker", 2)) {
                        await(group.call(0, () -> {
                            var self = Task.current();
                            await(group.call(1, () -> await(group.call(0, () -> self.join()))));
                        }));
                    }
                }));
        assertThat(deadlock)
                .hasMessageFindingMatch(
                        "\n  cycle: Task\\[call] joins Task\\[call] joins Task\\[call] joins Task\\[call]$");
        expectReports(log, 1);
    }

    /// **fix** Judged by what is on one loop alone, each task here is stuck nearly all of the time.
    @RepeatedTest(3)
    void manyCallsToAndFroAndNoFalseAlarm() {
        Holdfast.run(() -> {
            try (var group = LoopGroup.open("worker", 2)) {
                var calls = new ArrayList<Future<Integer>>();
                for (int i = 0; i < 4; i++) calls.add(group.call(i % 2, () -> bounce(group, 500)));
                int sum = 0;
                for (var call : calls) sum += await(call);
                assertThat(sum).isEqualTo(4 * 500);
            }
        });
    }

    private static int bounce(LoopGroup group, int left) {
        if (left == 0) return 0;
        return 1 + await(group.submit(() -> left == 1 ? 0 : bounce(group, left - 1)));
    }

    @Test
    void aLaterCallOfTheOpenerSavesWhoWaits() throws Exception {
        var jobs = new AtomicReference<Queue<String>>();
        var open = new CountDownLatch(1);
        Holdfast.run(() -> {
            try (var group = LoopGroup.open("worker", 1)) {
                var taker = group.submit(() -> {
                    jobs.set(new Queue<>());
                    open.countDown();
                    return jobs.get().get();
                });
                sleep(ofMillis(20)); // the worker is quiet, and this loop is not
                open.await();
                await(group.submit(() -> jobs.get().put("job")));
                assertThat(await(taker)).isEqualTo("job");
            }
        });
    }

    @Test
    void whoWaitsOnPurposeIsNotJudgedNorIsWhoWaitsForIt() {
        Holdfast.run(() -> {
            var group = LoopGroup.open("worker", 1);
            var patient = group.submit(() -> awaitCancelled());
            var waiting = spawn("waiting", () -> await(patient));
            sleep(ofMillis(20));
            assertThat(waiting.future().isDone()).isFalse();
            group.close();
            assertThatExceptionOfType(CancellationException.class).isThrownBy(waiting::join);
        });
    }

    @Test
    void aStrangersCallIsAnErrorInWords() {
        Holdfast.run(() -> {
            try (var group = LoopGroup.open("worker", 1)) {
                var told = new Promise<Throwable>();
                var door = IOLoop.current().external("stranger");
                Thread.ofPlatform().start(() -> {
                    var error = catchThrowableOfType(
                            IllegalStateException.class, () -> Holdfast.run(() -> group.submit(() -> {})));
                    door.execute(() -> told.complete(error));
                    door.close();
                });
                assertThat(await(told))
                        .hasMessage("LoopGroup[worker, 1] belongs to IOLoop[main], which opened it: IOLoop[main] cannot"
                                + " call it; open it before any loop runs, and all can");
            }
        });
    }

    @Test
    void whoWaitsOnAGroupOpenedByNoLoopIsLeftWaiting() {
        try (var group = LoopGroup.open("worker", 1)) {
            Holdfast.run(() -> {
                var call = group.submit(() -> await(new Promise<>()));
                sleep(ofMillis(20));
                assertThat(call.isDone()).as("another loop might still come").isFalse();
            });
        }
    }

    @Test
    void aGroupOpenedInsideAGroupBelongsToTheSameFamily(Logged log) {
        assertThatExceptionOfType(Deadlock.class)
                .isThrownBy(() -> Holdfast.run(() -> {
                    try (var outer = LoopGroup.open("outer", 1)) {
                        await(outer.submit(() -> {
                            try (var inner = LoopGroup.open("inner", 1)) {
                                return await(inner.submit(() -> await(new Promise<>())));
                            }
                        }));
                    }
                }));
        expectReports(log, 1);
    }

    @Test
    void whoWaitsOnAMemberWhenTheOpenersLoopIsClosedEndsWithItAndIsNotJudged(Logged log) {
        var ended = new CountDownLatch(1);
        Holdfast.run(() -> {
            var group = LoopGroup.open("worker", 1);
            group.submit(() -> {
                try {
                    await(new Promise<>());
                } finally {
                    ended.countDown();
                }
            });
            await(group.submit(() -> "by now the first has begun"));
        });
        assertThat(ended.getCount()).isZero(); // though nobody closed the group
        log.expect("LoopGroup[worker, 1] was not closed; it ends with IOLoop[main], which opened it");
    }

    private static void expectReports(Logged log, int times) {
        assertThat(log.take())
                .extracting(LogRecord::getMessage)
                .hasSize(times)
                .allSatisfy(report -> assertThat(report).startsWith("Deadlock: nothing can wake Task[call]"));
    }
}
