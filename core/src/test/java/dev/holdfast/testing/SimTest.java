package dev.holdfast.testing;

import static dev.holdfast.task.Coroutine.await;
import static dev.holdfast.task.Coroutine.awaitCancelled;
import static dev.holdfast.task.Coroutine.blocking;
import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.holdfast.future.Promise;
import dev.holdfast.lifetime.Deadlock;
import dev.holdfast.loop.IOLoop;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

final class SimTest {
    private static final Duration HOUR = Duration.ofHours(1);

    @Test
    void hoursPassInNoTime() {
        var elapsed = Sim.run(() -> {
            sleep(HOUR.multipliedBy(24 * 365));
            return Sim.elapsed();
        });
        assertThat(elapsed).isEqualTo(HOUR.multipliedBy(24 * 365));
    }

    @Test
    void itReturnsTheValueAndThrowsTheVeryError() throws Exception {
        assertThat(Sim.<Integer, RuntimeException>run(() -> 42)).isEqualTo(42);
        var error = new IOException("on purpose");
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> Sim.run(() -> {
                    throw error;
                }))
                .isSameAs(error);
    }

    @Test
    void itFailsWhenNothingCanHappenAnyMore(Logged log) {
        assertThatExceptionOfType(Deadlock.class)
                .isThrownBy(() -> Sim.run(() -> await(new Promise<>("answer"))))
                .withMessageContaining("Task[test] waiting 0.0 s on answer");
        assertThat(log.take()).hasSize(1);
    }

    @Test
    void itFailsAlsoWhenSomebodyWaitsOnPurpose() {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> Sim.run(() -> awaitCancelled()))
                .withMessage("nothing can happen any more: Task[test] waiting on cancellation");
    }

    @Test
    void itFailsWhenTasksAreLeftBehind() {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> Sim.run(() -> {
                    spawn("left", () -> sleep(HOUR));
                }))
                .withMessage("left behind: Task[left] waiting on sleep");
    }

    @Test
    void theTestsOwnErrorComesBeforeWhatItLeavesBehind() {
        assertThatIllegalStateException()
                .isThrownBy(() -> Sim.run(() -> {
                    spawn("left", () -> sleep(HOUR));
                    throw new IllegalStateException("on purpose");
                }))
                .withMessage("on purpose");
    }

    @Test
    @Tag("threads")
    void timeStandsStillWhileSomebodyMayComeFromOutside() {
        Sim.run(() -> {
            var arrived = new Promise<Duration>();
            var door = IOLoop.current().external("outside");
            spawn("later", () -> sleep(HOUR));
            Thread.ofPlatform().start(() -> {
                door.execute(() -> arrived.complete(Sim.elapsed()));
                door.close();
            });
            assertThat(await(arrived)).isZero();
            sleep(HOUR.multipliedBy(2));
        });
    }

    @Test
    @Tag("threads")
    void timeStandsStillWhileACallIsCarriedOutElsewhere() {
        Sim.run(() -> {
            var begun = new CountDownLatch(1);
            spawn("later", () -> sleep(HOUR));
            blocking(begun::countDown);
            assertThat(Sim.elapsed()).isZero();
            sleep(HOUR.multipliedBy(2));
        });
    }

    @Test
    void aTrailSaysWhatWasExpectedAndWhatWas() {
        var trail = new Trail();
        trail.mark("a");
        assertThat(trail).hasToString("[a]");
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> trail.expect("b"))
                .withMessage("expected [b] but was [a]");
        trail.expect("a");
        assertThat(trail.marks()).isEmpty();
    }

    @Test
    void itSaysWhenTheLoopWasStopped() { // rule 9
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> Sim.run(() -> {
                    IOLoop.current().stop();
                    sleep(HOUR);
                }))
                .withMessage("IOLoop[sim] was stopped before Task[test] had a result");
    }
}
