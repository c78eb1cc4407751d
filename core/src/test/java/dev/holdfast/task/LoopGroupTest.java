package dev.holdfast.task;

import static dev.holdfast.task.Coroutine.await;
import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.holdfast.Holdfast;
import dev.holdfast.future.Future;
import dev.holdfast.future.Outcome;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.testing.Logged;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Issue 2, "the loop": several loops, and calls from one to another.
@Tag("threads")
@Timeout(30)
class LoopGroupTest {
    // ---- calls

    @Test
    void aCallRunsThereAndItsFutureIsTheCallers() {
        Holdfast.run(() -> {
            try (var group = LoopGroup.open("worker", 2)) {
                var there = group.call(1, () -> IOLoop.current() + " " + Task.current());
                assertThat(await(there)).isEqualTo("IOLoop[worker-1] Task[call]");
                there.onDone(_ -> {}); // or it would be an error: it belongs to this loop
                assertThat(IOLoop.current()).hasToString("IOLoop[main]");
            }
        });
    }

    @Test
    void submitGoesRound() {
        Holdfast.run(() -> {
            try (var group = LoopGroup.open("worker", 3)) {
                var loops = new ArrayList<String>();
                for (int i = 0; i < 5; i++)
                    loops.add(await(group.submit(() -> IOLoop.current().toString())));
                assertThat(loops)
                        .containsExactly(
                                "IOLoop[worker-0]",
                                "IOLoop[worker-1]",
                                "IOLoop[worker-2]",
                                "IOLoop[worker-0]",
                                "IOLoop[worker-1]");
            }
        });
    }

    @Test
    void anErrorArrivesAsItself() {
        var error = new IOException("far away");
        Holdfast.run(() -> {
            try (var group = LoopGroup.open("worker", 1)) {
                var call = group.submit(() -> {
                    throw error;
                });
                assertThatThrownBy(() -> await(call)).isSameAs(error);
            }
        });
    }

    @Test
    void aCallMayWaitThereAndBothLoopsKeepRunning() {
        int answer = Holdfast.run(() -> {
            try (var group = LoopGroup.open("worker", 1)) {
                return await(group.submit(() -> {
                    sleep(ofMillis(5));
                    return 42;
                }));
            }
        });
        assertThat(answer).isEqualTo(42);
    }

    @Test
    void loopsOfAGroupMayCallEachOther() {
        Holdfast.run(() -> {
            try (var group = LoopGroup.open("worker", 2)) {
                var call = group.call(0, () -> {
                    var inner = group.call(1, () -> "inner on " + IOLoop.current());
                    return await(inner) + ", outer on " + IOLoop.current();
                });
                assertThat(await(call)).isEqualTo("inner on IOLoop[worker-1], outer on IOLoop[worker-0]");
            }
        });
    }

    @Test
    void theyReallyRunAtTheSameTime() {
        var both = new CountDownLatch(2);
        Holdfast.run(() -> {
            try (var group = LoopGroup.open("worker", 2)) {
                List<Future<?>> calls = new ArrayList<>();
                for (int i = 0; i < 2; i++) {
                    calls.add(group.submit(() -> {
                        both.countDown();
                        both.await(); // holds its loop on the baton, so each needs its own
                    }));
                }
                for (var call : calls) await(call);
            }
        });
    }

    @Test
    void manyCallsAllArrive() {
        Holdfast.run(() -> {
            try (var group = LoopGroup.open("worker", 2)) {
                var calls = new ArrayList<Future<Integer>>();
                for (int i = 0; i < 1_000; i++) {
                    int mine = i;
                    calls.add(group.submit(() -> mine));
                }
                for (int i = 0; i < 1_000; i++) assertThat(await(calls.get(i))).isEqualTo(i);
            }
        });
    }

    // ---- cancelling

    @Test
    void aCallerThatIsCancelledLosesNothing() {
        Holdfast.run(() -> {
            try (var group = LoopGroup.open("worker", 1)) {
                var release = new CountDownLatch(1);
                var call = group.submit(() -> {
                    while (release.getCount() > 0) sleep(ofMillis(1));
                    return "kept";
                });
                var caller = spawn("caller", () -> await(call));
                sleep(ofMillis(1));
                caller.cancel("enough");
                assertThat(catchThrowable(caller::join)).isInstanceOf(CancellationException.class);
                release.countDown();
                assertThat(await(call)).isEqualTo("kept");
            }
        });
    }

