package dev.holdfast.future;

import static dev.holdfast.task.Coroutine.await;
import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.cancel.Cancelled;
import dev.holdfast.cancel.TooSlow;
import dev.holdfast.scope.Timeouts;
import dev.holdfast.testing.Sim;
import dev.holdfast.testing.Trail;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

/// Rule 27: what a limit cuts short, and what it does not.
class LimitsTest {
    private final Trail trail = new Trail();

    @Test
    void aLimitOnWaitingForATaskDoesNotCancelIt() { // rule 27
        Sim.run(() -> {
            var task = spawn("worker", () -> {
                sleep(ofHours(1));
                return "done";
            });
            assertThatThrownBy(() -> await(task.future(), ofSeconds(1)))
                    .isInstanceOf(TooSlow.class)
                    .hasMessage("Task[worker]: not within 1 s");
            assertThat(task.join()).isEqualTo("done");
        });
    }

    @Test
    void aLimitAroundABodyCancelsTheBody() { // rule 27
        Sim.run(() -> {
            assertThatThrownBy(() -> Timeouts.failAfter(ofSeconds(1), this::sleepAnHour))
                    .isInstanceOf(TooSlow.class);
            assertThat(Timeouts.moveOnAfter(ofSeconds(1), this::sleepAnHour)).isFalse();
            trail.expect("cancelled@1", "cancelled@2");
        });
    }

    private void sleepAnHour() {
        try {
            sleep(ofHours(1));
        } catch (Cancelled e) {
            trail.mark("cancelled@" + Sim.elapsed().toSeconds());
            throw e;
        }
    }

    /// **fix** Tornado's `with_timeout` never hears of it, and waits for its limit.
    @Test
    void aCancelledInnerEndsTheOuter() { // rule 27
        Sim.run(() -> {
            var inner = spawn("inner", () -> sleep(ofHours(2)));
            var outer = spawn("outer", () -> await(inner.future(), ofHours(1)));
            sleep(ofSeconds(1));
            inner.cancel("enough");
            assertThatThrownBy(outer::join)
                    .isInstanceOf(CancellationException.class)
                    .hasMessage("Task[inner] was cancelled: enough");
            assertThat(Sim.elapsed()).isEqualTo(ofSeconds(1));
        });
    }

    @Test
    void aLimitOfZeroFailsAtOnceIfItCannotBeHad() { // rule 4
        Sim.run(() -> {
            var promise = new Promise<String>();
            assertThatThrownBy(() -> await(promise, Duration.ZERO)).hasMessage("Promise: not within 0 ns");
            assertThatThrownBy(() -> await(promise, ofSeconds(-1))).hasMessage("Promise: not within -1 s");
            assertThat(promise.isAwaited()).isFalse();
        });
    }

    /// **fix** A timer that is due goes off first, and throws away what is there.
    @Test
    void whatIsThereWinsOverALimitOfZero() { // rule 4
        Sim.run(() -> assertThat(await(Future.of("x"), Duration.ZERO)).isEqualTo("x"));
    }
}
