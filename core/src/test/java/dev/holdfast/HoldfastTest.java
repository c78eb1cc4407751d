package dev.holdfast;

import static dev.holdfast.task.Coroutine.await;
import static dev.holdfast.task.Coroutine.shielded;
import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.holdfast.cancel.Cancelled;
import dev.holdfast.cancel.TooSlow;
import dev.holdfast.future.Promise;
import dev.holdfast.lifetime.Deadlock;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.task.Task;
import dev.holdfast.testing.Logged;
import dev.holdfast.testing.Trail;
import java.io.IOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Rules 8 and 9: the way in. The clock is the real one, so nothing here waits for more than a moment.
class HoldfastTest {
    // ---- values and errors

    @Test
    void itReturnsTheValueOfMain() { // rule 9
        int answer = Holdfast.run(() -> {
            sleep(ofMillis(1));
            return 42;
        });
        assertThat(answer).isEqualTo(42);
    }

    @Test
    void itThrowsTheVeryErrorOfMain() { // rule 9
        var error = new IOException("disk full");
        try {
            Holdfast.run(() -> {
                sleep(ofMillis(1));
                throw error;
            });
        } catch (IOException e) { // checked, and caught as itself
            assertThat(e).isSameAs(error);
            return;
        }
        throw new AssertionError("nothing was thrown");
    }

    @Test
    void aMainThatIsCancelledEndsTheRunWithThat() { // rule 9
        assertThatExceptionOfType(CancellationException.class)
                .isThrownBy(() -> Holdfast.run(() -> {
                    Task.current().cancel("enough");
                    sleep(ofHours(1));
                }))
                .withMessage("Task[main] was cancelled: enough");
    }

    @Test
    void anErrorOfTheMachineInACallbackLeavesTheRun() { // rule 7
        var trail = new Trail();
        assertThatThrownBy(() -> Holdfast.run(() -> {
                    IOLoop.current().execute(() -> {
                        throw new InternalError("machine");
                    });
                    try {
                        sleep(ofHours(1));
                    } finally {
                        trail.mark("tidy");
                    }
                }))
                .isInstanceOf(InternalError.class)
                .hasMessage("machine");
        trail.expect("tidy");
    }

    // ---- the end

    @Test
    void whenMainEndsTheOthersAreCancelledAndAwaited() { // rule 9
        var trail = new Trail();
        Holdfast.run(() -> {
            spawn("other", () -> {
                try {
                    sleep(ofHours(1));
                } finally {
                    shielded(ofSeconds(5), () -> sleep(ofMillis(5)));
                    trail.mark("other");
                }
            });
            sleep(ofMillis(1));
            trail.mark("main");
        });
        trail.expect("main", "other");
    }

    @Test
    void whenMainFailsTheOthersEndTooBeforeItIsThrown() { // rule 9
        var trail = new Trail();
        assertThatThrownBy(() -> Holdfast.run(() -> {
                    spawn("other", () -> {
                        try {
                            sleep(ofHours(1));
                        } finally {
                            trail.mark("other");
                        }
                    });
                    sleep(ofMillis(1));
                    throw new IOException("main");
                }))
                .isInstanceOf(IOException.class);
        trail.expect("other");
    }

    @Test
    void stopWithoutAResultIsAnErrorThatSaysSo() { // rule 9
        var trail = new Trail();
        assertThatIllegalStateException()
                .isThrownBy(() -> Holdfast.run(() -> {
                    IOLoop.current().stop();
                    try {
                        sleep(ofHours(1));
                    } finally {
                        trail.mark("tidy");
                    }
                }))
                .withMessage("IOLoop[main] was stopped before Task[main] had a result");
        trail.expect("tidy");
    }

    @Test
    void stopWhileTheOthersLeaveDoesNotCutThemShort() { // rule 9
        var trail = new Trail();
        Holdfast.run(() -> {
            spawn("other", () -> {
                try {
                    sleep(ofHours(1));
                } finally {
                    IOLoop.current().stop();
                    shielded(ofSeconds(5), () -> sleep(ofMillis(1)));
                    trail.mark("other");
                }
            });
            sleep(ofMillis(1));
        });
        trail.expect("other");
    }

    @Test
    void aResultInTheTurnOfAStopStands() { // rules 5, 9: stop lets the turn finish
        assertThat(Holdfast.<Integer, RuntimeException>run(() -> {
                    IOLoop.current().stop();
                    return 1;
                }))
                .isEqualTo(1);
    }

    @Test
    void whenNothingCanHappenAnyMoreMainIsToldSo(Logged log) { // design.md: quiescence ends a run
        assertThatExceptionOfType(Deadlock.class)
                .isThrownBy(() -> Holdfast.run(() -> await(new Promise<>("answer"))))
                .withMessageMatching(
                        "(?s)nothing can wake Task\\[main] any more .*\\n  Task\\[main] waiting .* s on answer,.*");
        assertThat(log.take()).hasSize(1);
    }

    // ---- limits

    @Test
    void aLimitCutsMainShortAndItsFinallyBlocksRun() { // rule 9
        var trail = new Trail();
        assertThatExceptionOfType(TooSlow.class)
                .isThrownBy(() -> Holdfast.run(ofMillis(5), () -> {
                    try {
                        sleep(ofHours(1));
                    } finally {
                        trail.mark("tidy");
                    }
                }))
                .withMessage("limit of Task[main]: not within 5 ms");
        trail.expect("tidy");
    }

