package dev.holdfast.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.holdfast.testing.Trail;
import dev.holdfast.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import org.junit.jupiter.api.Test;

/// A poller that somebody brings, as an I/O layer does.
final class PollerTest {
    private final Trail trail = new Trail();

    @Test
    void aLoopSleepsInItsNewPollerFromTheNextTurnOn() {
        try (var loop = IOLoop.open()) {
            loop.execute(() -> {
                loop.sleepIn(new Watching("new"));
                trail.mark("moved");
            });
            loop.execute(() -> trail.mark("same turn"));
            loop.run();
            trail.expect("moved", "same turn", "new before", "new after");
        }
    }

    @Test
    void theOldPollerIsClosedWithTheMoveAndTheNewOneWithTheLoop() {
        var loop = IOLoop.open();
        loop.sleepIn(new Watching("first"));
        loop.sleepIn(new Watching("second"));
        trail.expect("first closed");
        loop.close();
        trail.expect("second closed");
    }

    @Test
    void aPollerIsAroundAllTurnsOfARun() {
        try (var loop = IOLoop.open()) {
            loop.sleepIn(new Watching("poller"));
            for (int run = 1; run <= 2; run++) {
                loop.execute(() -> loop.execute(() -> trail.mark("two turns")));
                loop.run();
                trail.expect("poller before", "two turns", "poller after");
            }
        }
    }

    @Test
    void aMoveInTheLastTurnBeforeAStopIsNoTurnMore() { // rule 5
        try (var loop = IOLoop.open()) {
            loop.execute(() -> {
                loop.sleepIn(new Watching("new"));
                loop.execute(() -> trail.mark("a turn more"));
                loop.stop();
            });
            loop.run();
            assertThat(trail.marks()).isEmpty();
        }
    }

    @Test
    void whatAPollerSettlesIsSeenBeforeTheLoopSleeps() {
        try (var loop = IOLoop.open()) {
            var poller = new Watching("poller");
            loop.sleepIn(poller);
            loop.execute(() -> poller.left.add(() -> loop.execute(() -> trail.mark("woken"))));
            loop.run(); // would sleep for ever
            trail.expect("poller before", "woken", "poller after");
        }
    }

    @Test
    void aLoopWhosePollerSettlesTheLastThingThereIsEndsItsRun() {
        try (var loop = IOLoop.open()) {
            var poller = new Watching("poller");
            loop.sleepIn(poller);
            poller.watching = true;
            loop.execute(() -> poller.left.add(() -> poller.watching = false));
            loop.run(); // would sleep for ever
            trail.expect("poller before", "poller after");
        }
    }

    @Test
    void aLoopKeepsThePollerThatItWasOpenedWith() {
        try (var loop = IOLoop.open("own", Clock.SYSTEM, Poller.parking())) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> loop.sleepIn(Poller.parking()))
                    .withMessage("IOLoop[own] keeps the poller that it was opened with");
        }
    }

    /// Never sleeps for longer than a tenth of a second: a test that would, fails.
    private final class Watching implements Poller {
        private final String name;
        private final Poller parking = Poller.parking();
        private final ArrayDeque<Runnable> left = new ArrayDeque<>();
        private boolean watching;

        Watching(String name) {
            this.name = name;
        }

        @Override
        public void around(Runnable turns) {
            trail.mark(name + " before");
            turns.run();
            trail.mark(name + " after");
        }

        @Override
        public void settle() {
            for (Runnable next; (next = left.poll()) != null; ) next.run();
        }

        @Override
        public void poll(long nanos) {
            if (nanos == Long.MAX_VALUE) throw new AssertionError("sleeps for ever");
            parking.poll(Math.min(nanos, Duration.ofMillis(100).toNanos()));
        }

        @Override
        public void wakeup() {
            parking.wakeup();
        }

        @Override
        public boolean isWatching() {
            return watching || !left.isEmpty();
        }

        @Override
        public void close() {
            trail.mark(name + " closed");
        }
    }
}