    @Test
    void aFailureOfACallThatNobodyWaitsForIsLogged(Logged log) { // rule 15
        Holdfast.run(() -> {
            try (var group = LoopGroup.open("worker", 1)) {
                var call = group.submit(() -> {
                    throw new IOException("unheard");
                });
                while (!call.isDone()) sleep(ofMillis(1));
            }
        });
        log.expect("call to IOLoop[worker-0] failed and nobody looked");
    }

    // ---- the end

    @Test
    void closeCancelsWhatStillRunsAndAwaitsIt() {
        var tidy = new AtomicInteger();
        Holdfast.run(() -> {
            var group = LoopGroup.open("worker", 2);
            List<Future<?>> calls = new ArrayList<>();
            var running = new CountDownLatch(2);
            for (int i = 0; i < 2; i++) {
                calls.add(group.submit(() -> {
                    try {
                        running.countDown();
                        sleep(ofHours(1));
                    } finally {
                        tidy.incrementAndGet();
                    }
                }));
            }
            while (running.getCount() > 0) sleep(ofMillis(1));
            group.close();
            assertThat(tidy).hasValue(2);
            for (var call : calls) {
                assertThatExceptionOfType(CancellationException.class)
                        .isThrownBy(() -> await(call))
                        .withMessage("Task[call] was cancelled: the loop is closed");
            }
            group.close(); // does nothing
        });
    }

    /// **fix** Threads that nobody ends keep the process for ever, and nobody says why.
    @Test
    void oneThatNobodyClosesEndsWithTheLoopThatOpenedIt(Logged log) {
        var ended = new CountDownLatch(1);
        Holdfast.run(() -> {
            var group = LoopGroup.open("worker", 1);
            group.submit(() -> {
                try {
                    sleep(ofHours(1));
                } finally {
                    ended.countDown();
                }
            });
            await(group.submit(() -> "by now the first has begun"));
        });
        assertThat(ended.getCount()).isZero();
        log.expect("LoopGroup[worker, 1] was not closed; it ends with IOLoop[main], which opened it");
    }

    @Test
    void aCallAfterTheCloseIsRefused() {
        Holdfast.run(() -> {
            var group = LoopGroup.open("worker", 1);
            group.close();
            assertThatExceptionOfType(RejectedExecutionException.class)
                    .isThrownBy(() -> group.submit(() -> {}))
                    .withMessage("LoopGroup[worker, 1] is closed");
        });
    }

    /// **fix** A call that entered just before the close is dropped with the queue, and its caller waits for ever.
    @Test
    void everyCallIsAnsweredOrRefusedHoweverTheCloseFalls() throws Exception {
        for (int round = 0; round < 20; round++) {
            var group = LoopGroup.open("worker", 1);
            var go = new CountDownLatch(1);
            var caller = Thread.ofPlatform()
                    .start(() -> Holdfast.run(() -> {
                        var calls = new ArrayList<Future<?>>();
                        try {
                            go.countDown();
                            for (int i = 0; i < 1_000; i++) calls.add(group.submit(() -> {}));
                        } catch (RejectedExecutionException e) {
                            // as it should be
                        }
                        for (var call : calls) assertThat(outcomeOf(call)).isNotNull(); // each has an answer
                    }));
            go.await();
            group.close();
            caller.join();
        }
    }

    @Test
    void closedFromInsideItIsAnErrorInWords() {
        Holdfast.run(() -> {
            try (var group = LoopGroup.open("worker", 1)) {
                var call = group.submit(group::close);
                assertThatIllegalStateException()
                        .isThrownBy(() -> await(call))
                        .withMessage("LoopGroup[worker, 1] is closed from inside its own IOLoop[worker-0]");
            }
        });
    }

    @Test
    void aCallFromAThreadWithoutALoopIsAnErrorInWords() { // rule 8
        try (var group = LoopGroup.open("worker", 1)) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> group.submit(() -> {}))
                    .withMessageContaining("runs no loop; call Holdfast.run");
        }
    }

    @Test
    void wrongNumbersAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LoopGroup.open("worker", 0))
                .withMessage("size < 1: 0");
        try (var group = LoopGroup.open("worker", 2)) {
            assertThat(group.size()).isEqualTo(2);
            assertThat(group).hasToString("LoopGroup[worker, 2]");
            assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> group.call(2, () -> {}));
        }
    }

    private static Outcome<?> outcomeOf(Future<?> call) {
        while (!call.isDone()) sleep(ofMillis(1));
        return call.outcome();
    }
}