    /// **fix** A timeout that only cancels the main task is forgotten when main swallows it: the run then returns.
    @Test
    void theLimitWinsOverAMainThatSwallowsTheCancellation() { // rule 9
        assertThatExceptionOfType(TooSlow.class)
                .isThrownBy(() -> Holdfast.run(ofMillis(5), () -> {
                    try {
                        sleep(ofHours(1));
                    } catch (Cancelled e) {
                        return "swallowed";
                    }
                    return "slept";
                }));
    }

    @Test
    @Tag("long")
    void theLimitWinsOverAMainThatNeverEnds(Logged log) { // rule 9
        assertThatExceptionOfType(TooSlow.class)
                .isThrownBy(() -> Holdfast.run(ofMillis(5), () -> {
                    while (true) {
                        try {
                            sleep(ofHours(1));
                        } catch (Cancelled e) {
                            // and on it goes
                        }
                    }
                }));
        assertThat(log.take())
                .singleElement()
                .satisfies(line -> assertThat(line.getMessage())
                        .startsWith("Task[main]")
                        .contains("refuses to end although IOLoop[main] is closed"));
    }

    @Test
    void whoIsDoneWithinTheLimitReturnsItsValue() { // rule 9
        assertThat(Holdfast.<String, RuntimeException>run(ofHours(1), () -> "early"))
                .isEqualTo("early");
    }

    @Test
    void anErrorBeforeTheLimitIsThrownAsItself() { // rule 9
        assertThatThrownBy(() -> Holdfast.run(ofHours(1), () -> {
                    throw new IOException("early");
                }))
                .isInstanceOf(IOException.class);
    }

    // ---- threads

    @Test
    void insideACoroutineItIsAnErrorInWords() { // rule 8
        Holdfast.run(() -> assertThatIllegalStateException()
                .isThrownBy(() -> Holdfast.run(() -> {}))
                .withMessage("Holdfast.run inside IOLoop[main]; start a task with spawn"));
    }

    @Test
    void insideACallbackItIsAnErrorInWords() { // rule 8
        Holdfast.run(() -> {
            var error = new Promise<@Nullable Throwable>();
            IOLoop.current().execute(() -> error.complete(catchThrowable(() -> Holdfast.run(() -> {}))));
            assertThat(await(error)).hasMessage("Holdfast.run inside IOLoop[main]; start a task with spawn");
        });
    }

    @Test
    void onAPlatformThreadItRunsThere() { // rule 8
        var here = Thread.currentThread().getName();
        assertThat(carryingThread()).isEqualTo("Thread[" + here + "]");
    }

    @Test
    @Tag("threads")
    void onAForkJoinWorkerItRunsThere() { // rule 8
        try (var pool = new ForkJoinPool(1)) {
            pool.submit(() -> {
                        var here = Thread.currentThread().getName();
                        assertThat(carryingThread()).isEqualTo("Thread[" + here + "]");
                    })
                    .join();
        }
    }

    @Test
    @Tag("threads")
    void onAForeignVirtualThreadItMovesToAPlatformThread() throws Exception { // rule 8
        var answer = new CompletableFuture<String>();
        Thread.ofVirtual()
                .name("foreign")
                .start(() -> answer.complete(Holdfast.run(() -> {
                    sleep(ofMillis(1));
                    return "done on " + IOLoop.current();
                })));
        assertThat(answer.get()).isEqualTo("done on IOLoop[main]");
    }

    @Test
    @Tag("threads")
    void errorsCrossFromThatPlatformThread() throws Exception { // rules 8, 9
        var error = new IOException("far away");
        var answer = new CompletableFuture<Throwable>();
        Thread.ofVirtual()
                .start(() -> answer.complete(catchThrowable(() -> Holdfast.run(() -> {
                    throw error;
                }))));
        assertThat(answer.get()).isSameAs(error);
    }

    @Test
    void oneThreadMayRunSeveralOneAfterTheOther() { // rule 8
        for (int i = 0; i < 3; i++) {
            int mine = i;
            int answer = Holdfast.run(() -> mine);
            assertThat(answer).isEqualTo(i);
            assertThat(IOLoop.currentOrNull()).isNull();
        }
    }

    @Test
    @Tag("threads")
    void twoThreadsMayRunOneEach() throws Exception { // rule 8
        var both = new CountDownLatch(2);
        var other = new CompletableFuture<String>();
        Thread.ofPlatform().start(() -> other.complete(meet(both)));
        assertThat(meet(both)).isEqualTo("met");
        assertThat(other.get()).isEqualTo("met");
    }

    private static String meet(CountDownLatch both) {
        return Holdfast.run(() -> {
            both.countDown();
            while (both.getCount() > 0) sleep(ofMillis(1));
            return "met";
        });
    }

    @Test
    void anInterruptOfTheThreadIsStillThereAfterwards() { // rule 9
        Thread.currentThread().interrupt();
        try {
            Holdfast.run(() -> sleep(ofMillis(5)));
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    /// Asks the loop on which thread it runs: the error of a second run says so.
    private static String carryingThread() {
        return Holdfast.run(() -> {
            var message = catchThrowable(() -> IOLoop.current().run()).getMessage();
            return message.substring("IOLoop[main] runs already, on ".length());
        });
    }
}
