package dev.holdfast.peers.works;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.benchmarks.Figures;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class StandingsTest {
    private static final Entrant HOLDFAST = entrant("HOLDFAST", Gives.ITSELF);
    private static final Entrant BARE = entrant("BARE", Gives.LIMIT);
    private static final Entrant THREADS = entrant("THREADS", Gives.THE_SAME);
    private static final Entrant KOTLIN = entrant("KOTLIN", Gives.STACKLESS);
    private static final Entrant TORNADO = entrant("TORNADO", Gives.PYTHON);

    private final Figures first = new Figures();
    private final Figures second = new Figures();
    private final Figures third = new Figures();

    private static Entrant entrant(String name, Gives gives) {
        return new Entrant(name, name.toLowerCase(Locale.ROOT), gives, new OnPython("nobody", Path.of("nothing.py")));
    }

    private String table(Entrant... entrants) {
        return new Standings(List.of(entrants), List.of(first, second, third)).table();
    }

    @Test
    void aRatioIsTakenInEachRound() {
        // The third round was slow for both: of all figures together the ratio would be 1.
        first.add("SWITCH.HOLDFAST", 100);
        first.add("SWITCH.THREADS", 200);
        second.add("SWITCH.HOLDFAST", 200);
        second.add("SWITCH.THREADS", 400);
        third.add("SWITCH.HOLDFAST", 900);
        third.add("SWITCH.THREADS", 200);

        assertThat(table(HOLDFAST, THREADS))
                .contains("| switch: one await | holdfast |  | 200 ns | 120 – 760 | 1.00 |  |")
                .contains(
                        "|  | threads | straight-line code, one at a time | 200 ns | 200 – 360 | 2.00 | ≥ 1.00: ok |");
    }

    @Test
    void whoTakesLessThanHoldfastMakesItMissItsGate() {
        first.add("START_JOIN.HOLDFAST", 100);
        first.add("START_JOIN.THREADS", 99);

        assertThat(table(HOLDFAST, THREADS)).contains("| 99.0 ns | 99.0 – 99.0 | 0.99 | ≥ 1.00: **missed** |");
    }

    @Test
    void cpythonHasToTakeTenTimesAsLong() {
        first.add("PING_PONG.HOLDFAST", 100);
        first.add("PING_PONG.TORNADO", 999);

        assertThat(table(HOLDFAST, TORNADO)).contains("| 9.99 | ≥ 10.00: **missed** |");
    }

    @Test
    void stacklessCoroutinesAreAnAim() {
        first.add("SWITCH.HOLDFAST", 100);
        first.add("SWITCH.KOTLIN", 50);
        second.add("PING_PONG.HOLDFAST", 100);
        second.add("PING_PONG.KOTLIN", 49);

        assertThat(table(HOLDFAST, KOTLIN)).contains("| 0.50 | aim ≥ 0.50: ok |", "| 0.49 | aim ≥ 0.50: **missed** |");
    }

    @Test
    void otherWorksHaveNoGate() {
        first.add("FAN.HOLDFAST", 100);
        first.add("FAN.THREADS", 50);

        assertThat(table(HOLDFAST, THREADS)).contains("| 0.50 |  |");
    }

    @Test
    void theLimitHasNoGate() {
        first.add("SWITCH.HOLDFAST", 100);
        first.add("SWITCH.BARE", 80);

        assertThat(table(HOLDFAST, BARE)).contains("| bare | the limit | 80.0 ns | 80.0 – 80.0 | 0.80 |  |");
    }

    @Test
    void whatATaskRetainsIsHeldAgainstABareThread() {
        first.add("PARKED.HOLDFAST", 1_020);
        first.add("PARKED.BARE", 600);

        assertThat(table(HOLDFAST, BARE))
                .contains("| 1,020 bytes | 1,020 – 1,020 | 1.00 | 1.70 of bare, ≤ 1.70: ok |")
                .contains("| 600 bytes | 600 – 600 | 0.59 |  |");
        second.add("PARKED.HOLDFAST", 1_100);
        second.add("PARKED.BARE", 600);
        assertThat(table(HOLDFAST, BARE)).contains("1.77 of bare, ≤ 1.70: **missed**");
    }

    @Test
    void withoutHoldfastThereIsNoRatio() {
        first.add("SWITCH.THREADS", 100);

        assertThat(table(HOLDFAST, THREADS))
                .contains(
                        "| switch: one await | threads | straight-line code, one at a time | 100 ns | 100 – 100 |  |  |");
    }

    @Test
    void whoWasNotMeasuredIsLeftOut() {
        first.add("SWITCH.HOLDFAST", 100);

        assertThat(table(HOLDFAST, THREADS))
                .contains("holdfast")
                .doesNotContain("threads")
                .doesNotContain("start + join");
    }
}
