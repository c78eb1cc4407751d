package dev.holdfast.sync;

import static dev.holdfast.task.Coroutine.blocking;
import static dev.holdfast.task.Coroutine.spawn;
import static dev.holdfast.task.Coroutine.yieldNow;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.holdfast.task.Task;
import dev.holdfast.testing.Sim;
import dev.holdfast.testing.Trail;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class WaitQueueTest {
    private final Trail trail = new Trail();
    private final WaitQueue<String> line = new WaitQueue<>(brought -> {
        trail.mark("back: " + brought);
        return !brought.equals("kept");
    });

    private Task<?> waiter(String brought) {
        return spawn(brought, () -> trail.mark(line.await("the line", brought)));
    }

    @Test
    void whoWakesIsToldWhatTheFirstBrought() { // rule 29
        Sim.run(() -> {
            waiter("a");
            waiter("b");
            yieldNow();
            assertThat(line.wakeFirst()).isEqualTo("a");
            assertThat(line.wakeFirst()).isEqualTo("b");
            assertThat(line.wakeFirst()).isNull();
            trail.expect();
            yieldNow();
            trail.expect("a", "b");
        });
    }

    @Test
    void everybodyIsWokenInOrder() {
        Sim.run(() -> {
            waiter("a");
            waiter("b");
            yieldNow();
            line.wakeAll();
            yieldNow();
            trail.expect("a", "b");
        });
    }

    @Test
    void whatWasBroughtIsGivenBackByOneWhoWasWokenInVain() { // rule 22
        Sim.run(() -> {
            var a = waiter("a");
            yieldNow();
            line.wakeFirst();
            a.cancel("the same moment");
            yieldNow();
            trail.expect("back: a");
            assertThat(a.future().isCancelled()).isTrue();
        });
    }

    @Test
    void whatCannotBeGivenBackIsKept() { // rule 22
        Sim.run(() -> {
            var kept = waiter("kept");
            yieldNow();
            line.wakeFirst();
            kept.cancel("the same moment");
            yieldNow();
            trail.expect("back: kept", "kept");
        });
    }

    @Test
    void whoLeavesBeforeBeingWokenHasNothingToGiveBack() { // rule 29
        Sim.run(() -> {
            var a = waiter("a");
            yieldNow();
            a.cancel("not needed");
            assertThat(line.wakeFirst()).isNull();
            yieldNow();
            trail.expect();
        });
    }

    @Test
    @Tag("threads")
    void anotherThreadThatWakesIsRefusedAndNobodyLeavesTheLine() { // rule 18
        Sim.run(() -> {
            waiter("a");
            yieldNow();
            assertThat(blocking(() -> catchThrowable(line::wakeFirst))).hasMessageContaining("touched the line of");
            assertThat(blocking(() -> catchThrowable(line::wakeAll))).hasMessageContaining("touched the line of");
            line.wakeAll();
            yieldNow();
            trail.expect("a");
        });
    }

    @Test
    void leavingTheLineTakesConstantTime() { // rule 29
        // A line that is searched takes a thousand times longer from its end.
        Sim.run(() -> {
            long fromTheFront = Long.MAX_VALUE;
            long fromTheEnd = Long.MAX_VALUE;
            for (int round = 0; round < 3; round++) {
                fromTheFront = Math.min(fromTheFront, nanosToCancel(crowd()));
                fromTheEnd = Math.min(fromTheEnd, nanosToCancel(crowd().reversed()));
            }
            assertThat(fromTheEnd).isLessThan(5 * fromTheFront + 5_000_000);
            trail.expect();
        });
    }

    private List<Task<?>> crowd() {
        var crowd = new ArrayList<Task<?>>();
        for (int i = 0; i < 5_000; i++) crowd.add(waiter("waiter"));
        yieldNow();
        return crowd;
    }

    private static long nanosToCancel(List<Task<?>> crowd) {
        long start = System.nanoTime();
        for (var task : crowd) task.cancel("not needed");
        long nanos = System.nanoTime() - start;
        yieldNow();
        return nanos;
    }
}
