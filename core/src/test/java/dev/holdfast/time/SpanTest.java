package dev.holdfast.time;

import static java.time.Duration.ofDays;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofNanos;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SpanTest {
    private static final Duration FOR_EVER = ofSeconds(Long.MAX_VALUE);
    private static final Duration SINCE_EVER = ofSeconds(Long.MIN_VALUE);

    @Test
    void lengthsAreSaidAsPeopleSayThem() {
        assertThat(Span.words(Duration.ZERO)).isEqualTo("0 ns");
        assertThat(Span.words(ofNanos(999))).isEqualTo("999 ns");
        assertThat(Span.words(ofNanos(1_000))).isEqualTo("1 us");
        assertThat(Span.words(ofNanos(1_500))).isEqualTo("1.5 us");
        assertThat(Span.words(ofMillis(1))).isEqualTo("1 ms");
        assertThat(Span.words(ofMillis(250))).isEqualTo("250 ms");
        assertThat(Span.words(ofSeconds(1))).isEqualTo("1 s");
        assertThat(Span.words(ofMillis(1_500))).isEqualTo("1.5 s");
        assertThat(Span.words(ofSeconds(119))).isEqualTo("119 s");
        assertThat(Span.words(ofMinutes(2))).isEqualTo("2 min");
        assertThat(Span.words(ofMinutes(90))).isEqualTo("90 min");
        assertThat(Span.words(ofHours(2))).isEqualTo("2 h");
        assertThat(Span.words(ofDays(1))).isEqualTo("24 h");
        assertThat(Span.words(ofDays(2))).isEqualTo("2 d");
        assertThat(Span.words(ofHours(49))).isEqualTo("49 h");
        assertThat(Span.words(ofSeconds(-3))).isEqualTo("-3 s");
    }

    @Test
    void tenthsAreCutOff() {
        assertThat(Span.words(ofMillis(1_999))).isEqualTo("1.9 s");
        assertThat(Span.words(ofMillis(1_099))).isEqualTo("1 s");
    }

    @Test
    void lengthsBeyondALongAreStillLengths() {
        assertThat(Span.nanos(FOR_EVER)).isGreaterThan(ofDays(36_500).toNanos()).isLessThan(Long.MAX_VALUE);
        assertThat(Span.nanos(SINCE_EVER)).isLessThan(-ofDays(36_500).toNanos());
        assertThat(Span.words(FOR_EVER)).endsWith(" min");
        assertThat(Span.words(SINCE_EVER)).startsWith("-");
    }

    @Test
    void aMomentHoweverFarComesAfterNow() { // moments are compared by their difference, which may overflow
        for (long now : new long[] {0, -5, Long.MAX_VALUE, Long.MIN_VALUE}) {
            assertThat(Span.after(now, ofSeconds(1)) - now).isEqualTo(1_000_000_000);
            assertThat(Span.after(now, FOR_EVER) - now).isPositive();
            assertThat(Span.after(now, ofNanos(Long.MAX_VALUE)) - now).isPositive();
            assertThat(Span.after(now, SINCE_EVER) - now).isNegative();
            assertThat(Span.after(now, FOR_EVER) - Span.after(now + 1_000, ofSeconds(1)))
                    .isPositive();
        }
    }

    @Test
    void theSystemClockGoesForward() { // rule 4
        long before = Clock.SYSTEM.nanos();
        assertThat(Clock.SYSTEM.nanos() - before).isNotNegative();
    }
}
