package dev.holdfast.peers.works;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Everybody does the same, and all of it.
@Timeout(60)
class WorksTest {
    private static final int FEW = 1_000; // a batch, two games, a tree of three floors

    static Stream<Arguments> everybodyAndAllTheirWorks() {
        return jvms().flatMap(jvm -> Stream.of(Work.values())
                .filter(work -> work != Work.PARKED && jvm.has(work))
                .map(work -> Arguments.of(jvm, work)));
    }

    static Stream<OnJvm> thoseWhoPark() {
        return jvms().filter(jvm -> jvm.has(Work.PARKED));
    }

    private static Stream<OnJvm> jvms() {
        return Entrant.all(Path.of("src/main/python")).stream()
                .map(Entrant::way)
                .filter(way -> way.absence().isEmpty())
                .flatMap(way -> way instanceof OnJvm jvm ? Stream.of(jvm) : Stream.of());
    }

    @ParameterizedTest
    @MethodSource("everybodyAndAllTheirWorks")
    @Tag("threads")
    void aWorkAddsUpHoweverOftenItIsDone(OnJvm jvm, Work work) throws Exception {
        try (var works = OnJvm.make(jvm.type())) {
            work.play(works, FEW);
            work.play(works, FEW);
        }
    }

    @ParameterizedTest
    @MethodSource("thoseWhoPark")
    @Tag("threads")
    void whoWasParkedIsLetGo(OnJvm jvm) throws Exception {
        try (var works = OnJvm.make(jvm.type())) {
            works.park(FEW).open();
            works.park(FEW).open();
        }
    }

    @Test
    void whatDoesNotAddUpIsNoFigure() {
        var lazy = new Works() {
            @Override
            public long fan(int n) {
                return 1;
            }

            @Override
            public void close() {}
        };

        assertThatThrownBy(() -> Work.FAN.play(lazy, 1_000)).hasMessage("FAN of 1000 came to 1, not 499500");
    }

    @Test
    void aPeerHasTheWorksThatItDoesItself() {
        assertThat(EnumSet.allOf(Work.class))
                .filteredOn(work -> work.isIn(JoxChannels.class))
                .containsExactly(Work.PING_PONG);
        assertThat(EnumSet.allOf(Work.class)).allMatch(work -> work.isIn(HoldfastTasks.class));
    }

    @Test
    void noWorkIsJudgedThatHoldfastAloneCanDo() {
        assertThat(Gives.JUDGED)
                .allMatch(work -> jvms().filter(jvm -> jvm.has(work)).count() > 3);
    }
}
