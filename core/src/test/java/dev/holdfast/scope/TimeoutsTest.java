package dev.holdfast.scope;

import static dev.holdfast.task.Coroutine.await;
import static dev.holdfast.task.Coroutine.awaitCancelled;
import static dev.holdfast.task.Coroutine.shielded;
import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static dev.holdfast.task.Coroutine.yieldNow;
import static java.time.Duration.ZERO;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.holdfast.cancel.Cancelled;
import dev.holdfast.cancel.TooSlow;
import dev.holdfast.future.Future;
import dev.holdfast.future.Promise;
import dev.holdfast.task.Task;
import dev.holdfast.testing.Sim;
import dev.holdfast.testing.Trail;
import java.io.IOException;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

final class TimeoutsTest {
    private final Trail trail = new Trail();

    private static void swallow(long seconds) {
        try {
            sleep(ofSeconds(seconds));
        } catch (Cancelled _) {
            Thread.onSpinWait(); // goes on all the same
        }
    }

    // ---- rule 27

    @Test
    void aLimitAroundABodyCancelsTheBody() { // rule 27
        Sim.run(() -> {
            var thrown = catchThrowable(() -> Timeouts.failAfter(ofSeconds(3), () -> {
                try {
                    sleep(ofHours(1));
                } catch (Cancelled e) {
                    trail.mark(e.getMessage());
                    throw e;
                }
            }));
            assertThat(thrown).isInstanceOf(TooSlow.class).hasMessage("limit of Task[test]: not within 3 s");
            assertThat(((TooSlow) thrown).limit()).isEqualTo(ofSeconds(3));
            assertThat(thrown.getSuppressed()).isEmpty();
            assertThat(Sim.elapsed()).isEqualTo(ofSeconds(3));
        });
        trail.expect("limit of Task[test], 3 s cancelled: limit of 3 s");
    }

    @Test
    void aBodyWithinItsLimitReturnsItsValueOrThrowsItsVeryError() { // rule 27
        Sim.run(() -> {
            assertThat(Timeouts.<Integer, RuntimeException>failAfter(ofSeconds(3), () -> {
                        sleep(ofSeconds(2));
                        return 42;
                    }))
                    .isEqualTo(42);
            var error = new IOException("own");
            assertThat(catchThrowable(() -> Timeouts.failAfter(ofSeconds(3), () -> {
                        throw error;
                    })))
                    .isSameAs(error);
            sleep(ofHours(1)); // no limit is left behind
        });
    }

    @Test
    void moveOnAfterSaysWhetherTheBodyCompleted() { // rule 27
        Sim.run(() -> {
            assertThat(Timeouts.moveOnAfter(ofSeconds(3), () -> sleep(ofSeconds(2))))
                    .isTrue();
            assertThat(Timeouts.moveOnAfter(ofSeconds(3), () -> sleep(ofSeconds(4))))
                    .isFalse();
            assertThat(Sim.elapsed()).isEqualTo(ofSeconds(5));
            var error = new IOException("own");
            assertThat(catchThrowable(() -> Timeouts.moveOnAfter(ofSeconds(3), () -> {
                        throw error;
                    })))
                    .isSameAs(error);
        });
    }

    @Test
    void aLimitOnWaitingForAFutureDoesNotCancelIt() { // rule 27
        Sim.run(() -> {
            var promise = new Promise<String>();
            assertThat(catchThrowable(() -> await(promise, ofSeconds(3))))
                    .isInstanceOf(TooSlow.class)
                    .hasMessage("Promise: not within 3 s");
            assertThat(promise.isDone()).isFalse();
            assertThat(promise.isAwaited()).isFalse();
            assertThat(catchThrowable(() -> Timeouts.failAfter(ofSeconds(3), () -> await(promise))))
                    .isInstanceOf(TooSlow.class);
            assertThat(promise.isDone()).isFalse();
            assertThat(promise.isAwaited()).isFalse();
        });
    }

    @Test
    void aTaskAwaitedWithALimitRunsOn() { // rule 27
        Sim.run(() -> {
            var task = spawn("task", () -> sleep(ofSeconds(5)));
            assertThat(catchThrowable(() -> await(task.future(), ofSeconds(3))))
                    .hasMessage("Task[task]: not within 3 s");
            task.join();
            assertThat(Sim.elapsed()).isEqualTo(ofSeconds(5));
        });
    }

