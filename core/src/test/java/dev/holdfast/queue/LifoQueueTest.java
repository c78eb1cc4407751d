package dev.holdfast.queue;

import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static dev.holdfast.task.Coroutine.yieldNow;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.testing.Sim;
import dev.holdfast.testing.Trail;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class LifoQueueTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final LifoQueue<String> queue = new LifoQueue<>();
    private final Trail trail = new Trail();

    @Test
    void theLastThatCameInGoesOutFirst() { // rule 37
        Sim.run(() -> {
            for (var item : List.of("a", "b", "c")) queue.put(item);
            assertThat(List.of(queue.get(), queue.get(), queue.get())).containsExactly("c", "b", "a");
        });
    }

    @Test
    void thoseWhoWaitAreServedInTheOrderTheyCame() { // rule 37
        Sim.run(() -> {
            for (var name : List.of("first", "second")) {
                spawn(name, () -> trail.mark(name + " got " + queue.get()));
            }
            yieldNow();
            queue.put("a");
            queue.put("b");
            yieldNow();
            trail.expect("first got a", "second got b");
        });
    }

    @Test
    void anItemHandedToACancelledGetGoesBackToItsPlace() { // rule 22
        Sim.run(() -> {
            var gone = spawn("gone", () -> queue.get());
            var too = spawn("gone too", () -> queue.get());
            yieldNow();
            for (var item : List.of("a", "b", "c", "d")) queue.put(item);
            gone.cancel("the same moment");
            too.cancel("the same moment");
            sleep(HOUR);
            for (var item : List.of("d", "c", "b", "a")) assertThat(queue.get()).isEqualTo(item);
        });
    }

    @Test
    void theItemOfACancelledPutIsTakenOutAgain() { // rule 22
        Sim.run(() -> {
            var two = new LifoQueue<String>(2);
            two.put("a");
            two.put("b");
            var gone = spawn("gone", () -> two.put("c"));
            yieldNow();
            assertThat(two.get()).isEqualTo("b");
            gone.cancel("the same moment");
            sleep(HOUR);
            assertThat(two.get()).isEqualTo("a");
            assertThat(two.isEmpty()).isTrue();
        });
    }

    @Test
    void aCapacityOfZeroIsRefused() { // rule 33
        assertThatThrownBy(() -> new LifoQueue<String>(0)).hasMessage("capacity < 1: 0");
    }

    @Test
    void itShowsHowMuchIsInIt() {
        assertThat(queue).hasToString("LifoQueue[0]");
        assertThat(new LifoQueue<String>(8)).hasToString("LifoQueue[0/8]");
    }
}
