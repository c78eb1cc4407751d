package dev.holdfast.task;

import static dev.holdfast.task.Coroutine.await;
import static dev.holdfast.task.Coroutine.awaitCancelled;
import static dev.holdfast.task.Coroutine.shielded;
import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static dev.holdfast.task.Coroutine.yieldNow;
import static java.time.Duration.ZERO;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.holdfast.cancel.Cancelled;
import dev.holdfast.cancel.TooSlow;
import dev.holdfast.future.Future;
import dev.holdfast.future.Promise;
import dev.holdfast.testing.Sim;
import dev.holdfast.testing.Trail;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

/// Rule 21: cancelling is sticky.
final class CancellationTest {
    private final Trail trail = new Trail();

    /// Runs `body` in a task that is cancelled by itself, and returns how the task ended.
    private static Throwable inCancelledTask(Action<?> body) {
        var task = spawn("task", () -> {
            Task.current().cancel("stop");
            body.run();
        });
        return catchThrowable(task::join);
    }

    @Test
    void everyWaitThrowsUntilTheScopeEnds() { // rule 21
        Sim.run(() -> inCancelledTask(() -> {
            for (int i = 0; i < 3; i++) {
                assertThat(catchThrowable(() -> sleep(ofSeconds(1))))
                        .isInstanceOf(Cancelled.class)
                        .hasMessage("Task[task] cancelled: stop");
            }
            trail.mark("three times");
        }));
        trail.expect("three times");
    }

    @Test
    void afterTheScopeHasEndedWaitsWorkAgain() { // rule 21
        Sim.run(() -> {
            var limit = Deadline.around(Task.current(), ofSeconds(1));
            assertThat(limit.completes(() -> {
                        sleep(ofHours(1));
                        return 0;
                    }))
                    .isFalse();
            sleep(ofSeconds(1));
            assertThat(Sim.elapsed()).isEqualTo(ofSeconds(2));
        });
    }

    @Test
    void aCatchAllThatSwallowsItMeetsItAgain() { // rule 21, fix: asyncio's CancelledError is delivered once
        Sim.run(() -> {
            var task = spawn("task", () -> {
                while (true) {
                    try {
                        sleep(ofSeconds(1));
                    } catch (Exception e) {
                        trail.mark("swallowed " + e); // Cancelled is no Exception
                    } catch (Cancelled e) {
                        trail.mark("met");
                        if (trail.marks().size() == 3) throw e;
                    }
                }
            });
            yieldNow();
            task.cancel("stop");
            assertThat(catchThrowable(task::join)).isInstanceOf(CancellationException.class);
        });
        trail.expect("met", "met", "met");
    }

    @Test
    void aWaitInACancelledScopeLetsOneTurnPass() { // rule 21, fix: a catch-all in a loop starves everybody
        Sim.run(() -> {
            var ended = new boolean[1];
            spawn("other", () -> {
                sleep(ofSeconds(1));
                ended[0] = true;
            });
            inCancelledTask(() -> {
                while (!ended[0]) {
                    assertThat(catchThrowable(() -> await(Future.of(1)))).isInstanceOf(Cancelled.class);
                    if (Sim.elapsed().isZero()) shielded(ofHours(1), () -> sleep(ofSeconds(1)));
                }
            });
        });
    }

    @Test
    void whatNeedNotWaitChecksItToo() { // rule 21
        Sim.run(() -> {
            var done = spawn("done", () -> 1);
            done.join();
            var failed = Future.<Integer>failed(new IOException("own"));
            failed.outcome(); // somebody has looked
            Map<String, Action<?>> words = new TreeMap<>();
            words.put("await", () -> await(Future.of(1)));
            words.put("await within zero", () -> await(Future.of(1), ZERO));
            words.put("await a pending one within zero", () -> await(new Promise<Integer>(), ZERO));
            words.put("await a failed one", () -> await(failed));
            words.put("join", () -> done.join());
            words.put("sleep for nothing", () -> sleep(ZERO));
            words.put("yieldNow", Coroutine::yieldNow);
            words.put("awaitCancelled", Coroutine::awaitCancelled);
            words.put("suspend within zero", () -> Coroutine.<Integer>suspend("thing", ZERO, _ -> {}));
            words.forEach((word, action) -> inCancelledTask(() -> {
                assertThat(catchThrowable(action::run)).as(word).isInstanceOf(Cancelled.class);
                trail.mark(word);
            }));
            trail.expect(words.keySet().toArray(String[]::new));
        });
    }

    @Test
    void itNamesTheScopeAndTheReason() { // rule 21
        Sim.run(() -> {
            var scope = Task.current().scope();
            var task = spawn("task", () -> {
                try {
                    awaitCancelled();
                } catch (Cancelled e) {
                    assertThat(e.scope()).isSameAs(Task.current().scope()).isNotSameAs(scope);
                    trail.mark(e.scope() + ": " + e.reason());
                    throw e;
                }
            });
            yieldNow();
            task.cancel("not needed");
            assertThat(catchThrowable(task::join)).isInstanceOf(CancellationException.class);
        });
        trail.expect("Task[task]: not needed");
    }