    @Test
    void aCancelledInnerEndsTheOuter() { // rule 27, fix: with_timeout of a cancelled future never ends
        Sim.run(() -> {
            var promise = new Promise<String>();
            var task = spawn("task", () -> awaitCancelled());
            spawn("canceller", () -> {
                sleep(ofSeconds(1));
                promise.cancel();
                task.cancel("stop");
            });
            assertThat(catchThrowable(() -> await(promise, ofHours(1)))).isInstanceOf(CancellationException.class);
            assertThat(catchThrowable(() -> Timeouts.failAfter(ofHours(1), () -> task.join())))
                    .isInstanceOf(CancellationException.class)
                    .hasMessage("Task[task] was cancelled: stop");
            assertThat(Sim.elapsed()).isEqualTo(ofSeconds(1));
        });
    }

    // ---- rule 4

    @Test
    void aLimitOfZeroFailsAtOnceIfTheThingMustBeWaitedFor() { // rule 4
        Sim.run(() -> {
            assertThat(catchThrowable(() -> await(new Promise<String>(), ZERO)))
                    .isInstanceOf(TooSlow.class)
                    .hasMessage("Promise: not within 0 ns");
            assertThat(catchThrowable(() -> await(new Promise<String>(), ofSeconds(-1))))
                    .hasMessage("Promise: not within -1 s");
            assertThat(catchThrowable(() -> Timeouts.failAfter(ZERO, () -> await(new Promise<String>()))))
                    .hasMessage("limit of Task[test]: not within 0 ns");
            assertThat(Timeouts.moveOnAfter(ofSeconds(-1), () -> sleep(ofSeconds(1))))
                    .isFalse();
            assertThat(Sim.elapsed()).isEqualTo(ZERO);
        });
    }

    @Test
    void aThingAlreadyThereWinsOverALimitOfZero() { // rule 4, fix: a deadline looked at first loses what is there
        Sim.run(() -> {
            assertThat(await(Future.of("there"), ZERO)).isEqualTo("there");
            assertThat(Timeouts.<String, RuntimeException>failAfter(ZERO, () -> await(Future.of("there"))))
                    .isEqualTo("there");
            assertThat(Timeouts.moveOnAfter(ZERO, () -> await(Future.of("there"))))
                    .isTrue();
        });
    }

    @Test
    void aResultAndALimitInTheSameMomentGoByWhoWasMadeFirst() { // rules 2, 4
        Sim.run(() -> {
            var early = spawn("early", () -> sleep(ofSeconds(3)));
            yieldNow();
            await(early.future(), ofSeconds(3).plusNanos(1));
            assertThat(catchThrowable(() -> Timeouts.failAfter(ofSeconds(3), () -> sleep(ofSeconds(3)))))
                    .isInstanceOf(TooSlow.class); // the limit's clock was started first
        });
    }

    // ---- rule 49

    @Test
    void ofNestedLimitsTheOuterWinsAndIsNamed() { // rule 49
        Sim.run(() -> {
            var inner = new Throwable[1];
            var thrown = catchThrowable(() -> Timeouts.failAfter(ofSeconds(3), () -> {
                inner[0] = catchThrowable(() -> Timeouts.failAfter(ofSeconds(5), () -> sleep(ofHours(1))));
                throw inner[0];
            }));
            assertThat(thrown).hasMessage("limit of Task[test]: not within 3 s");
            assertThat(inner[0]).isInstanceOf(Cancelled.class);
            assertThat(Sim.elapsed()).isEqualTo(ofSeconds(3));
        });
    }

    @Test
    void theInnerLimitIsNamedWhenItIsTheOneThatPassed() { // rule 49
        Sim.run(() -> Timeouts.failAfter(ofSeconds(5), () -> {
            assertThat(catchThrowable(() -> Timeouts.failAfter(ofSeconds(3), () -> sleep(ofHours(1)))))
                    .hasMessage("limit of Task[test]: not within 3 s");
            sleep(ofSeconds(1)); // within the outer one
        }));
    }

    @Test
    void ofTwoLimitsInTheSameMomentTheOuterWins() { // rule 49
        Sim.run(() -> assertThat(catchThrowable(() -> Timeouts.failAfter(
                        ofSeconds(3), () -> Timeouts.moveOnAfter(ofSeconds(3), () -> sleep(ofHours(1))))))
                .hasMessage("limit of Task[test]: not within 3 s"));
    }

