package dev.holdfast.carrier;

import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static dev.holdfast.task.Coroutine.yieldNow;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.loop.IOLoop;
import dev.holdfast.loop.Poller;
import dev.holdfast.task.Action;
import dev.holdfast.task.Tasks;
import dev.holdfast.testing.Logged;
import dev.holdfast.testing.Trail;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Rule 12 and law 2: whoever keeps the loop to himself delays the others, and takes nothing from them. Time is a
/// number here, which a body moves on where it would have computed; so a second of computing takes none.
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FairnessTest {
    private static final long SECOND = 1_000_000_000;

    private final Counting poller = new Counting();
    private final Trail trail = new Trail();
    private long now;
    private final IOLoop loop = IOLoop.open("fair", () -> now, poller);

    @AfterEach
    void close() {
        loop.close();
    }

    // ---- somebody computes for a second

    @Test
    void aTaskThatComputesForASecondLosesNoTimer() { // rule 12
        timersEvery100Millis();
        start("computing", () -> compute(SECOND));
        loop.run();
        trail.expect("computed", "0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.7", "0.8", "0.9", "1.0");
    }

    @Test
    void aCallbackThatComputesForASecondLosesNoTimer() { // rule 12
        timersEvery100Millis();
        loop.execute(() -> compute(SECOND));
        loop.run();
        trail.expect("computed", "0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.7", "0.8", "0.9", "1.0");
    }

    @Test
    void afterASecondOfComputingTheOthersRunInTheOrderTheyCame() { // rules 1a, 12
        loop.execute(() -> {
            loop.execute(() -> trail.mark("callback"));
            spawn("a", () -> trail.mark("task"));
            loop.callLater(Duration.ofMillis(1), () -> trail.mark("timer"));
            loop.execute(() -> trail.mark("last callback"));
            compute(SECOND);
        });
        loop.run();
        trail.expect("computed", "callback", "task", "last callback", "timer");
    }

    private void timersEvery100Millis() {
        for (int i = 10; i >= 1; i--) {
            var name = i / 10 + "." + i % 10;
            loop.callAt(i * SECOND / 10, () -> trail.mark(name));
        }
    }

    private void compute(long nanos) {
        now += nanos;
        trail.mark("computed");
    }

    // ---- somebody never waits for anything

    @Test
    void aYieldNowLoopDelaysATimerByOneTurnAtMost() { // rule 12
        start("yielding", () -> {
            yieldNow();
            loop.callAt(now + 5, () -> trail.mark("timer"));
            now += 5;
            for (int i = 0; i < 3; i++) {
                trail.mark("turn");
                yieldNow();
            }
        });
        loop.run();
        trail.expect("turn", "turn", "timer", "turn");
    }

    @Test
    void aYieldNowLoopDelaysThePollByABoundedNumberOfTurns() { // rule 12, law 2
        start("yielding", () -> {
            yieldNow();
            poller.longest = 0;
            for (int i = 0; i < 10 * MountedCarrier.OWN_TURNS; i++) {
                poller.turns++;
                yieldNow();
            }
            assertThat(poller.longest).isBetween(1, MountedCarrier.OWN_TURNS + 1);
        });
        loop.run();
        assertThat(poller.longest).isPositive();
    }

    @Test
    void aCallbackThatAlwaysAddsItselfDelaysThePollNoMore() { // rule 12, law 2
        loop.execute(new Runnable() {
            private int left = 10 * MountedCarrier.OWN_TURNS;

            @Override
            public void run() {
                poller.turns++;
                if (left-- > 0) loop.execute(this);
            }
        });
        loop.run();
        assertThat(poller.longest).isBetween(1, MountedCarrier.OWN_TURNS + 1);
    }

    @Test
    void whatOthersBringEntersAtTheNextTurnOfAYieldNowLoop() { // rule 12
        var door = loop.external("test");
        start("yielding", () -> {
            yieldNow();
            door.execute(() -> trail.mark("brought"));
            for (int i = 0; i < 3; i++) {
                trail.mark("turn");
                yieldNow();
            }
            door.close();
        });
        loop.run();
        assertThat(trail.marks().indexOf("brought")).isBetween(1, 2);
    }

    // ---- somebody fails

    @Test
    void aCallbackThatThrowsTakesNothingFromThoseBehindIt(Logged log) { // rule 7
        Callback broken = () -> {
            throw new IllegalStateException("on purpose: a callback of the carrier's own that throws");
        };
        loop.execute(() -> trail.mark("before"));
        loop.carrier().add(broken);
        loop.execute(() -> trail.mark("behind"));
        start("task", () -> trail.mark("task"));
        loop.run();
        trail.expect("before", "behind", "task");
        log.expect("a callback threw: " + broken);
    }

    @Test
    void aTimerThatFailsTakesNothingFromThoseDueWithIt(Logged log) { // rule 12
        loop.callAt(1, () -> trail.mark("first"));
        loop.callAt(1, () -> {
            throw new IllegalStateException("on purpose: a timer that fails");
        });
        loop.callAt(1, () -> trail.mark("last"));
        start("task", () -> {
            sleep(Duration.ofNanos(2));
            trail.mark("task");
        });
        loop.run();
        trail.expect("first", "last", "task");
        assertThat(log.take()).hasSize(1);
    }

    private void start(String name, Action<?> body) {
        var tasks = Tasks.of(loop);
        tasks.start(name, tasks.root(), body.asBody());
    }

    /// Jumps to the next timer where others would sleep, and counts the turns between two polls.
    private final class Counting implements Poller {
        private int turns; // since the last poll
        private int longest;

        @Override
        public void poll(long nanos) {
            longest = Math.max(longest, turns);
            turns = 0;
            if (nanos != Long.MAX_VALUE) now += nanos;
        }

        @Override
        public void wakeup() {}
    }
}
