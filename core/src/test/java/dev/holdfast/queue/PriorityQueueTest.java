package dev.holdfast.queue;

import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static dev.holdfast.task.Coroutine.yieldNow;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.testing.Sim;
import dev.holdfast.testing.Trail;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

class PriorityQueueTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private record Job(int rank, String name) {}

    private final Trail trail = new Trail();

    private static <T> List<T> drain(Queue<T> queue) {
        var items = new ArrayList<T>();
        for (T item; (item = queue.tryGet()) != null; ) items.add(item);
        return items;
    }

    @Test
    void theLeastGoesOutFirst() { // rule 37
        var queue = new PriorityQueue<Integer>();
        for (int item : new int[] {3, 1, 2, 5, 4}) queue.tryPut(item);
        assertThat(drain(queue)).containsExactly(1, 2, 3, 4, 5);
    }

    @Test
    void aComparatorSaysWhatIsLess() { // rule 37
        var queue = new PriorityQueue<String>(Comparator.reverseOrder());
        for (var item : List.of("b", "c", "a")) queue.tryPut(item);
        assertThat(drain(queue)).containsExactly("c", "b", "a");
    }

    @Test
    void ofEqualsTheFirstThatCameInGoesOutFirst() { // rule 37: a bare binary heap shuffles them
        var queue = new PriorityQueue<Job>(Comparator.comparingInt(Job::rank));
        for (int i = 0; i < 50; i++) queue.tryPut(new Job(i % 2, "" + i));
        var jobs = drain(queue);
        assertThat(jobs)
                .isSortedAccordingTo(
                        Comparator.comparingInt(Job::rank).thenComparingInt(job -> Integer.parseInt(job.name)));
    }

    @Test
    void thoseWhoWaitAreServedInTheOrderTheyCame() { // rule 37
        Sim.run(() -> {
            var queue = new PriorityQueue<Integer>(1);
            queue.put(5);
            for (int item : new int[] {9, 1}) {
                spawn("putter of " + item, () -> {
                    queue.put(item);
                    trail.mark(item + " is in");
                });
            }
            yieldNow();
            assertThat(queue.get()).isEqualTo(5);
            yieldNow();
            trail.expect("9 is in"); // though 1 is less
            assertThat(queue.get()).isEqualTo(9);
            assertThat(queue.get()).isEqualTo(1);
            yieldNow();
        });
    }

    @Test
    void anItemHandedToACancelledGetGoesBackToItsPlace() { // rule 22
        Sim.run(() -> {
            var queue = new PriorityQueue<Job>(Comparator.comparingInt(Job::rank));
            var gone = spawn("gone", () -> queue.get());
            yieldNow();
            queue.put(new Job(2, "handed over"));
            queue.put(new Job(2, "later"));
            queue.put(new Job(1, "first"));
            gone.cancel("the same moment");
            sleep(HOUR);
            assertThat(drain(queue)).extracting(Job::name).containsExactly("first", "handed over", "later");
        });
    }

    @Test
    void theItemOfACancelledPutIsTakenOutAgain() { // rule 22
        Sim.run(() -> {
            var queue = new PriorityQueue<Integer>(2);
            queue.put(1);
            queue.put(2);
            var gone = spawn("gone", () -> queue.put(0));
            yieldNow();
            queue.get();
            gone.cancel("the same moment");
            sleep(HOUR);
            assertThat(drain(queue)).containsExactly(2);
        });
    }

    @Test
    void anItemWithoutAnOrderIsRefusedWhereItIsPut() {
        // A heap alone would take the first, and fail for somebody else.
        var queue = new PriorityQueue<Object>();
        assertThatThrownBy(() -> queue.tryPut(new Object())).isInstanceOf(ClassCastException.class);
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void anItemThatWasRefusedIsNoWorkToWaitFor() { // rule 35
        Sim.run(() -> {
            var queue = new PriorityQueue<Object>();
            queue.put(1);
            assertThatThrownBy(() -> queue.put("two")).isInstanceOf(ClassCastException.class);
            queue.get();
            queue.taskDone();
            queue.join(Duration.ZERO);
        });
    }

    /// **fix** Whoever takes an item out lets the next one in, meets its error and loses what was his.
    @Test
    void whoWaitsWithAnItemWithoutAnOrderIsToldAndNotWhoLetsItIn() {
        Sim.run(() -> {
            var queue = new PriorityQueue<Object>(2);
            queue.put(1);
            queue.put(2);
            spawn("refused", () -> {
                assertThatThrownBy(() -> queue.put("three")).isInstanceOf(ClassCastException.class);
                trail.mark("refused");
            });
            spawn("next", () -> queue.put(3));
            yieldNow();
            assertThat(queue.get()).isEqualTo(1);
            yieldNow();
            trail.expect("refused");
            assertThat(queue.size()).as("the next is let in instead").isEqualTo(2);
            assertThat(drain(queue)).containsExactly(2, 3);
        });
    }

    @Test
    void nullAndACapacityOfZeroAreRefused() { // rule 33
        var queue = new PriorityQueue<Integer>();
        assertThatThrownBy(() -> queue.tryPut(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> new PriorityQueue<Integer>(0)).hasMessage("capacity < 1: 0");
    }

    @Test
    void itShowsHowMuchIsInIt() {
        assertThat(new PriorityQueue<String>()).hasToString("PriorityQueue[0]");
        assertThat(new PriorityQueue<>(8, Comparator.<String>naturalOrder())).hasToString("PriorityQueue[0/8]");
    }
}
