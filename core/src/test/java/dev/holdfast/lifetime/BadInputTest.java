package dev.holdfast.lifetime;

import static dev.holdfast.task.Coroutine.await;
import static dev.holdfast.task.Coroutine.awaitCancelled;
import static dev.holdfast.task.Coroutine.spawn;
import static dev.holdfast.task.Coroutine.yieldNow;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.holdfast.Holdfast;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.scope.TaskScope;
import dev.holdfast.sync.Lock;
import dev.holdfast.task.Task;
import dev.holdfast.task.Wait;
import dev.holdfast.task.Waker;
import dev.holdfast.testing.Sim;
import dev.holdfast.testing.Trail;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/// Issue 3, "bad input": an error in words or nothing at all, and a loop that goes on. That an owner may not be the
/// body is tested with the others (OwnedTest).
class BadInputTest {
    private final Trail trail = new Trail();

    // ---- a reason that is null

    @Test
    void aTaskIsNotCancelledWithoutAReason() {
        Sim.run(() -> {
            var task = spawn("idle", () -> awaitCancelled());
            yieldNow();
            assertThatNullPointerException().isThrownBy(() -> task.cancel(null)).withMessage("reason");
            yieldNow();
            assertThat(task.describe()).isEqualTo("Task[idle] waiting on cancellation");
            task.cancel("enough");
            yieldNow();
            assertThatNullPointerException().isThrownBy(() -> task.cancel(null)).withMessage("reason");
        });
    }

    @Test
    void aScopeIsNotCancelledWithoutAReason() {
        Sim.run(() -> TaskScope.run(scope -> {
            scope.start("child", () -> trail.mark("child"));
            assertThatNullPointerException()
                    .isThrownBy(() -> scope.cancel(null))
                    .withMessage("reason");
        }));
        trail.expect("child");
    }

    // ---- a handle used after its close

    @Test
    void aHandleThatWasClosedDoesNothingMore() {
        Holdfast.run(() -> {
            ExternalPromise<String> answer = ExternalPromise.open("answer");
            assertThat(answer.close("not needed")).isTrue();
            assertThat(answer.complete("late")).isFalse();
            assertThat(answer.close("again")).isFalse();
            assertThatExceptionOfType(BrokenPromise.class)
                    .isThrownBy(() -> await(answer.future()))
                    .withMessageContaining("was closed: not needed");
            assertThat(answer.complete("later still")).isFalse();

            var door = IOLoop.current().external("door");
            door.close();
            door.close();
            door.unref();
            assertThat(door.tryExecute(() -> trail.mark("in"))).isFalse();
            assertThatExceptionOfType(RejectedExecutionException.class)
                    .isThrownBy(() -> door.execute(() -> trail.mark("in")))
                    .withMessage("External[door] is closed");
            yieldNow();
        });
        trail.expect();
    }

    // ---- a name in two lines

    @Test
    void noNameBreaksTheLineOfABrokenPromise() {
        Sim.run(() -> {
            ExternalPromise<String> answer = ExternalPromise.open("one\ntwo");
            answer.close("not needed");
            assertThatExceptionOfType(BrokenPromise.class)
                    .isThrownBy(() -> await(answer.future()))
                    .withMessageStartingWith("ExternalPromise[one\\ntwo] was closed: not needed; opened at ");
        });
    }

    // ---- describe() during a cancellation

    /// Describes its task whenever it is asked anything.
    private final class Telling implements Wait<String> {
        @Override
        public void begin(Waker<String> waker) {
            tell("begin", waker.task());
        }

        @Override
        public void abandon(Waker<String> waker) {
            tell("abandon", waker.task());
        }
    }

    private void tell(String when, Task<?> task) {
        trail.mark(when + ": " + task.describe());
        assertThat(Report.line(task)).startsWith(task.toString());
    }

    @Test
    void atEachMomentOfACancellationATaskTellsWhatItDoes() {
        Sim.run(() -> {
            var task = spawn("told", () -> {
                try (var _ = new Lock("own").acquire()) {
                    Task.suspend("answer", new Telling());
                } finally {
                    tell("finally", Task.current());
                }
            });
            tell("started", task);
            yieldNow();
            tell("waiting", task);
            task.cancel("enough");
            tell("cancelled", task);
            yieldNow();
            tell("over", task);
        });
        trail.expect(
                "started: Task[told] ready",
                "begin: Task[told] waiting on answer",
                "waiting: Task[told] waiting on answer",
                "abandon: Task[told] waiting on answer",
                "cancelled: Task[told] ready",
                "finally: Task[told] running",
                "over: Task[told] ended");
    }
}
