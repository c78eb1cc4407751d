package dev.holdfast.testing;

import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static dev.holdfast.task.Coroutine.yieldNow;
import static java.time.Duration.ofHours;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.holdfast.lifetime.Deadlock;
import dev.holdfast.scope.TaskScope;
import org.junit.jupiter.api.Test;

class SequencerTest {
    private final Sequencer order = new Sequencer();
    private final Trail trail = new Trail();

    @Test
    void stepsGoInTheOrderOfTheirNumbers() {
        for (long seed = 1; seed <= 100; seed++) {
            var order = new Sequencer();
            Sim.run(
                    seed,
                    () -> TaskScope.run(scope -> {
                        scope.start("even", () -> {
                            for (int step = 0; step < 6; step += 2) mark(order, step);
                        });
                        scope.start("odd", () -> {
                            for (int step = 1; step < 6; step += 2) mark(order, step);
                        });
                    }));
            trail.expect(
                    "begin 0", "end 0", "begin 1", "end 1", "begin 2", "end 2", "begin 3", "end 3", "begin 4", "end 4",
                    "begin 5", "end 5");
        }
    }

    private void mark(Sequencer order, int step) {
        try (var _ = order.step(step)) {
            trail.mark("begin " + step);
            yieldNow();
            trail.mark("end " + step);
        }
    }

    @Test
    void aStepThatIsClosedTwiceEndsOnce() {
        Sim.run(() -> {
            var first = order.step(0);
            first.close();
            first.close();
            assertThat(order).hasToString("Sequencer[1]");
            first = order.step(1);
            first.close();
        });
    }

    @Test
    void aStepIsTakenOnce() {
        Sim.run(() -> {
            order.step(0).close();
            assertThatIllegalStateException()
                    .isThrownBy(() -> order.step(0))
                    .withMessage("Sequencer[1]: Task[test] has taken step 0");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> order.step(-1))
                    .withMessage("step < 0: -1");
        });
    }

    @Test
    void whoComesAfterAStepThatWasGivenUpIsTold() {
        Sim.run(() -> {
            var second = spawn("second", () -> order.step(1).close());
            var third = spawn("third", () -> order.step(2));
            Quiet.await();
            assertThat(third.describe()).isEqualTo("Task[third] waiting on Sequencer[0] step 2");
            second.cancel("enough");
            assertThatIllegalStateException()
                    .isThrownBy(third::join)
                    .withMessage("Sequencer[0] step 2 never has its turn: Task[second] has given up step 1");
            order.step(0).close(); // what comes before still has its turn
            assertThatIllegalStateException().isThrownBy(() -> order.step(3));
        });
    }

    @Test
    void aStepThatNobodyTakesIsADeadlock(Logged log) {
        Sim.run(() -> {
            assertThatExceptionOfType(Deadlock.class)
                    .isThrownBy(() -> order.step(1))
                    .withMessageContaining("Task[test] waiting 0.0 s on Sequencer[0] step 1");
            assertThat(log.take()).hasSize(1);
        });
    }

    @Test
    void whoHasTheTurnIsToBlame(Logged log) {
        Sim.run(() -> {
            var waiting = spawn("waiting", () -> order.step(1));
            spawn("in turn", () -> {
                try (var _ = order.step(0)) {
                    assertThatExceptionOfType(Deadlock.class)
                            .isThrownBy(() -> order.step(2))
                            .withMessageContaining("Task[waiting] waiting 0.0 s on Sequencer[0] step 1")
                            .withMessageContaining("cycle: Task[in turn] wants Sequencer[0] step 2 of Task[in turn]");
                }
            });
            waiting.join();
            assertThat(log.take()).hasSize(1);
        });
    }

    @Test
    void aStepMayTakeItsTime() {
        Sim.run(() -> {
            spawn("slow", () -> {
                try (var _ = order.step(0)) {
                    sleep(ofHours(1));
                }
            });
            try (var _ = order.step(1)) {
                assertThat(Sim.elapsed()).isEqualTo(ofHours(1));
            }
        });
    }
}
