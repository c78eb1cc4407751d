package dev.holdfast.task;

import static dev.holdfast.task.Coroutine.sleep;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofNanos;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.holdfast.loop.IOLoop;
import dev.holdfast.testing.Logged;
import dev.holdfast.testing.Sim;
import dev.holdfast.testing.Trail;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Rule 10, in virtual time.
class PeriodicTest {
    private final Trail trail = new Trail();

    @Test
    void theFirstCallComesOnePeriodAfterTheStart() { // rule 10
        Sim.run(() -> {
            sleep(ofSeconds(3));
            var ticker = Periodic.every(ofSeconds(10), "tick", this::mark).start();
            sleep(ofSeconds(25));
            ticker.stop();
        });
        trail.expect("13 s", "23 s");
    }

    @Test
    void aWholeDayStaysOnTheGrid() { // rule 10
        var calls = new int[1];
        Sim.run(() -> {
            var ticker = Periodic.every(ofSeconds(10), "tick", () -> {
                        assertThat(Sim.elapsed()).isEqualTo(ofSeconds(10L * ++calls[0]));
                        sleep(ofMillis(calls[0] % 10_000)); // each takes another time, all but a whole period
                    })
                    .start();
            sleep(ofDays(1).plusSeconds(9));
            ticker.stop();
        });
        assertThat(calls[0]).isEqualTo(24 * 60 * 6);
    }

    /// The durations are those of Tornado's `test_overrun`, where a call of exactly one period is late already.
    ///
    /// **fix** Whoever queues late ticks makes up for a long call by a burst of short ones.
    @Test
    void lateTicksAreSkippedAndNotQueued() { // rule 10
        var durations = List.of(9, 9, 10, 11, 20, 20, 35, 35, 0, 0, 0).iterator();
        Sim.run(() -> {
            var ticker = new Periodic[1];
            ticker[0] = Periodic.every(ofSeconds(10), "tick", () -> {
                        mark();
                        sleep(ofSeconds(durations.next()));
                        if (!durations.hasNext()) ticker[0].stop();
                    })
                    .start();
            sleep(ofSeconds(300));
        });
        trail.expect("10 s", "20 s", "30 s", "40 s", "60 s", "80 s", "100 s", "140 s", "180 s", "190 s", "200 s");
    }

    @Test
    void aCallOfExactlyOnePeriodIsNotLate() { // rule 10
        Sim.run(() -> {
            var ticker = Periodic.every(ofSeconds(10), "tick", () -> {
                        mark();
                        sleep(ofSeconds(10));
                    })
                    .start();
            sleep(ofSeconds(35));
            ticker.stop();
            sleep(ofSeconds(10));
        });
        trail.expect("10 s", "20 s", "30 s");
    }

    @Test
    void aNanosecondMoreIsLate() { // rule 10
        Sim.run(() -> {
            var ticker = Periodic.every(ofSeconds(10), "tick", () -> {
                        mark();
                        sleep(ofSeconds(10).plusNanos(1));
                    })
                    .start();
            sleep(ofSeconds(35));
            ticker.stop();
            sleep(ofSeconds(10));
        });
        trail.expect("10 s", "30 s");
    }

    @Test
    void jitterMovesEachCallByAtMostHalfOfItAndTheGridStays() { // rule 10
        var offsets = new ArrayList<Duration>();
        Sim.run(() -> {
            var ticker = Periodic.every(
                            ofSeconds(10),
                            "tick",
                            () -> offsets.add(Sim.elapsed().minus(ofSeconds(10L * (offsets.size() + 1)))))
                    .jitter(0.2)
                    .start();
            sleep(ofHours(10));
            ticker.stop();
        });
        assertThat(offsets).hasSizeBetween(3599, 3600);
        assertThat(offsets).allMatch(offset -> offset.abs().compareTo(ofSeconds(1)) <= 0);
        assertThat(offsets).anyMatch(offset -> offset.compareTo(ofMillis(800)) > 0);
        assertThat(offsets).anyMatch(offset -> offset.compareTo(ofMillis(-800)) < 0);
    }

    @Test
    void theNextTickWaitsForACallThatWaits() { // rule 10
        Sim.run(() -> {
            var ticker = Periodic.every(ofSeconds(10), "tick", () -> {
                        trail.mark("begin " + elapsed());
                        sleep(ofSeconds(12));
                        trail.mark("end " + elapsed());
                    })
                    .start();
            sleep(ofSeconds(40));
            ticker.stop();
            sleep(ofSeconds(10));
        });
        trail.expect("begin 10 s", "end 22 s", "begin 30 s", "end 42 s");
    }

    /// **fix** In Tornado stop and start inside the callback begin a second schedule beside the first, whose calls
    /// overlap.
    @Test
    void stopAndStartInsideACallDoNotMakeItOverlap() { // rule 10
        Sim.run(() -> {
            var running = new int[1];
            var ticker = new Periodic[1];
            ticker[0] = Periodic.every(ofSeconds(10), "tick", () -> {
                        assertThat(++running[0]).isEqualTo(1);
                        mark();
                        ticker[0].stop();
                        ticker[0].start();
                        sleep(ofSeconds(15));
                        running[0]--;
                    })
                    .start();
            sleep(ofSeconds(65));
            ticker[0].stop();
            sleep(ofSeconds(15));
        });
        trail.expect("10 s", "30 s", "50 s"); // a grid that begins at each call, with one tick skipped
    }