    @Test
    void theOuterWinsOverAnInnerOneThatIsAlreadyOnItsWayOut() { // rule 49
        Sim.run(() -> {
            for (boolean swallows : new boolean[] {false, true}) {
                var start = Sim.elapsed();
                var inner = new Throwable[2];
                var thrown = catchThrowable(() -> Timeouts.failAfter(ofSeconds(4), () -> {
                    inner[0] = catchThrowable(() -> Timeouts.failAfter(ofSeconds(3), () -> linger(swallows)));
                    throw inner[0];
                }));
                assertThat(inner[0]).isInstanceOf(Cancelled.class).hasMessageContaining("limit of 4 s");
                assertThat(thrown).hasMessage("limit of Task[test]: not within 4 s");
                assertThat(Sim.elapsed()).isEqualTo(start.plusSeconds(5));
                thrown = catchThrowable(() -> Timeouts.failAfter(ofSeconds(4), () -> {
                    inner[1] = catchThrowable(() -> Timeouts.moveOnAfter(ofSeconds(3), () -> linger(swallows)));
                    throw inner[1];
                }));
                assertThat(inner[1]).isInstanceOf(Cancelled.class).hasMessageContaining("limit of 4 s");
                assertThat(thrown).hasMessage("limit of Task[test]: not within 4 s");
            }
        });
    }

    private static void linger(boolean swallows) {
        try {
            sleep(ofHours(1));
        } catch (Cancelled e) {
            shielded(ofHours(1), () -> sleep(ofSeconds(2)));
            if (!swallows) throw e;
        }
    }

    @Test
    void aCancellationFromOutsideIsNoLimit() { // rule 49
        Sim.run(() -> {
            var task = spawn("task", () -> Timeouts.failAfter(ofHours(1), () -> awaitCancelled()));
            yieldNow();
            task.cancel("stop");
            assertThat(catchThrowable(task::join))
                    .isInstanceOf(CancellationException.class)
                    .hasMessage("Task[task] was cancelled: stop");
        });
    }

    // ---- whose the result is

    @Test
    void theLimitWinsOverABodyThatSwallowsIt() { // rule 9, fix: the value of a body that was cut short counts
        Sim.run(() -> {
            assertThat(catchThrowable(() -> Timeouts.failAfter(ofSeconds(3), () -> swallow(5))))
                    .isInstanceOf(TooSlow.class);
            assertThat(Timeouts.moveOnAfter(ofSeconds(3), () -> swallow(5))).isFalse();
        });
    }

    @Test
    void aBodyThatNeverWaitedAfterTheLimitKeepsItsResult() { // rule 4
        Sim.run(() -> {
            assertThat(Timeouts.<String, RuntimeException>failAfter(ofSeconds(1), () -> {
                        shielded(ofHours(1), () -> sleep(ofSeconds(2)));
                        return "done";
                    }))
                    .isEqualTo("done");
            assertThat(Timeouts.moveOnAfter(ofSeconds(1), () -> shielded(ofHours(1), () -> sleep(ofSeconds(2)))))
                    .isTrue();
        });
    }

    @Test
    void whatABodyThrowsOnItsWayOutIsSuppressedInTooSlow() { // rule 47
        Sim.run(() -> {
            var error = new IOException("on the way out");
            var thrown = catchThrowable(() -> Timeouts.failAfter(ofMillis(10), () -> {
                try {
                    awaitCancelled();
                } catch (Cancelled _) {
                    throw error;
                }
            }));
            assertThat(thrown).isInstanceOf(TooSlow.class);
            assertThat(thrown.getSuppressed()).containsExactly(error);
        });
    }

    @Test
    void theErrorOfABodyThatWasCutShortLeavesMoveOnAfter() { // rule 47
        Sim.run(() -> {
            var error = new IOException("on the way out");
            assertThat(catchThrowable(() -> Timeouts.moveOnAfter(ofMillis(10), () -> {
                        try {
                            awaitCancelled();
                        } catch (Cancelled _) {
                            throw error;
                        }
                    })))
                    .isSameAs(error);
        });
    }

    @Test
    void aLimitInACancelledTaskRunsNothing() { // rule 21
        Sim.run(() -> {
            var task = spawn("task", () -> {
                Task.current().cancel("stop");
                Timeouts.failAfter(ofHours(1), () -> trail.mark("body"));
            });
            assertThat(catchThrowable(task::join)).hasMessage("Task[task] was cancelled: stop");
        });
        trail.expect();
    }
}
