package dev.holdfast.task;

import static dev.holdfast.task.Coroutine.await;
import static dev.holdfast.task.Coroutine.awaitCancelled;
import static dev.holdfast.task.Coroutine.blocking;
import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static dev.holdfast.task.Coroutine.yieldNow;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.holdfast.cancel.Cancelled;
import dev.holdfast.future.Promise;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.testing.Sim;
import dev.holdfast.testing.Trail;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

final class TaskTest {
    private final Trail trail = new Trail();

    @Test
    void describeSaysWhatItIsDoing() {
        Sim.run(() -> {
            var promise = new Promise<String>();
            var task = spawn("spider-3", () -> {
                trail.mark(Task.current().describe());
                await(promise);
                sleep(ofSeconds(1));
            });
            trail.mark(task.describe());
            yieldNow();
            trail.mark(task.describe());
            promise.complete("");
            trail.mark(task.describe());
            yieldNow();
            trail.mark(task.describe());
            task.join();
            trail.mark(task.describe());
        });
        trail.expect(
                "Task[spider-3] ready",
                "Task[spider-3] running",
                "Task[spider-3] waiting on Promise",
                "Task[spider-3] ready",
                "Task[spider-3] waiting on sleep",
                "Task[spider-3] ended");
    }

    @Test
    void itGoesByItsName() {
        Sim.run(() -> {
            var task = spawn("spider-3", () -> 1);
            assertThat(task.name()).isEqualTo("spider-3");
            assertThat(task).hasToString("Task[spider-3]");
            assertThat(task.future()).hasToString("Task[spider-3]");
            assertThat(task.loop()).isSameAs(IOLoop.current());
            task.join();
        });
    }

    @Test
    void joinReturnsTheValueOrThrowsTheVeryError() { // rule 19
        Sim.run(() -> {
            var error = new IOException("own");
            assertThat(spawn("a", () -> 42).join()).isEqualTo(42);
            var failing = spawn("b", () -> {
                throw error;
            });
            assertThat(catchThrowable(failing::join)).isSameAs(error);
            assertThat(catchThrowable(failing::join)).isSameAs(error); // as often as one likes
        });
    }

    @Test
    void joinNamesTheCheckedErrorThatItMayThrow() throws IOException { // rule 19
        Sim.run(() -> {
            var failing = spawn("a", () -> {
                sleep(ofSeconds(1));
                throw new IOException("own");
            });
            try {
                failing.join(IOException.class);
            } catch (IOException e) {
                trail.mark(e.getMessage());
            }
            int value = spawn("b", () -> 42).join(IOException.class);
            assertThat(value).isEqualTo(42);
        });
        trail.expect("own");
    }

    @Test
    void aTaskMayNotJoinItself() { // rule 24
        Sim.run(() -> {
            var me = Task.current();
            assertThat(catchThrowable(me::join))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("Task[test] joins itself and would wait for ever");
            assertThat(catchThrowable(() -> me.join(IOException.class)))
                    .hasMessage("Task[test] joins itself and would wait for ever");
        });
    }

    @Test
    void currentIsTheTaskThatRuns() {
        Sim.run(() -> {
            var task = spawn("task", () -> Task.current());
            assertThat(task.join()).isSameAs(task);
            assertThat(Task.current().name()).isEqualTo("test");
        });
    }

    @Test
    void liveTasksAreListedAsTheyWereStarted() {
        Sim.run(() -> {
            var a = spawn("a", () -> sleep(ofSeconds(2)));
            var b = spawn("b", () -> sleep(ofSeconds(1)));
            assertThat(Task.live()).containsExactly(Task.current(), a, b);
            b.join();
            assertThat(Task.live()).containsExactly(Task.current(), a);
            a.join();
        });
    }

    // ---- cancel

