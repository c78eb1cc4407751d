package dev.holdfast.testing;

import static dev.holdfast.task.Coroutine.await;
import static dev.holdfast.task.Coroutine.blocking;
import static dev.holdfast.task.Coroutine.sleep;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.holdfast.cancel.TooSlow;
import dev.holdfast.future.Promise;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class FaultyExternalTest {
    private static final List<Integer> IN_ORDER = IntStream.range(0, 5).boxed().toList();

    /// What came, and when the last of it did.
    private record Arrivals(List<Integer> values, long nanos) {}

    /// Hands over five numbers at once, and waits for a long time.
    private static Arrivals send(FaultyExternal door) {
        var arrivals = new ArrayList<Integer>();
        var last = new long[1];
        for (int i : IN_ORDER) {
            door.execute(() -> {
                arrivals.add(i);
                last[0] = Sim.elapsed().toNanos();
            });
        }
        assertThat(arrivals).isEmpty();
        sleep(ofHours(1));
        return new Arrivals(arrivals, last[0]);
    }

    @Test
    void withoutAFaultItIsAPlainDoor() {
        Sim.explore(20, () -> {
            assertThat(send(FaultyExternal.open("plain"))).isEqualTo(new Arrivals(IN_ORDER, 0));
        });
    }

    @Test
    void itDelays() {
        var moments = new HashSet<Long>();
        Sim.explore(20, () -> {
            var arrivals = send(FaultyExternal.open("slow").delay(ofSeconds(2)));
            assertThat(arrivals.values).isEqualTo(IN_ORDER);
            assertThat(arrivals.nanos).isBetween(1L, ofSeconds(2).toNanos());
            moments.add(arrivals.nanos);
        });
        assertThat(moments).hasSize(20);
    }

    @Test
    void itReorders() {
        var orders = new HashSet<List<Integer>>();
        Sim.explore(1_000, () -> {
            var arrivals = send(FaultyExternal.open("wild").reorder());
            assertThat(arrivals.values).containsExactlyInAnyOrderElementsOf(IN_ORDER);
            orders.add(arrivals.values);
        });
        assertThat(orders).hasSize(120); // all there are
    }

    @Test
    void itDrops() {
        var dropped = new HashSet<Integer>();
        Sim.explore(200, () -> {
            var door = FaultyExternal.open("lossy").drop(0.5);
            var arrivals = send(door);
            assertThat(arrivals.values).isSorted().hasSize(5 - door.dropped());
            dropped.add(door.dropped());
        });
        assertThat(dropped).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5);
    }

    @Test
    void theSameSeedGivesTheSameFaults() {
        for (long seed = 1; seed <= 20; seed++) assertThat(faultsOf(seed)).isEqualTo(faultsOf(seed));
        assertThat(faultsOf(1)).isNotEqualTo(faultsOf(2));
    }

    private static Arrivals faultsOf(long seed) {
        return Sim.<Arrivals, RuntimeException>run(
                seed,
                () -> send(
                        FaultyExternal.open("bad").delay(ofSeconds(2)).reorder().drop(0.2)));
    }

    @Test
    void whoWaitsForWhatWasDroppedNeedsALimit() {
        Sim.run(() -> {
            var answer = new Promise<Integer>();
            FaultyExternal.open("dead").drop(1).execute(() -> answer.complete(42));
            assertThatExceptionOfType(TooSlow.class).isThrownBy(() -> await(answer, ofSeconds(1)));
        });
    }

    @Test
    void afterItsCloseNothingGetsInAndWhatIsOnItsWayStillComes() { // rule 6
        Sim.run(() -> {
            var trail = new Trail();
            var door = FaultyExternal.open("sensor").delay(ofSeconds(1));
            door.execute(() -> trail.mark("before"));
            door.close();
            assertThat(door.tryExecute(() -> trail.mark("after"))).isFalse();
            assertThatExceptionOfType(RejectedExecutionException.class)
                    .isThrownBy(() -> door.execute(() -> {}))
                    .withMessage("FaultyExternal[sensor] is closed");
            sleep(ofSeconds(1));
            trail.expect("before");
        });
    }

    @Test
    void whatIsOnItsWayWhenTheTestEndsIsNothingLeftBehind() {
        var trail = new Trail();
        Sim.run(() -> FaultyExternal.open("sensor").delay(ofHours(1)).execute(() -> trail.mark("late")));
        trail.expect();
    }

    @Test
    void whoWaitsForWhatIsOnItsWayIsNotStuck() {
        Sim.explore(20, () -> {
            var answer = new Promise<Integer>();
            FaultyExternal.open("slow").delay(ofHours(1)).execute(() -> answer.complete(42));
            assertThat(await(answer)).isEqualTo(42);
        });
    }

    @Test
    void itRefusesWhatMakesNoSense() {
        Sim.run(() -> {
            var door = FaultyExternal.open("sensor");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> door.drop(1.1))
                    .withMessage("share not in 0..1: 1.1");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> door.delay(ofSeconds(-1)))
                    .withMessage("delay < 0: PT-1S");
        });
    }

    @Test
    @Tag("threads")
    void itIsNoDoorForOtherThreads() { // rule 18
        Sim.run(() -> {
            var door = FaultyExternal.open("sensor");
            blocking(() -> assertThatIllegalStateException()
                    .isThrownBy(() -> door.execute(() -> {}))
                    .withMessageContaining("touched FaultyExternal[sensor] of IOLoop[sim]"));
        });
    }
}
