package dev.holdfast.sync;

import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static dev.holdfast.task.Coroutine.yieldNow;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.cancel.TooSlow;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.task.Task;
import dev.holdfast.testing.Sim;
import dev.holdfast.testing.Trail;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SemaphoreTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final Semaphore two = new Semaphore(2);
    private final Trail trail = new Trail();

    private Task<?> visitor(String name) {
        return spawn(name, () -> {
            try (var _ = two.acquire()) {
                trail.mark(name + "@" + Sim.elapsed().toHours());
                sleep(HOUR);
            }
        });
    }

    @Test
    void soManyAreInsideAtATimeInTheOrderTheyCame() { // rule 29
        Sim.run(() -> {
            for (var name : new String[] {"a", "b", "c", "d", "e"}) visitor(name);
            sleep(HOUR.multipliedBy(4));
            trail.expect("a@0", "b@0", "c@1", "d@1", "e@2");
            assertThat(two).hasToString("Semaphore[2/2]");
        });
    }

    @Test
    void aNewcomerCannotOvertake() { // rule 29
        Sim.run(() -> {
            var one = two.acquire();
            var other = two.acquire();
            var first = visitor("first");
            yieldNow();
            one.close();
            assertThat(two.tryAcquire()).isNull(); // the permit went to the first in line, and never was free
            other.close();
            assertThat(two.tryAcquire()).isNotNull().satisfies(Permit::close);
            first.join();
        });
    }

    @Test
    void aTimedOutOrCancelledWaiterNeverTakesAPermit() { // rule 29
        Sim.run(() -> {
            var one = two.acquire();
            var other = two.acquire();
            var late = spawn("late", () -> two.acquire(HOUR));
            var gone = visitor("gone");
            sleep(HOUR);
            gone.cancel("not needed");
            assertThatThrownBy(late::join).isInstanceOf(TooSlow.class).hasMessage("Semaphore[0/2]: not within 1 h");
            one.close();
            other.close();
            assertThat(two).hasToString("Semaphore[2/2]");
            trail.expect();
        });
    }

    @Test
    void closingTwiceIsHarmless() { // rule 30
        Sim.run(() -> {
            var one = two.acquire();
            one.close();
            one.close(); // a counter would stand at three
            assertThat(two).hasToString("Semaphore[2/2]");
        });
    }

    @Test
    void aPermitMayBeClosedByAny() { // rule 30
        Sim.run(() -> {
            var one = two.acquire();
            var other = two.acquire();
            spawn("another", one::close).join();
            IOLoop.current().execute(other::close);
            sleep(HOUR);
            assertThat(two).hasToString("Semaphore[2/2]");
        });
    }

    @Test
    void itClosesOnAnExceptionToo() { // rule 30
        Sim.run(() -> {
            assertThatThrownBy(() -> {
                        try (var _ = two.acquire()) {
                            throw new IllegalArgumentException("inside");
                        }
                    })
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(two).hasToString("Semaphore[2/2]");
        });
    }

    @Test
    void oneTaskMayTakeSeveral() {
        Sim.run(() -> {
            try (var _ = two.acquire();
                    var _ = two.acquire()) {
                assertThat(two).hasToString("Semaphore[0/2]");
            }
        });
    }

    @Test
    void negativePermitsAreRefused() { // rule 30
        assertThatThrownBy(() -> new Semaphore(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("permits < 0: -1");
    }

    @Test
    void ofNoPermitsNobodyGetsOne() { // rule 30 refuses negative ones only
        Sim.run(() -> {
            var none = new Semaphore(0);
            assertThat(none.tryAcquire()).isNull();
            assertThatThrownBy(() -> none.acquire(HOUR)).isInstanceOf(TooSlow.class);
        });
    }

    /// **fix** A limit that starts its timer first refuses what is free.
    @Test
    void aZeroLimitFailsAtOnceUnlessAPermitIsFree() { // rule 4
        Sim.run(() -> {
            var one = two.acquire(Duration.ZERO);
            var other = two.acquire(Duration.ZERO);
            assertThatThrownBy(() -> two.acquire(Duration.ZERO)).isInstanceOf(TooSlow.class);
            assertThat(Sim.elapsed()).isZero();
            one.close();
            other.close();
        });
    }

    @Test
    void aCallbackMayTry() {
        Sim.run(() -> {
            IOLoop.current().execute(() -> {
                try (var permit = two.tryAcquire()) {
                    trail.mark(permit + "");
                }
            });
            sleep(HOUR);
            trail.expect("Semaphore[1/2]");
        });
    }
}