    @Test
    void aCancelledTaskEndsItsFutureAsCancelled() { // rule 21
        Sim.run(() -> {
            var task = spawn("task", () -> awaitCancelled());
            yieldNow();
            task.cancel("not needed");
            var thrown = catchThrowable(task::join);
            assertThat(thrown)
                    .isInstanceOf(CancellationException.class)
                    .hasMessage("Task[task] was cancelled: not needed")
                    .hasCauseInstanceOf(Cancelled.class);
            assertThat(thrown.getCause()).hasMessage("Task[task] cancelled: not needed");
            assertThat(task.future().isCancelled()).isTrue();
        });
    }

    @Test
    void cancelledBeforeItsFirstTurnItNeverRuns() { // rule 21
        Sim.run(() -> {
            var task = spawn("task", () -> trail.mark("ran"));
            task.cancel("not needed");
            assertThat(catchThrowable(task::join)).isInstanceOf(CancellationException.class);
        });
        trail.expect();
    }

    @Test
    void cancellingAnEndedTaskDoesNothing() { // rule 21
        Sim.run(() -> {
            var task = spawn("task", () -> 42);
            task.join();
            task.cancel("too late");
            assertThat(task.join()).isEqualTo(42);
        });
    }

    @Test
    void aTaskThatNeedNotWaitAfterItsCancelKeepsItsResult() { // rule 21
        Sim.run(() -> {
            var task = spawn("task", () -> {
                Task.current().cancel("by itself");
                return 42;
            });
            assertThat(task.join()).isEqualTo(42);
        });
    }

    @Test
    void whoCancelsItselfIsInterruptedAtItsNextWaitInTheJdk() { // rules 21 and 23
        Sim.run(() -> {
            var task = spawn("task", () -> {
                Task.current().cancel("by itself");
                Thread.sleep(java.time.Duration.ofHours(1));
            });
            assertThatThrownBy(task::join).hasMessage("Task[task] was cancelled: by itself");
        });
    }

    @Test
    void whatBelongsToAClosedLoopIsRefusedInWords() { // rule 6
        var started = new ArrayList<Task<?>>();
        var loop = IOLoop.open("gone");
        loop.execute(() -> started.add(spawn("task", () -> {})));
        loop.close();
        assertThatThrownBy(() -> started.getFirst().cancel("late")).hasMessage("IOLoop[gone] is closed");
        assertThatThrownBy(() -> Tasks.of(loop).start("late", Tasks.of(loop).root(), () -> 1))
                .hasMessage("IOLoop[gone] is closed");
        assertThat(started.getFirst().future().isCancelled()).isTrue(); // to look is free
    }

    @Test
    void aTaskBelongsToItsLoopFromBirth() { // rule 18
        try (var home = IOLoop.open("home");
                var other = IOLoop.open("other")) {
            var tasks = Tasks.of(home);
            Task<Integer> task = tasks.start("task", tasks.root(), () -> 42);
            var errors = new ArrayList<String>();
            other.execute(() -> {
                try {
                    task.future().onDone(_ -> {});
                } catch (IllegalStateException e) {
                    errors.add(e.getMessage());
                }
            });
            other.run();
            home.run();
            assertThat(errors).singleElement().asString().contains("touched Task[task] of IOLoop[home]");
            home.execute(() -> errors.add(task.future().outcome().toString()));
            home.run();
            assertThat(errors).endsWith("Value[value=42]");
        }
    }

    @Test
    void anErrorOnTheWayOutIsTheOutcome() { // rule 47
        Sim.run(() -> {
            var error = new IOException("on the way out");
            var task = spawn("task", () -> {
                try {
                    awaitCancelled();
                } catch (Cancelled _) {
                    throw error;
                }
            });
            yieldNow();
            task.cancel("stop");
            assertThat(catchThrowable(task::join)).isSameAs(error);
        });
    }

    @Test
    void whoJoinsACancelledTaskIsNotCancelledHimself() { // rule 21
        Sim.run(() -> {
            var task = spawn("task", () -> sleep(ofHours(1)));
            var joiner = spawn("joiner", () -> {
                assertThat(catchThrowable(task::join)).isInstanceOf(CancellationException.class);
                sleep(ofSeconds(1));
                return Sim.elapsed();
            });
            yieldNow();
            task.cancel("stop");
            assertThat(joiner.join()).isEqualTo(ofSeconds(1));
        });
    }

