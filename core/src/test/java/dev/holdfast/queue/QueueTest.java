package dev.holdfast.queue;

import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static dev.holdfast.task.Coroutine.yieldNow;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.cancel.TooSlow;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.task.Task;
import dev.holdfast.testing.Sim;
import dev.holdfast.testing.Trail;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

class QueueTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final Queue<String> queue = new Queue<>();
    private final Queue<String> two = new Queue<>(2);
    private final Trail trail = new Trail();

    private Task<?> getter(String name, Queue<String> queue) {
        return spawn(name, () -> trail.mark(name + " got " + queue.get()));
    }

    private Task<?> putter(Queue<String> queue, String item) {
        return spawn("putter of " + item, () -> {
            queue.put(item);
            trail.mark(item + " is in");
        });
    }

    // ---- room

    @Test
    void itHasRoomForItsCapacity() { // rule 33
        assertThat(two.tryPut("a")).isTrue();
        assertThat(two.tryPut("b")).isTrue();
        assertThat(two.tryPut("c")).isFalse();
        assertThat(two).hasToString("Queue[2/2]");
    }

    @Test
    void aCapacityOfZeroOrLessIsRefused() { // rule 33, fix: in asyncio and Tornado zero means no bound
        assertThatThrownBy(() -> new Queue<>(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("capacity < 1: 0");
        assertThatThrownBy(() -> new Queue<>(-1)).hasMessage("capacity < 1: -1");
    }

    @Test
    void withoutACapacityItAlwaysHasRoom() { // rule 33
        Sim.run(() -> {
            for (int i = 0; i < 100_000; i++) queue.put("item");
            assertThat(queue.size()).isEqualTo(100_000);
            assertThat(queue).hasToString("Queue[100000]");
        });
    }

    @Test
    void nullIsRefused() { // rule 33
        Sim.run(() -> {
            assertThatThrownBy(() -> queue.put(null))
                    .isInstanceOf(NullPointerException.class)
                    .hasMessage("item");
            assertThatThrownBy(() -> queue.put(null, HOUR)).isInstanceOf(NullPointerException.class);
            assertThatThrownBy(() -> queue.tryPut(null)).isInstanceOf(NullPointerException.class);
            assertThat(queue.isEmpty()).isTrue();
        });
    }

    // ---- order

    @Test
    void itemsGoOutInTheOrderTheyCameIn() { // rule 33
        Sim.run(() -> {
            for (var item : List.of("a", "b", "c")) queue.put(item);
            assertThat(List.of(queue.get(), queue.get(), queue.get())).containsExactly("a", "b", "c");
        });
    }

    @Test
    void gettersAreServedInTheOrderTheyCame() { // rule 33
        Sim.run(() -> {
            getter("first", queue);
            getter("second", queue);
            yieldNow();
            queue.put("a");
            queue.put("b");
            yieldNow();
            trail.expect("first got a", "second got b");
        });
    }

    @Test
    void aPutReturnsBeforeTheGetterGoesOn() { // rule 16
        Sim.run(() -> {
            getter("first", queue);
            getter("second", queue);
            yieldNow();
            assertThat(queue.tryPut("a")).isTrue();
            trail.mark("tryPut has returned");
            queue.put("b");
            trail.mark("put has returned");
            yieldNow();
        });
        trail.expect("tryPut has returned", "put has returned", "first got a", "second got b");
    }

    @Test
    void puttersAreServedInTheOrderTheyCame() { // rule 33
        Sim.run(() -> {
            two.put("a");
            two.put("b");
            putter(two, "c");
            putter(two, "d");
            yieldNow();
            assertThat(two.get()).isEqualTo("a");
            yieldNow();
            trail.expect("c is in");
            assertThat(List.of(two.get(), two.get(), two.get())).containsExactly("b", "c", "d");
            yieldNow();
            trail.expect("d is in");
        });
    }

    @Test
    void aNewcomerCannotTakeWhatWasHandedToAGetter() { // rule 33
        Sim.run(() -> {
            var first = getter("first", queue);
            yieldNow();
            queue.put("a");
            assertThat(queue.tryGet()).isNull(); // a getter that has to look again would lose it here
            assertThat(queue.isEmpty()).isTrue();
            first.join();
            trail.expect("first got a");
        });
    }

    @Test
    void aNewcomerCannotTakeTheRoomThatWasMadeForAPutter() { // rule 33
        Sim.run(() -> {
            two.put("a");
            two.put("b");
            putter(two, "c");
            yieldNow();
            two.get();
            assertThat(two.tryPut("newcomer")).isFalse();
            assertThat(List.of(two.get(), two.get())).containsExactly("b", "c");
            yieldNow();
        });
    }

    @Test
    void whatNeedNotWaitDoesNotGiveUpTheLoop() { // rule 17, for queues
        Sim.run(() -> {
            spawn("other", () -> trail.mark("other"));
            queue.put("a");
            queue.get();
            queue.taskDone();
            queue.join();
            trail.expect();
            sleep(HOUR);
        });
    }

    // ---- limits, and what never waits

    @Test
    void theItemOfATimedOutPutNeverEnters() { // rule 34
        Sim.run(() -> {
            two.put("a");
            two.put("b");
            assertThatThrownBy(() -> two.put("late", HOUR))
                    .isInstanceOf(TooSlow.class)
                    .hasMessage("Queue[2/2]: not within 1 h");
            assertThat(List.of(two.get(), two.get())).containsExactly("a", "b");
            assertThat(two.tryGet()).isNull();
        });
    }

    @Test
    void theItemOfACancelledPutNeverEnters() { // rule 34
        Sim.run(() -> {
            two.put("a");
            two.put("b");
            var c = putter(two, "c");
            putter(two, "d");
            yieldNow();
            c.cancel("not needed");
            assertThat(List.of(two.get(), two.get(), two.get())).containsExactly("a", "b", "d");
            yieldNow();
            trail.expect("d is in");
        });
    }

    @Test
    void aTimedOutGetTakesNothing() { // rule 34, fix: asyncio's wait_for(get()) may take an item and drop it
        Sim.run(() -> {
            assertThatThrownBy(() -> queue.get(HOUR))
                    .isInstanceOf(TooSlow.class)
                    .hasMessage("Queue[0]: not within 1 h");
            queue.put("a");
            assertThat(queue.get()).isEqualTo("a");
        });
    }

    @Test
    void aCancelledGetTakesNothing() { // rule 34
        Sim.run(() -> {
            var gone = getter("gone", queue);
            yieldNow();
            gone.cancel("not needed");
            queue.put("a");
            yieldNow();
            assertThat(queue.tryGet()).isEqualTo("a");
            trail.expect();
        });
    }

    @Test
    void tryPutAndTryGetNeverWait() { // rule 34
        Sim.run(() -> IOLoop.current()
                .execute(
                        () -> { // not even a callback minds them
                            assertThat(two.tryGet()).isNull();
                            while (two.tryPut("item")) trail.mark("in");
                            trail.expect("in", "in");
                            assertThat(two.tryGet()).isEqualTo("item");
                        }));
    }

    /// **fix** asyncio's `wait_for(q.get(), 0)` fails on a queue that has items.
    @Test
    void aZeroLimitFailsAtOnceUnlessItNeedNotWait() { // rule 4
        Sim.run(() -> {
            assertThatThrownBy(() -> two.get(Duration.ZERO)).isInstanceOf(TooSlow.class);
            two.put("a", Duration.ZERO);
            assertThatThrownBy(() -> two.join(Duration.ZERO)).isInstanceOf(TooSlow.class);
            assertThat(two.get(Duration.ZERO)).isEqualTo("a");
            two.taskDone();
            two.join(Duration.ZERO);
            two.put("b");
            two.put("c");
            assertThatThrownBy(() -> two.put("d", Duration.ZERO)).isInstanceOf(TooSlow.class);
            assertThat(Sim.elapsed()).isZero();
        });
    }

    @Test
    void aLimitedWaitIsServedInTime() {
        Sim.run(() -> {
            IOLoop.current().callLater(HOUR, () -> two.tryPut("a"));
            assertThat(two.get(HOUR.multipliedBy(2))).isEqualTo("a");
            two.put("b");
            two.put("c");
            IOLoop.current().callLater(HOUR, two::tryGet);
            two.put("d", HOUR.multipliedBy(2));
            IOLoop.current().callLater(HOUR, () -> {
                for (int i = 0; i < 4; i++) two.taskDone();
            });
            two.join(HOUR.multipliedBy(2));
            assertThat(Sim.elapsed()).isEqualTo(HOUR.multipliedBy(3));
        });
    }

    // ---- nothing is lost

    @Test
    void anItemHandedToACancelledGetGoesToTheNextInLine() { // rule 22, fix: in Tornado it is lost
        Sim.run(() -> {
            var gone = getter("gone", queue);
            getter("next", queue);
            yieldNow();
            queue.put("a");
            gone.cancel("the same moment");
            sleep(HOUR);
            trail.expect("next got a");
        });
    }

    @Test
    void anItemHandedToACancelledGetGoesBackToTheHead() { // rule 22, fix: in Tornado it is lost
        Sim.run(() -> {
            var gone = getter("gone", two);
            var too = getter("gone too", two);
            yieldNow();
            for (var item : List.of("a", "b", "c", "d")) two.put(item);
            gone.cancel("the same moment");
            too.cancel("the same moment");
            sleep(HOUR);
            assertThat(two).hasToString("Queue[4/2]"); // rather too many than one less
            assertThat(two.tryPut("e")).isFalse();
            for (var item : List.of("a", "b", "c", "d")) assertThat(two.get()).isEqualTo(item);
            assertThat(two).hasToString("Queue[0/2]");
            trail.expect();
        });
    }

    @Test
    void whoWaitsForRoomWaitsUntilAnOverfullQueueHasSome() { // rule 33
        Sim.run(() -> {
            var one = new Queue<String>(1);
            var gone = getter("gone", one);
            yieldNow();
            one.put("a");
            one.put("b");
            gone.cancel("the same moment");
            putter(one, "c");
            sleep(HOUR);
            assertThat(one.get()).isEqualTo("a");
            sleep(HOUR);
            trail.expect();
            assertThat(one.get()).isEqualTo("b");
            sleep(HOUR);
            trail.expect("c is in");
        });
    }

    @Test
    void theItemOfAPutThatWasCancelledAsItCameInIsTakenOutAgain() { // rule 22
        Sim.run(() -> {
            two.put("a");
            two.put("b");
            var c = putter(two, "c");
            putter(two, "d");
            yieldNow();
            two.get();
            c.cancel("the same moment");
            sleep(HOUR);
            assertThat(c.future().isCancelled()).isTrue();
            trail.expect("d is in"); // into the room that c left
            assertThat(List.of(two.get(), two.get())).containsExactly("b", "d");
        });
    }

    /// Else the item would count as not put, and be got all the same.
    @Test
    void aPutWhoseItemIsTakenAlreadyIsDoneAndTheNextWaitIsCancelled() { // rule 22
        Sim.run(() -> {
            two.put("a");
            two.put("b");
            var c = spawn("c", () -> {
                two.put("c");
                trail.mark("c is in");
                sleep(HOUR);
                trail.mark("slept");
            });
            yieldNow();
            for (var item : List.of("a", "b", "c")) assertThat(two.get()).isEqualTo(item);
            c.cancel("the same moment");
            sleep(HOUR);
            trail.expect("c is in");
            assertThat(c.future().isCancelled()).isTrue();
        });
    }

    @Test
    void ofTwoEqualItemsTheCancelledOneIsTakenOut() { // rule 22: one that looks by equals takes out the other
        Sim.run(() -> {
            var one = new Queue<String>(1);
            var mine = new String("x");
            var others = new String("x");
            one.put("a");
            var gone = putter(one, others);
            yieldNow();
            one.get();
            gone.cancel("the same moment");
            putter(one, mine);
            sleep(HOUR);
            assertThat(one.get()).isSameAs(mine);
        });
    }

    @Test
    void anItemThatWasGotIsHeldByNobody() { // a task that remembers its last wait would hold it until the next
        Sim.run(() -> {
            var objects = new Queue<Object>();
            var getter = spawn("getter", () -> {
                var item = new WeakReference<>(objects.get());
                for (int i = 0; i < 50 && !item.refersTo(null); i++) System.gc();
                trail.mark("collected: " + item.refersTo(null));
            });
            yieldNow();
            objects.put(new Object());
            getter.join();
            trail.expect("collected: true");
        });
    }

    // ---- join

    @Test
    void joinWaitsUntilEachItemThatCameInIsDone() { // rule 35
        Sim.run(() -> {
            queue.put("a");
            queue.put("b");
            spawn("joiner", () -> {
                queue.join();
                trail.mark("joined@" + Sim.elapsed().toHours());
            });
            for (var _ : List.of(1, 2)) {
                queue.get();
                sleep(HOUR);
                trail.expect();
                queue.taskDone();
            }
            sleep(HOUR);
            trail.expect("joined@2");
        });
    }

    @Test
    void joinOfAQueueThatNothingCameIntoDoesNotWait() { // rule 35
        Sim.run(() -> {
            queue.join();
            queue.join(Duration.ZERO);
            assertThat(Sim.elapsed()).isZero();
        });
    }

    @Test
    void joinCountsWhatWasHandedOverAndWhatCameInAfterWaiting() { // rule 35
        Sim.run(() -> {
            getter("getter", two);
            yieldNow();
            two.put("handed over");
            assertThatThrownBy(() -> two.join(Duration.ZERO)).isInstanceOf(TooSlow.class);
            two.taskDone();
            two.join();
            two.put("a");
            two.put("b");
            putter(two, "c");
            yieldNow();
            two.get();
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> two.join(Duration.ZERO)).isInstanceOf(TooSlow.class);
                two.taskDone();
            }
            two.join();
        });
    }

    @Test
    void taskDoneTooOftenIsAnError() { // rule 35
        assertThatThrownBy(two::taskDone)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("taskDone more often than items came into Queue[0/2]");
        two.tryPut("a");
        two.taskDone();
        assertThatThrownBy(two::taskDone).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void joinRearmsWithTheNextPut() { // rule 35
        Sim.run(() -> {
            queue.put("a");
            queue.taskDone();
            queue.join();
            queue.put("b");
            assertThatThrownBy(() -> queue.join(HOUR))
                    .isInstanceOf(TooSlow.class)
                    .hasMessage("Queue[2]: not within 1 h");
        });
    }

    @Test
    void aPutThatIsTakenBackIsNoWorkToWaitFor() { // rules 22 and 35
        Sim.run(() -> {
            var one = new Queue<String>(1);
            one.put("a");
            var gone = putter(one, "b");
            yieldNow();
            one.get();
            one.taskDone();
            spawn("joiner", () -> {
                one.join();
                trail.mark("joined");
            });
            gone.cancel("the same moment");
            sleep(HOUR);
            trail.expect("joined"); // would hang if b still counted
        });
    }

    // ---- close

    @Test
    void gettersOfAClosedQueueGetWhatIsLeftAndThenQueueClosed() { // rule 36
        Sim.run(() -> {
            two.put("a");
            two.put("b");
            two.close();
            assertThat(two.get()).isEqualTo("a");
            assertThat(two.tryGet()).isEqualTo("b");
            assertThatThrownBy(two::get).isInstanceOf(QueueClosed.class).hasMessage("Queue[0/2] is closed");
            assertThatThrownBy(() -> two.get(HOUR)).isInstanceOf(QueueClosed.class);
            assertThatThrownBy(two::tryGet).isInstanceOf(QueueClosed.class);
        });
    }

    @Test
    void whoWaitsToGetIsToldOfTheClose() { // rule 36
        Sim.run(() -> {
            var getter = getter("getter", queue);
            var limited = spawn("limited", () -> queue.get(HOUR));
            yieldNow();
            queue.close();
            assertThatThrownBy(getter::join).isInstanceOf(QueueClosed.class).hasMessage("Queue[0] is closed");
            assertThatThrownBy(limited::join).isInstanceOf(QueueClosed.class);
            assertThat(Sim.elapsed()).isZero();
        });
    }

    @Test
    void puttersGetQueueClosedAtOnce() { // rule 36
        Sim.run(() -> {
            two.put("a");
            two.put("b");
            var putter = putter(two, "c");
            var limited = spawn("limited", () -> two.put("d", HOUR));
            yieldNow();
            two.close();
            assertThatThrownBy(putter::join).isInstanceOf(QueueClosed.class).hasMessage("Queue[2/2] is closed");
            assertThatThrownBy(limited::join).isInstanceOf(QueueClosed.class);
            assertThatThrownBy(() -> two.put("e")).isInstanceOf(QueueClosed.class);
            assertThatThrownBy(() -> two.put("e", HOUR)).isInstanceOf(QueueClosed.class);
            assertThatThrownBy(() -> two.tryPut("e")).isInstanceOf(QueueClosed.class);
            assertThat(List.of(two.get(), two.get())).containsExactly("a", "b"); // and neither c nor d
            assertThat(two.isEmpty()).isTrue();
        });
    }

    @Test
    void whoIsCancelledAndToldOfTheCloseInTheSameMomentIsCancelled() { // rule 21
        Sim.run(() -> {
            var one = new Queue<String>(1);
            one.put("a");
            var tasks = List.of(getter("getter", queue), putter(one, "b"));
            yieldNow();
            queue.close();
            one.close();
            for (var task : tasks) task.cancel("the same moment");
            for (var task : tasks) assertThatThrownBy(task::join).isInstanceOf(CancellationException.class);
        });
    }

    @Test
    void whoWasServedBeforeTheCloseIsServed() { // rule 36
        Sim.run(() -> {
            var getter = getter("getter", queue);
            yieldNow();
            queue.put("a");
            queue.close();
            getter.join();
            trail.expect("getter got a");
        });
    }

    @Test
    void closingTwiceIsFine() {
        queue.close();
        queue.close();
    }

    @Test
    void joinWaitsForWhatIsLeftInAClosedQueue() { // rules 35 and 36
        Sim.run(() -> {
            queue.put("a");
            queue.close();
            assertThatThrownBy(() -> queue.join(HOUR)).isInstanceOf(TooSlow.class);
            queue.get();
            queue.taskDone();
            queue.join();
        });
    }

    @Test
    void iterationEndsWhenTheQueueIsClosedAndDrained() { // rule 36, fix: in Tornado it never ends
        Sim.run(() -> {
            var worker = spawn("worker", () -> {
                for (var item : queue) trail.mark(item);
                trail.mark("end");
            });
            queue.put("a");
            sleep(HOUR);
            trail.expect("a");
            queue.put("b");
            queue.put("c");
            queue.close();
            worker.join();
            trail.expect("b", "c", "end");
        });
    }

    @Test
    void severalMayIterateAndEachItemGoesToOne() { // rule 36
        Sim.run(() -> {
            for (var name : List.of("x", "y")) {
                spawn(name, () -> {
                    for (var item : two) {
                        trail.mark(name + item);
                        sleep(HOUR);
                    }
                    trail.mark(name + " ends");
                });
            }
            for (var item : List.of("1", "2", "3")) two.put(item);
            two.close();
            sleep(HOUR.multipliedBy(4));
            assertThat(trail.marks()).containsExactlyInAnyOrder("x1", "y2", "x3", "x ends", "y ends");
        });
    }

    @Test
    void anIteratorTakesAnItemOnce() {
        Sim.run(() -> {
            queue.put("a");
            queue.close();
            var items = queue.iterator();
            assertThat(items.hasNext()).isTrue();
            assertThat(items.hasNext()).isTrue();
            assertThat(items.next()).isEqualTo("a");
            assertThat(items.hasNext()).isFalse();
            assertThatThrownBy(items::next)
                    .isInstanceOf(java.util.NoSuchElementException.class)
                    .hasMessage("Queue[0] is closed");
        });
    }

    // ---- words

    @Test
    void itShowsHowMuchIsInIt() {
        assertThat(new Queue<>(8)).hasToString("Queue[0/8]");
        queue.tryPut("a");
        assertThat(queue).hasToString("Queue[1]");
        Sim.run(() -> {
            var waiting = getter("spider-3", two);
            yieldNow();
            assertThat(waiting.describe()).isEqualTo("Task[spider-3] waiting on Queue[0/2]");
            two.put("a");
            waiting.join();
        });
    }

    @Test
    void whatACancelledGetGivesBackAfterTheCloseIsHadByTheNextInLine() { // rules 22 and 36
        Sim.run(() -> {
            var queue = new Queue<Integer>();
            var a = spawn("a", () -> queue.get());
            var b = spawn("b", () -> queue.get());
            yieldNow();
            queue.put(1);
            queue.close();
            a.cancel("the same moment");
            assertThat(b.join()).isEqualTo(1);
        });
    }
}
