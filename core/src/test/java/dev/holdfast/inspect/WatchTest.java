package dev.holdfast.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/// When a hold is told of, and when it is not.
final class WatchTest {
    private static final long LOOK = Duration.ofMillis(50).toNanos();
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final Watch watch = new Watch(Duration.ofMillis(100));
    private long now;

    /// Looks at `hold` until `seconds` have passed; returns whether it was time to speak, at the last look.
    private boolean look(long hold, double seconds) {
        boolean due = false;
        for (long end = now + (long) (seconds * SECOND); now < end; now += LOOK) due = watch.see(hold, LOOK, now);
        return due;
    }

    private boolean isToldOf(long hold, String place) {
        return look(hold, 0.15) && watch.speak(place, now);
    }

    @Test
    void aHoldIsTimedFromTheFirstLookThatSawIt() {
        assertThat(look(1, 0.1)).isFalse();
        assertThat(look(1, 0.05)).isTrue();
        assertThat(watch.held()).isEqualTo(Duration.ofMillis(100));
    }

    @Test
    void manyShortHoldsAreNotALongOne() {
        for (int hold = 1; hold < 100; hold += 2) assertThat(look(hold, 0.1)).isFalse();
    }

    @Test
    void aLoopThatSleepsIsHeldByNobody() {
        assertThat(look(2, 3600)).isFalse();
    }

    @Test
    void timeThatNobodySawDoesNotCount() {
        look(1, 0.1);
        assertThat(watch.see(1, 0, now += 3600 * SECOND)).isFalse();
        assertThat(look(1, 0.05)).isTrue();
        assertThat(watch.held()).isEqualTo(Duration.ofMillis(100));
    }

    @Test
    void itIsToldOfAgainWhenItHasBecomeTenTimesAsLong() {
        assertThat(isToldOf(1, "a")).isTrue();
        look(1, 100);
        assertThat(watch.held()).isBetween(Duration.ofSeconds(99), Duration.ofSeconds(101));
        assertThat(watch.speak("a", now)).isTrue();
        assertThat(look(1, 800)).isFalse();
        assertThat(look(1, 200)).isTrue();
    }

    @Test
    void tenSecondsPassBetweenTwoLines() {
        assertThat(isToldOf(1, "a")).isTrue();
        assertThat(look(1, 9)).isFalse();
        assertThat(look(1, 2)).isTrue();
        assertThat(watch.speak("a", now)).isTrue();
    }

    @Test
    void theNextLineSaysHowManyWereKeptBack() {
        assertThat(isToldOf(1, "a")).isTrue();
        assertThat(watch.takeUntold()).isZero();
        assertThat(isToldOf(3, "b")).isFalse();
        assertThat(isToldOf(5, "c")).isFalse();
        look(6, 10);
        assertThat(isToldOf(7, "d")).isTrue();
        assertThat(watch.takeUntold()).isEqualTo(2);
        assertThat(watch.takeUntold()).isZero();
    }

    @Test
    void aPlaceIsToldOfOnce() {
        assertThat(isToldOf(1, "a")).isTrue();
        look(2, 3600);
        assertThat(isToldOf(3, "a")).isFalse();
        assertThat(isToldOf(5, "b")).isTrue();
        assertThat(watch.takeUntold()).isEqualTo(1);
    }

    @Test
    void aHoldThatWasKeptBackIsToldOfWhenItHasBecomeTenTimesAsLong() {
        assertThat(isToldOf(1, "a")).isTrue();
        assertThat(isToldOf(3, "b")).isFalse();
        assertThat(look(3, 9)).isFalse();
        assertThat(look(3, 2)).isTrue();
        assertThat(watch.speak("b", now)).isTrue();
        assertThat(watch.takeUntold()).isZero();
    }

    @Test
    void ofManyPlacesTheOldestAreForgotten() {
        for (int place = 0; place <= 100; place++) {
            assertThat(isToldOf(2 * place + 1, "place " + place)).isTrue();
            look(2, 10);
        }
        assertThat(isToldOf(1001, "place 100")).isFalse();
        assertThat(isToldOf(1003, "place 0")).isTrue();
    }
}