    @Test
    void whoIsCancelledWhileJoiningLeavesTheJoinedAlone() { // rule 21
        Sim.run(() -> {
            var task = spawn("task", () -> {
                sleep(ofSeconds(5));
                return 42;
            });
            var joiner = spawn("joiner", () -> task.join());
            sleep(ofSeconds(1));
            joiner.cancel("stop");
            assertThat(catchThrowable(joiner::join)).isInstanceOf(CancellationException.class);
            assertThat(task.join()).isEqualTo(42);
        });
    }

    // ---- suspend

    @Test
    void aWaitWhoseBeginThrowsIsOver() {
        Sim.run(() -> {
            var stray = new Waker<?>[1];
            var error = new IllegalStateException("cannot begin");
            assertThat(catchThrowable(() -> Task.<String>suspend("thing", waker -> {
                        stray[0] = waker;
                        throw error;
                    })))
                    .isSameAs(error);
            assertThat(Task.current().describe()).isEqualTo("Task[test] running");
            assertThat(stray[0].isWaiting()).isFalse();
            assertThat(stray[0].fail(error)).isFalse();
            sleep(ofSeconds(1)); // time goes on: the loop does not count it among the busy
            assertThat(Sim.elapsed()).isEqualTo(ofSeconds(1));
        });
    }

    @Test
    void aWaitThatIsWokenAtOnceStillLetsATurnPass() { // rule 16
        Sim.run(() -> {
            var other = spawn("other", () -> trail.mark("other"));
            trail.mark(Task.<String>suspend("thing", waker -> waker.wake("woken")));
            other.join();
        });
        trail.expect("other", "woken");
    }

    @Test
    void aWakerWakesOnce() { // rule 13
        Sim.run(() -> {
            var wakers = new Waker<?>[1];
            var task = spawn("task", () -> Task.<String>suspend("thing", waker -> wakers[0] = waker));
            yieldNow();
            @SuppressWarnings("unchecked")
            var waker = (Waker<String>) wakers[0];
            assertThat(waker.task()).isSameAs(task);
            assertThat(waker.isWaiting()).isTrue();
            assertThat(waker.wake("first")).isTrue();
            assertThat(waker.wake("second")).isFalse();
            assertThat(waker.fail(new IOException())).isFalse();
            assertThat(waker.isWaiting()).isFalse();
            assertThat(task.join()).isEqualTo("first");
        });
    }

    /// **fix** A wait that any thread may end works by chance, and now and then leaves its loop asleep.
    @Test
    @Tag("threads")
    void aWakerCalledOnAnotherThreadIsAnErrorInWords() { // rule 18
        Sim.run(() -> {
            var wakers = new Waker<?>[1];
            var task = spawn("task", () -> Task.<@Nullable Void>suspend("thing", waker -> wakers[0] = waker));
            yieldNow();
            for (var error : List.of(
                    blocking(() -> catchThrowable(() -> wakers[0].wake(null))),
                    blocking(() -> catchThrowable(() -> wakers[0].fail(new IOException()))))) {
                assertThat(error)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageMatching("Thread\\[.*] touched thing of IOLoop\\[sim], which runs on Thread\\[.*]; "
                                + "open an External on the loop and hand it to this thread");
            }
            wakers[0].wake(null);
            task.join();
        });
    }

    // ---- what it holds

    @Test
    void whatItStillHoldsAtItsEndIsAbandoned() { // rule 31
        Sim.run(() -> {
            var task = spawn("task", () -> {
                Task.current().holds(new Held("kept"));
                var given = new Held("given back");
                Task.current().holds(given);
                given.unlink();
                assertThat(Task.current().holdings()).hasSize(1);
            });
            task.join();
            assertThat(task.holdings()).isEmpty();
        });
        trail.expect("kept abandoned by Task[task]");
    }

    private final class Held extends Holding {
        private final String name;

        Held(String name) {
            this.name = name;
        }

        @Override
        protected void abandoned(Task<?> holder) {
            trail.mark(name + " abandoned by " + holder);
        }
    }
}
