package dev.holdfast.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Whether seeds find what others shipped: each bug passes in order, shows from some of a thousand seeds, and shows
/// again from that seed.
class HistoricBugsTest {
    private static final int SEEDS = 1_000;
    private static final int STARTS = 21; // odd, so that one is in the middle

    @ParameterizedTest
    @EnumSource(HistoricBug.class)
    void inOrderItPasses(HistoricBug bug) {
        for (int i = 0; i < 3; i++) Sim.run(bug.program::run);
    }

    @ParameterizedTest
    @EnumSource(HistoricBug.class)
    void aThousandSeedsFindIt(HistoricBug bug, Logged log) {
        var error = catchThrowable(() -> Sim.explore(SEEDS, bug.program::run));
        assertThat(error).isInstanceOf(AssertionError.class).hasMessageContaining("failed from seed ");
        log.take();
    }

    @ParameterizedTest
    @EnumSource(HistoricBug.class)
    void itRepeatsFromItsSeed(HistoricBug bug, Logged log) {
        long seed = firstFrom(1, bug);
        var first = failureFrom(seed, bug);
        for (int i = 0; i < 3; i++) {
            assertThat(failureFrom(seed, bug)).hasSameClassAs(first).hasMessage(first.getMessage());
        }
        log.take();
    }

    @ParameterizedTest
    @EnumSource(HistoricBug.class)
    void whereverOneStartsItIsFoundSoon(HistoricBug bug, Logged log) {
        var seeds = LongStream.range(0, STARTS)
                .map(i -> 1 + i * SEEDS)
                .map(start -> firstFrom(start, bug) - start + 1)
                .sorted()
                .toArray();
        System.out.println(bug + ": found by the median of " + seeds[STARTS / 2] + " seeds, from " + STARTS
                + " starting points; at most " + seeds[STARTS - 1]);
        assertThat(seeds[STARTS - 1]).isLessThanOrEqualTo(SEEDS);
        log.take();
    }

    @ParameterizedTest
    @EnumSource(HistoricBug.class)
    void theCureHolds(HistoricBug bug) {
        Sim.run(bug.cure::run);
        Sim.explore(SEEDS / 10, bug.cure::run);
    }

    private static long firstFrom(long start, HistoricBug bug) {
        return LongStream.range(start, start + SEEDS)
                .filter(seed -> failureFrom(seed, bug) != null)
                .findFirst()
                .orElse(Long.MAX_VALUE);
    }

    private static Throwable failureFrom(long seed, HistoricBug bug) {
        return catchThrowable(() -> Sim.run(seed, bug.program::run));
    }
}
