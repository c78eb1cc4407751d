package dev.holdfast.scope;

import static dev.holdfast.task.Coroutine.awaitCancelled;
import static dev.holdfast.task.Coroutine.shielded;
import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.holdfast.cancel.Cancelled;
import dev.holdfast.cancel.TooSlow;
import dev.holdfast.task.Body;
import dev.holdfast.task.Task;
import dev.holdfast.testing.Sim;
import dev.holdfast.testing.Trail;
import java.io.IOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class RaceTest {
    private final Trail trail = new Trail();
    private final IOException early = new IOException("early");
    private final TimeoutException late = new TimeoutException("late");

    private static Body<String, RuntimeException> after(long seconds, String value) {
        return () -> {
            sleep(ofSeconds(seconds));
            return value;
        };
    }

    private static Body<String, Throwable> failAfter(long seconds, Throwable error) {
        return () -> {
            sleep(ofSeconds(seconds));
            throw error;
        };
    }

    @Test
    void theFirstSuccessWins() { // rule 50
        String value = Sim.run(() -> TaskScope.first(after(3, "a"), after(1, "b"), after(2, "c")));
        assertThat(value).isEqualTo("b");
    }

    @Test
    void ofTwoInTheSameMomentTheFirstInTheListWins() { // rule 50
        String value = Sim.run(() -> TaskScope.first(after(1, "a"), after(1, "b")));
        assertThat(value).isEqualTo("a");
    }

    @Test
    void nothingIsAValueToo() { // rule 50
        Body<@Nullable String, RuntimeException> nothing = () -> null;
        assertThat(Sim.<@Nullable String, RuntimeException>run(() -> TaskScope.first(after(3, "a"), nothing)))
                .isNull();
    }

    @Test
    void aFailureBeforeTheSuccessIsForgotten() { // rule 50
        String value = Sim.run(() -> TaskScope.first(failAfter(1, early), after(2, "b")));
        assertThat(value).isEqualTo("b");
    }

    @Test
    void theLosersAreCancelledAndAwaited() { // rule 50
        String value = Sim.run(() -> TaskScope.first(after(1, "a"), () -> {
            try {
                awaitCancelled();
                return "never";
            } catch (Cancelled e) {
                shielded(ofHours(1), () -> sleep(ofSeconds(1)));
                trail.mark("tidied up@" + Sim.elapsed().toSeconds() + " " + e.getMessage());
                throw e;
            }
        }));
        assertThat(value).isEqualTo("a");
        trail.expect("tidied up@2 TaskScope[test] cancelled: another was first");
    }

    @Test
    void aLoserThatEndsWellAfterAllHasLost() { // rule 50
        String value = Sim.run(() -> TaskScope.first(after(1, "a"), () -> {
            try {
                awaitCancelled();
            } catch (Cancelled _) {
                trail.mark("swallowed");
            }
            return "b";
        }));
        assertThat(value).isEqualTo("a");
        trail.expect("swallowed");
    }

    @Test
    void ifAllFailTheFailureFirstInTheListIsThrownTheOthersSuppressed() { // rule 50
        var thrown = catchThrowable(() -> Sim.run(() -> TaskScope.first(failAfter(2, late), failAfter(1, early))));
        assertThat(thrown).isSameAs(late);
        assertThat(thrown.getSuppressed()).containsExactly(early);
    }

    @Test
    void anErrorThatAllShareIsThrownOnce() { // rule 50
        var thrown = catchThrowable(
                () -> Sim.run(() -> TaskScope.first(failAfter(2, early), failAfter(1, early), failAfter(1, late))));
        assertThat(thrown).isSameAs(early);
        assertThat(thrown.getSuppressed()).containsExactly(late);
    }

    @Test
    void anErrorIsAFailureLikeAnException() { // rule 50
        String value = Sim.run(() -> TaskScope.first(failAfter(1, new AssertionError("bug")), after(2, "b")));
        assertThat(value).isEqualTo("b");
        assertThatThrownBy(() -> Sim.run(() -> TaskScope.first(failAfter(1, new AssertionError("bug")))))
                .isInstanceOf(AssertionError.class)
                .hasMessage("bug");
    }

    @Test
    void aRacerThatSomebodyCancelledHasFailed() { // rule 50
        Sim.run(() -> {
            spawn("spoiler", () -> {
                sleep(ofSeconds(1));
                for (var task : Task.live()) if (task.name().startsWith("first-")) task.cancel("spoiled");
            });
            assertThat(catchThrowable(() -> TaskScope.first(after(2, "a"))))
                    .isInstanceOf(CancellationException.class)
                    .hasMessage("Task[first-1] was cancelled: spoiled");
        });
    }

    @Test
    void theFirstOfNothingIsRefused() { // rule 50
        Sim.run(() -> assertThat(catchThrowable(() -> TaskScope.<String>first()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("first of no bodies"));
    }

    @Test
    void aCancellationFromOutsideGoesOnAfterTheRacersHaveEnded() { // rules 45, 47, 50
        Sim.run(() -> {
            var cancelled = new Throwable[1];
            var thrown = catchThrowable(() -> Timeouts.failAfter(ofSeconds(1), () -> {
                try {
                    TaskScope.first(after(2, "a"), () -> {
                        try {
                            awaitCancelled();
                        } finally {
                            shielded(ofHours(1), () -> sleep(ofSeconds(3)));
                            if (trail.marks().isEmpty()) throw early;
                        }
                        return "never";
                    });
                } catch (Cancelled e) {
                    cancelled[0] = e;
                    throw e;
                }
            }));
            assertThat(cancelled[0]).hasSuppressedException(early);
            assertThat(thrown).isInstanceOf(TooSlow.class);
            assertThat(Sim.elapsed()).isEqualTo(ofSeconds(4));
        });
    }
}
