package dev.holdfast.lifetime.random;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.testing.Logged;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Never a false alarm, and never a missed one: of each random program an oracle that knows nothing of Holdfast
/// foretells how every task ends, and who meets a verdict in which order. `-Dholdfast.program=SEED` plays one alone.
@Tag("threads")
class RandomProgramsTest {
    @Test
    void twoHundredProgramsEndAsForetold(Logged log) throws InterruptedException {
        play(200, log);
    }

    @Test
    @Tag("long")
    @Timeout(1_200) // they take a minute or two; on a machine that does other things too, several times that
    void tenThousandProgramsEndAsForetold(Logged log) throws InterruptedException {
        System.out.println(play(10_000, log));
    }

    private static Tally play(int programs, Logged log) throws InterruptedException {
        var one = Long.getLong("holdfast.program");
        var season = new Season(one == null ? 0 : one, log);
        for (int i = one == null ? programs : 1; i > 0; i--) {
            var performance = season.next();
            boolean isFine = performance.isAsForetold() || season.isChance(performance);
            assertThat(isFine).as(performance::toString).isTrue();
        }
        var tally = season.tally();
        if (one == null) assertIsWorthSeeing(tally, programs);
        return tally;
    }

    /// Else the oracle could be right for want of questions.
    private static void assertIsWorthSeeing(Tally tally, int programs) {
        assertThat(tally.percentStuck()).isBetween(40, 60);
        assertThat(tally.percentWith(Construct.THREADS)).isGreaterThanOrEqualTo(30);
        assertThat(tally.percentWith(Construct.COLLECTIONS)).isGreaterThanOrEqualTo(30);
        assertThat(tally.percentLeftToChance()).isLessThanOrEqualTo(60);
        assertThat(tally.overlookedChances()).isLessThanOrEqualTo(1 + programs / 1_000);
    }
}