    @Test
    void stopAndStartFromOutsideWhileACallRunsDoNotMakeItOverlap() { // rule 10
        Sim.run(() -> {
            var ticker = Periodic.every(ofSeconds(10), "tick", () -> {
                        mark();
                        sleep(ofSeconds(13));
                    })
                    .start();
            sleep(ofSeconds(12));
            ticker.stop();
            ticker.start(); // a grid of 22, 32, …; the call ends at 23
            sleep(ofSeconds(25));
            ticker.stop();
            sleep(ofSeconds(20));
        });
        trail.expect("10 s", "32 s");
    }

    @Test
    void aFailingCallIsLoggedAndTheScheduleGoesOn(Logged log) { // rule 10
        var error = new IOException("disk full");
        Sim.run(() -> {
            var ticker = Periodic.every(ofSeconds(10), "tick", () -> {
                        mark();
                        throw error;
                    })
                    .start();
            sleep(ofSeconds(25));
            ticker.stop();
            trail.expect("10 s", "20 s");
            assertThat(log.take()).hasSize(2).allSatisfy(line -> {
                assertThat(line.getMessage()).isEqualTo("Periodic[tick, every 10 s]: a call failed");
                assertThat(line.getThrown()).isSameAs(error);
            });
        });
    }

    @Test
    void aPeriodThatIsNotPositiveIsRefused() { // rule 10
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Periodic.every(Duration.ZERO, "tick", () -> {}))
                .withMessage("period <= 0: 0 ns");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Periodic.every(ofSeconds(-1), "tick", () -> {}))
                .withMessage("period <= 0: -1 s");
    }

    @Test
    void aJitterOfMoreThanThePeriodIsRefused() { // rule 10
        var ticker = Periodic.every(ofNanos(1), "tick", () -> {});
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ticker.jitter(1.1))
                .withMessage("jitter not in 0..1: 1.1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ticker.jitter(Double.NaN))
                .withMessage("jitter not in 0..1: NaN");
    }

    @Test
    void startingTwiceDoesNotDoubleTheRate() { // rule 10
        Sim.run(() -> {
            var ticker = Periodic.every(ofSeconds(10), "tick", this::mark).start();
            sleep(ofSeconds(5));
            ticker.start();
            sleep(ofSeconds(20));
            ticker.stop();
            ticker.stop(); // does nothing
            sleep(ofSeconds(20));
        });
        trail.expect("10 s", "20 s");
    }

    @Test
    void itMayStopItself() { // rule 10
        Sim.run(() -> {
            var ticker = new Periodic[1];
            ticker[0] = Periodic.every(ofSeconds(10), "tick", () -> {
                        mark();
                        ticker[0].stop();
                        assertThat(ticker[0].isRunning()).isFalse();
                    })
                    .start();
            assertThat(ticker[0].isRunning()).isTrue();
            sleep(ofSeconds(45));
        });
        trail.expect("10 s");
    }

    @Test
    void itKeepsItsLoopRunningUnlessToldNotTo() { // rule 10
        try (var loop = IOLoop.open()) {
            loop.execute(() -> {
                Periodic.every(ofHours(1), "keep-alive", this::mark).start().unref();
                Periodic.every(ofHours(1), "keep-alive", this::mark).unref().start();
                var ticker = new Periodic[1];
                ticker[0] = Periodic.every(ofMillis(1), "tick", () -> {
                            trail.mark("counted");
                            ticker[0].stop();
                        })
                        .start();
            });
            loop.run();
        }
        trail.expect("counted");
    }

    @Test
    void offALoopItDoesNotStart() { // rule 8
        var ticker = Periodic.every(ofHours(1), "tick", () -> {});
        assertThatIllegalStateException().isThrownBy(ticker::start).withMessageContaining("runs no loop");
        ticker.stop(); // does nothing
    }

    @Test
    void itGoesByItsName() {
        assertThat(Periodic.every(ofSeconds(10), "refresh", () -> {})).hasToString("Periodic[refresh, every 10 s]");
    }

    private void mark() {
        trail.mark(elapsed());
    }

    private static String elapsed() {
        return Sim.elapsed().toSeconds() + " s";
    }

    @Test
    void itIsFreeAgainWhenItsLoopIsClosed() { // rule 18
        var calls = new Trail();
        var periodic = Periodic.every(Duration.ofSeconds(1), "again", () -> calls.mark("call"));
        for (int i = 0; i < 2; i++) {
            try (var loop = IOLoop.open("one of two")) {
                loop.execute(periodic::start);
                loop.execute(loop::stop);
                loop.run();
                assertThat(periodic.isRunning()).isTrue();
            }
            assertThat(periodic.isRunning()).isFalse();
        }
        periodic.stop();
    }
}
