package dev.holdfast.task;

import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static dev.holdfast.task.Coroutine.yieldNow;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.cancel.TooSlow;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.testing.Logged;
import dev.holdfast.testing.Sim;
import java.util.List;
import org.junit.jupiter.api.Test;

class WaitTest {
    /// Naively the task is counted as waiting for good, and the loop ends.
    @Test
    void aWaitThatCannotBeginLeavesNobodyWaiting() {
        Sim.run(() -> {
            var task = Task.current();
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> Task.suspend("nothing", _ -> {
                            throw new IllegalArgumentException("cannot begin");
                        }))
                        .hasMessage("cannot begin");
                assertThat(task.describe()).isEqualTo("Task[test] running");
                assertThat(IOLoop.current().awaitsOutside()).isTrue(); // for it runs
            }
            sleep(ofSeconds(1));
        });
    }

    /// Naively the error that tells of the limit is never made, and the task, whose wait is undone, waits for ever.
    @Test
    void aLimitEndsTheWaitForAThingThatCannotSayItsName() { // rule 32
        var nameless = new Object() {
            @Override
            public String toString() {
                throw new IllegalStateException("no name");
            }
        };
        Sim.run(() -> assertThatThrownBy(() -> Coroutine.suspend(nameless, ofSeconds(1), _ -> {}))
                .isInstanceOf(TooSlow.class)
                .hasMessage(nameless.getClass().getName() + ": not within 1 s"));
    }

    /// Naively the task, whose wait is half undone, waits for ever, and the rest of its scope is not cancelled.
    @Test
    void aWaitThatCannotBeUndoneEndsAllTheSame(Logged log) { // rule 21
        Sim.run(() -> {
            var tasks = List.of(spawn("a", () -> suspend(new Stubborn())), spawn("b", () -> suspend(new Stubborn())));
            yieldNow();
            tasks.forEach(task -> task.cancel("enough"));
            yieldNow();
            assertThat(tasks).allMatch(task -> task.future().isCancelled());
            log.expect(
                    "Task[a] could not undo its wait for an answer", "Task[b] could not undo its wait for an answer");
        });
    }

    private static String suspend(Wait<String> wait) {
        return Task.suspend("an answer", wait);
    }

    private static final class Stubborn implements Wait<String> {
        @Override
        public void begin(Waker<String> waker) {}

        @Override
        public void abandon(Waker<String> waker) {
            throw new IllegalStateException("no way back");
        }
    }
}
