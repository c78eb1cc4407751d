package dev.holdfast.future;

import static dev.holdfast.task.Coroutine.await;
import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static dev.holdfast.task.Coroutine.yieldNow;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.loop.IOLoop;
import dev.holdfast.testing.Logged;
import dev.holdfast.testing.Sim;
import dev.holdfast.testing.Trail;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class FutureTest {
    private final Trail trail = new Trail();

    // ---- rule 13

    @Test
    void aSecondSettlementIsFalseAndChangesNothing() { // rule 13
        Sim.run(() -> {
            var promise = new Promise<String>();
            assertThat(promise.complete("first")).isTrue();
            assertThat(promise.complete("second")).isFalse();
            assertThat(promise.fail(new IOException("third"))).isFalse();
            assertThat(promise.cancel()).isFalse();
            assertThat(await(promise)).isEqualTo("first");
        });
    }

    @Test
    void aSecondFailureIsFalseAndTheFirstStands() { // rule 13
        Sim.run(() -> {
            var promise = new Promise<String>();
            assertThat(promise.fail(new IOException("first"))).isTrue();
            assertThat(promise.fail(new IOException("second"))).isFalse();
            assertThat(promise.complete("third")).isFalse();
            assertThatThrownBy(() -> await(promise))
                    .isInstanceOf(IOException.class)
                    .hasMessage("first");
        });
    }

    @Test
    void whoHandsOverAnOutcomeIsToldTheSame() { // rule 13
        Sim.run(() -> {
            var promise = new Promise<String>();
            assertThat(promise.settle(new Outcome.Value<>("first"))).isTrue();
            assertThat(promise.settle(new Outcome.Value<>("second"))).isFalse();
            assertThat(await(promise)).isEqualTo("first");
        });
    }

    @Test
    void aValueAfterACancellationIsDropped() { // rule 13
        Sim.run(() -> {
            var promise = new Promise<String>();
            assertThat(promise.cancel()).isTrue();
            assertThat(promise.complete("late")).isFalse();
            assertThat(promise.isCancelled()).isTrue();
            assertThatThrownBy(() -> await(promise))
                    .isInstanceOf(CancellationException.class)
                    .hasMessage("Promise was cancelled");
        });
    }

    @Test
    void anErrorAfterACancellationIsLoggedOnce(Logged log) { // rule 13
        var late = new IOException("late");
        Sim.run(() -> {
            var promise = new Promise<String>();
            promise.cancel();
            assertThat(promise.fail(late)).isFalse();
            assertThat(log.take()).singleElement().satisfies(line -> {
                assertThat(line.getMessage()).isEqualTo("Promise was cancelled, and failed afterwards");
                assertThat(line.getThrown()).isSameAs(late);
            });
        });
    }

    @Test
    void aCancellationAfterACancellationIsSilent() { // rule 13
        Sim.run(() -> {
            var promise = new Promise<String>();
            promise.cancel();
            assertThat(promise.cancel()).isFalse();
            assertThat(promise.fail(new CancellationException("too"))).isFalse();
        });
    }

    @Test
    void anErrorAfterAValueIsNotLogged() { // rule 13: only a cancellation hides what came of the work
        Sim.run(() -> {
            var promise = new Promise<String>();
            promise.complete("value");
            assertThat(promise.fail(new IOException("late"))).isFalse();
        });
    }

    // ---- rule 14

    @Test
    void listenersNeverRunInsideTheCallThatSettles() { // rule 14
        Sim.run(() -> {
            var promise = new Promise<String>();
            promise.onDone(outcome -> trail.mark("listener " + outcome.get()));
            promise.complete("x");
            trail.mark("completed");
            yieldNow();
            trail.expect("completed", "listener x");
        });
    }

    @Test
    void aListenerAddedLateDoesNotRunInsideTheCallThatAddsIt() { // rule 14
        Sim.run(() -> {
            Future.of("x").onDone(outcome -> trail.mark("listener " + outcome.get()));
            trail.mark("added");
            yieldNow();
            trail.expect("added", "listener x");
        });
    }

    @Test
    void listenersRunInTheOrderInWhichTheyWereAddedAlsoLate() { // rule 14
        Sim.run(() -> {
            var promise = new Promise<String>();
            promise.onDone(_ -> trail.mark("first"));
            promise.onDone(_ -> trail.mark("second"));
            promise.complete("x");
            promise.onDone(_ -> trail.mark("late"));
            yieldNow();
            trail.expect("first", "second", "late");
        });
    }

    @Test
    void aListenerAddedByAListenerRunsInTheTurnAfter() { // rules 14 and 1
        Sim.run(() -> {
            var promise = new Promise<String>();
            promise.onDone(_ -> {
                promise.onDone(_ -> trail.mark("inner"));
                trail.mark("outer");
            });
            promise.complete("x");
            IOLoop.current().execute(() -> trail.mark("callback"));
            yieldNow();
            trail.expect("outer", "callback");
            yieldNow();
            trail.expect("inner");
        });
    }

    @Test
    void aListenerThatThrowsIsLoggedAndTheOthersRun(Logged log) { // rule 14
        Sim.run(() -> {
            var promise = new Promise<String>();
            promise.onDone(_ -> {
                throw new IllegalArgumentException("oops");
            });
            promise.onDone(_ -> trail.mark("second"));
            promise.complete("x");
            yieldNow();
            trail.expect("second");
            log.expect("a callback of IOLoop[sim] failed: listener of Promise");
        });
    }

    @Test
    void aListenerIsRefusedWhereThereIsNoLoop() {
        assertThatThrownBy(() -> new Promise<String>().onDone(_ -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("no loop to call a listener of Promise");
    }

    // ---- rules 16 and 17

    @Test
    void aTaskGoesOnLaterThanTheCallThatWokeItReturns() { // rule 16
        Sim.run(() -> {
            var promise = new Promise<String>();
            var waiter = spawn("waiter", () -> trail.mark("woken by " + await(promise)));
            yieldNow();
            promise.complete("x");
            trail.mark("completed");
            waiter.join();
            trail.expect("completed", "woken by x");
        });
    }

    @Test
    void waitersGoOnInTheOrderInWhichTheyCame() { // rule 16
        Sim.run(() -> {
            var promise = new Promise<String>();
            for (var name : new String[] {"a", "b", "c"}) {
                spawn(name, () -> trail.mark(name + await(promise)));
            }
            yieldNow();
            promise.complete("!");
            yieldNow();
            trail.expect("a!", "b!", "c!");
        });
    }

    @Test
    void awaitingADoneFutureDoesNotGiveUpTheLoop() { // rule 17
        assertThat(interleaved(() -> await(Future.of("")), () -> await(Future.of(""))))
                .isEqualTo("aaaaabbbbb");
    }

    @Test
    void yieldNowGivesUpTheLoopForOneTurn() { // rule 17
        assertThat(interleaved(() -> yieldNow(), () -> yieldNow())).isEqualTo("ababababab");
    }

    @Test
    void sleepingZeroGivesUpTheLoopForOneTurn() { // rule 17
        assertThat(interleaved(() -> sleep(Duration.ZERO), () -> sleep(ofSeconds(-1))))
                .isEqualTo("ababababab");
    }

    @Test
    void whoYieldsLetsPassWhoNeedNotWait() { // rule 17
        assertThat(interleaved(() -> yieldNow(), () -> await(Future.of("")))).isEqualTo("abbbbbaaaa");
    }

    private static String interleaved(Runnable pauseOfA, Runnable pauseOfB) {
        return Sim.run(() -> {
            var marks = new StringBuilder();
            var a = spawn("a", () -> fiveTimes(marks, 'a', pauseOfA));
            var b = spawn("b", () -> fiveTimes(marks, 'b', pauseOfB));
            a.join();
            b.join();
            return marks.toString();
        });
    }

    private static void fiveTimes(StringBuilder marks, char mark, Runnable pause) {
        for (int i = 0; i < 5; i++) {
            marks.append(mark);
            pause.run();
        }
    }

    // ---- rule 18

    @Test
    void whatWasMadeDoneBelongsToNobody() { // rule 18
        var value = Future.of("x");
        var failure = Future.failed(new IOException("y"));
        for (int i = 0; i < 2; i++) {
            try (var other = IOLoop.open("other")) {
                other.execute(() -> value.onDone(_ -> trail.mark("other's listener")));
                other.run();
                Sim.run(
                        () -> { // while the other is open
                            value.onDone(_ -> trail.mark("listener"));
                            assertThat(await(value)).isEqualTo("x");
                            assertThatThrownBy(() -> await(failure)).hasMessage("y");
                            yieldNow();
                        });
                other.execute(() -> assertThat(value.outcome().get()).isEqualTo("x"));
                other.run();
            }
        }
        trail.expect("other's listener", "listener", "other's listener", "listener");
    }

    @Test
    void aPromiseBelongsToNobodyBeforeItIsTouched() { // rule 18
        var promise = new Promise<String>();
        assertThat(promise.isDone()).isFalse();
        onLoop("a", () -> assertThat(promise.isDone()).isFalse());
        onLoop("b", () -> assertThat(promise.complete("x")).isTrue());
        assertThat(promise.outcome().get()).isEqualTo("x");
    }

    @Test
    void aPromiseOfAnotherLoopIsAnErrorInWords() { // rule 18
        var promise = new Promise<String>();
        try (var home = IOLoop.open("home")) {
            home.execute(() -> promise.onDone(_ -> {}));
            home.run();
            for (Supplier<?> touch : touches(promise)) {
                onLoop(
                        "away",
                        () -> assertThatThrownBy(touch::get)
                                .isInstanceOf(IllegalStateException.class)
                                .hasMessageContaining("Promise")
                                .hasMessageContaining("IOLoop[home]")
                                .hasMessageContaining(Thread.currentThread().getName())
                                .hasMessageContaining("open an External on the loop and hand it to this thread"));
            }
        }
    }

    @Test
    void aPromiseThatIsDoneIsStillAnErrorOnAnotherLoop() { // rule 18: else it would be one of timing
        var promise = new Promise<String>();
        try (var home = IOLoop.open("home")) {
            home.execute(() -> promise.complete("x"));
            home.run();
            for (Supplier<?> touch : touches(promise)) {
                onLoop(
                        "away",
                        () -> assertThatThrownBy(touch::get)
                                .isInstanceOf(IllegalStateException.class)
                                .hasMessageContaining("IOLoop[home]"));
            }
        }
    }

    private static java.util.List<Supplier<?>> touches(Promise<String> promise) {
        return java.util.List.of(
                promise::isDone,
                promise::isCancelled,
                promise::outcome,
                promise::cancel,
                promise::toCompletionStage,
                () -> promise.complete("y"),
                () -> promise.fail(new IOException("y")),
                () -> Futures.all(promise),
                () -> {
                    promise.onDone(_ -> {});
                    return null;
                });
    }

    @Test
    @Tag("threads")
    void aPromiseOfARunningLoopIsAnErrorOnAThreadWithoutLoop() { // rule 18
        var promise = new Promise<String>();
        var wrong = new Throwable[1];
        Sim.run(() -> {
            promise.onDone(_ -> {});
            var door = IOLoop.current().external("door");
            var thread = Thread.ofPlatform().name("stranger").start(() -> {
                try (door) {
                    promise.complete("x");
                } catch (IllegalStateException e) {
                    wrong[0] = e;
                }
            });
            while (thread.isAlive()) sleep(ofMillis(1));
        });
        assertThat(wrong[0]).hasMessageContainingAll("Thread[stranger] touched Promise of IOLoop[sim]", "External");
    }

    @Test
    void aPromiseIsFreeAgainWhenItsLoopIsClosed() { // rule 18
        var promise = new Promise<String>();
        Sim.run(() -> promise.onDone(_ -> trail.mark("never")));
        Sim.run(() -> {
            assertThat(promise.complete("x")).isTrue();
            promise.onDone(outcome -> trail.mark(outcome.get()));
            yieldNow();
        });
        trail.expect("x");
    }

    private static void onLoop(String name, Runnable body) {
        var wrong = new Throwable[1];
        try (var loop = IOLoop.open(name)) {
            loop.execute(() -> {
                try {
                    body.run();
                } catch (Throwable e) {
                    wrong[0] = e;
                }
            });
            loop.run();
        }
        if (wrong[0] != null) throw new AssertionError(wrong[0]);
    }

    // ---- asking

    @Test
    void theOutcomeOfAPendingFutureIsAnErrorInWords() {
        assertThatThrownBy(() -> new Promise<String>().outcome())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("not done: Promise");
    }

    @Test
    void anOutcomeIsAValueOrTheVeryError() {
        Sim.run(() -> {
            var promise = new Promise<String>();
            var error = new IOException("x");
            promise.fail(error);
            assertThat(promise.isDone()).isTrue();
            assertThat(promise.isCancelled()).isFalse();
            assertThat(promise.outcome()).isEqualTo(new Outcome.Failure<>(error));
            assertThatThrownBy(() -> promise.outcome().get()).isSameAs(error);
            assertThat(Future.of(null).outcome()).isEqualTo(new Outcome.Value<>(null));
        });
    }

    @Test
    void aFailureNeedsAnError() {
        assertThatThrownBy(() -> new Promise<String>().fail(null)).hasMessage("error");
        assertThatThrownBy(() -> Future.failed(null)).hasMessage("error");
    }

    @Test
    void whoGaveUpWaitingIsForgotten() { // rule 27
        Sim.run(() -> {
            var promise = new Promise<String>();
            assertThatThrownBy(() -> await(promise, ofSeconds(1))).hasMessage("Promise: not within 1 s");
            assertThat(promise.isAwaited()).isFalse();
            assertThat(promise.isDone()).isFalse();
            promise.complete("still");
            assertThat(await(promise, Duration.ZERO))
                    .isEqualTo("still"); // rule 4: what is there wins over a zero limit
        });
    }

    @Test
    void awaitingAPromiseOfAnotherLoopLeavesTheTaskWell() { // rule 18
        var promise = new Promise<String>();
        try (var home = IOLoop.open("home")) {
            home.execute(() -> promise.onDone(_ -> {}));
            home.run();
            Sim.run(() -> {
                assertThatThrownBy(() -> await(promise)).hasMessageContaining("IOLoop[home]");
                assertThatThrownBy(() -> await(promise, ofSeconds(1))).hasMessageContaining("IOLoop[home]");
                sleep(ofSeconds(1));
            });
        }
    }
}