    // ---- shields

    @Test
    void inAShieldWaitsWork() { // rule 21
        Sim.run(() -> {
            var ended = inCancelledTask(() -> {
                int value = shielded(ofSeconds(5), () -> {
                    sleep(ofSeconds(2));
                    return await(Future.of(42));
                });
                trail.mark(value + "@" + Sim.elapsed().toSeconds());
                yieldNow();
                trail.mark("not reached");
            });
            assertThat(ended).isInstanceOf(CancellationException.class);
        });
        trail.expect("42@2");
    }

    @Test
    void aCancellationWhileTheShieldIsUpIsMetBehindIt() { // rule 21
        Sim.run(() -> {
            var task = spawn("task", () -> {
                shielded(ofSeconds(5), () -> sleep(ofSeconds(2)));
                trail.mark("shielded@" + Sim.elapsed().toSeconds());
                sleep(ofSeconds(1));
                trail.mark("not reached");
            });
            sleep(ofSeconds(1));
            task.cancel("stop");
            assertThat(catchThrowable(task::join)).isInstanceOf(CancellationException.class);
        });
        trail.expect("shielded@2");
    }

    @Test
    void whoOutlivesItsShieldIsNamed() { // rule 21
        Sim.run(() -> {
            var ended = inCancelledTask(() -> shielded(ofSeconds(5), () -> sleep(ofHours(1))));
            assertThat(ended).isInstanceOf(TooSlow.class).hasMessage("shield of Task[task]: not within 5 s");
            assertThat(Sim.elapsed()).isEqualTo(ofSeconds(5));
        });
    }

    @Test
    void aShieldInAShieldHasALimitOfItsOwn() { // rule 21
        Sim.run(() -> {
            var ended = inCancelledTask(() -> shielded(ofSeconds(5), () -> {
                assertThat(catchThrowable(() -> shielded(ofSeconds(2), () -> sleep(ofHours(1)))))
                        .isInstanceOf(TooSlow.class);
                assertThat(Sim.elapsed()).isEqualTo(ofSeconds(2));
                sleep(ofSeconds(1)); // within the outer one
                trail.mark("outer shield");
            }));
            assertThat(ended).isNull();
        });
        trail.expect("outer shield");
    }

    @Test
    void aShieldReturnsTheValueOrThrowsTheVeryError() { // rule 21
        Sim.run(() -> {
            var error = new IOException("own");
            assertThat(Coroutine.<Integer, RuntimeException>shielded(ofSeconds(1), () -> 42))
                    .isEqualTo(42);
            assertThat(catchThrowable(() -> shielded(ofSeconds(1), () -> {
                        throw error;
                    })))
                    .isSameAs(error);
        });
    }

    // ---- rule 22: what is granted and cancelled in the same moment

    @Test
    void aGrantThatCanBeGivenBackIs() { // rule 22, fix: a permit that is granted to a cancelled waiter is gone
        grantAndCancel(true);
        trail.expect("back: item", "Cancelled");
    }

    @Test
    void aGrantThatCannotStands() { // rule 22
        grantAndCancel(false);
        trail.expect("back: item", "item", "next wait: Cancelled");
    }

    private void grantAndCancel(boolean takesBack) {
        Sim.run(() -> {
            var wakers = new java.util.ArrayList<Waker<String>>();
            var task = spawn("task", () -> {
                try {
                    trail.mark(Task.<String>suspend("thing", new Wait<>() {
                        @Override
                        public void begin(Waker<String> waker) {
                            wakers.add(waker);
                        }

                        @Override
                        public boolean giveBack(String value) {
                            trail.mark("back: " + value);
                            return takesBack;
                        }
                    }));
                    trail.mark("next wait: "
                            + catchThrowable(() -> sleep(ofSeconds(1)))
                                    .getClass()
                                    .getSimpleName());
                } catch (Cancelled e) {
                    trail.mark("Cancelled");
                    throw e;
                }
            });
            yieldNow();
            assertThat(wakers.getFirst().wake("item")).isTrue();
            task.cancel("in the same moment");
            var _ = catchThrowable(task::join);
        });
    }

    @Test
    void cancelledFirstTheGrantIsRefused() { // rule 22
        Sim.run(() -> {
            var wakers = new java.util.ArrayList<Waker<String>>();
            var task = spawn("task", () -> Task.<String>suspend("thing", wakers::add));
            yieldNow();
            task.cancel("first");
            assertThat(wakers.getFirst().isWaiting()).isFalse();
            assertThat(wakers.getFirst().wake("item")).isFalse(); // still the grantor's
            assertThat(catchThrowable(task::join)).isInstanceOf(CancellationException.class);
        });
    }
}
