package dev.holdfast.task;

import static dev.holdfast.task.Coroutine.sleep;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.cancel.TooSlow;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.testing.Sim;
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
}
