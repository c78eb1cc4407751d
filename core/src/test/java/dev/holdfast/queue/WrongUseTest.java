package dev.holdfast.queue;

import static dev.holdfast.task.Coroutine.alone;
import static dev.holdfast.task.Coroutine.blocking;
import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.loop.IOLoop;
import dev.holdfast.sync.Condition;
import dev.holdfast.sync.Event;
import dev.holdfast.sync.Lock;
import dev.holdfast.sync.Permit;
import dev.holdfast.sync.Semaphore;
import dev.holdfast.testing.Sim;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Locks and queues in the wrong place: in a callback, inside `alone`, on another loop, on another thread.
class WrongUseTest {
    private static final Duration HOUR = Duration.ofHours(1);

    /// Something that belongs to a loop, and all there is to do to it.
    private static final class Thing {
        private final Object thing;
        private final List<Runnable> waits = new ArrayList<>(); // for tasks only
        private final List<Runnable> calls = new ArrayList<>(); // for callbacks too
        private final Runnable touch; // makes it the loop's, and leaves no trace

        Thing(Object thing, Runnable touch) {
            this.thing = thing;
            this.touch = touch;
        }

        Thing waits(Runnable... waits) {
            this.waits.addAll(List.of(waits));
            return this;
        }

        Thing calls(Runnable... calls) {
            this.calls.addAll(List.of(calls));
            return this;
        }

        @Override
        public String toString() {
            return thing.toString();
        }
    }

    static Stream<Supplier<Thing>> things() {
        return Stream.of(
                WrongUseTest::lock,
                WrongUseTest::semaphore,
                WrongUseTest::event,
                WrongUseTest::condition,
                () -> of(new Queue<>(2)),
                () -> of(new PriorityQueue<>(2)),
                () -> of(new LifoQueue<>()));
    }

    private static Thing lock() {
        var lock = new Lock("b");
        return new Thing(lock, () -> lock.acquire().close())
                .calls(lock::holder)
                .waits(() -> lock.acquire(), () -> lock.acquire(HOUR));
    }

    private static Thing semaphore() {
        var semaphore = new Semaphore(5);
        return new Thing(semaphore, () -> semaphore.acquire().close())
                .waits(() -> semaphore.acquire(), () -> semaphore.acquire(HOUR))
                .calls(() -> semaphore.tryAcquire());
    }

    private static Thing event() {
        var event = new Event();
        return new Thing(event, event::clear)
                .calls(event::set, event::clear, event::isSet)
                .waits(() -> event.await(), () -> event.await(HOUR));
    }

    private static Thing condition() {
        var condition = new Condition();
        return new Thing(condition, condition::signalAll)
                .calls(() -> condition.signal(1), condition::signalAll)
                .waits(() -> condition.await(), () -> condition.await(HOUR));
    }

    private static Thing of(Queue<String> queue) {
        return new Thing(queue, queue::tryGet)
                .calls(() -> queue.tryPut("a"), queue::tryGet, queue::taskDone, queue::close)
                .calls(queue::size, queue::isEmpty)
                .waits(() -> queue.put("a"), () -> queue.put("a", HOUR), () -> queue.get(), () -> queue.get(HOUR))
                .waits(
                        () -> queue.join(),
                        () -> queue.join(HOUR),
                        () -> queue.iterator().next());
    }

    @ParameterizedTest
    @MethodSource("things")
    void aWaitInACallbackIsAnErrorThatSaysToStartATask(Supplier<Thing> maker) { // rule 19
        var thing = maker.get();
        Sim.run(() -> {
            var errors = new ArrayList<String>();
            IOLoop.current().execute(() -> thing.waits.forEach(wait -> errors.add(errorOf(wait))));
            sleep(HOUR);
            assertThat(errors)
                    .hasSize(thing.waits.size())
                    .containsOnly("a callback of IOLoop[sim] is no task and cannot wait; start one with spawn");
        });
    }

    @ParameterizedTest
    @MethodSource("things")
    void aWaitInsideAloneIsAnError(Supplier<Thing> maker) {
        var thing = maker.get();
        Sim.run(() -> {
            for (var wait : thing.waits) {
                assertThatThrownBy(() -> alone(wait::run))
                        .hasMessageStartingWith("Task[test] may not wait inside alone: ");
            }
        });
    }

    @ParameterizedTest
    @MethodSource("things")
    void itBelongsToTheLoopThatTouchedItFirst(Supplier<Thing> maker) { // rule 18
        var thing = maker.get();
        try (var first = IOLoop.open("first");
                var second = IOLoop.open("second")) {
            touchOn(first, thing);
            var name = thing.toString();
            var errors = new ArrayList<String>();
            second.execute(() -> thing.calls.forEach(call -> errors.add(errorOf(call))));
            for (var wait : thing.waits) second.execute(() -> spawn("other", () -> errors.add(errorOf(wait))));
            second.run();
            assertThat(errors)
                    .hasSize(thing.calls.size() + thing.waits.size())
                    .allSatisfy(error -> assertThat(error)
                            .endsWith(" touched " + name + " of IOLoop[first] but runs IOLoop[second]; "
                                    + "open an External on the loop and hand it to this thread"));
        }
    }

    @ParameterizedTest
    @MethodSource("things")
    void itIsFreeAgainWhenItsLoopIsClosed(Supplier<Thing> maker) { // rule 18
        var thing = maker.get();
        try (var first = IOLoop.open("first")) {
            touchOn(first, thing);
        }
        try (var second = IOLoop.open("second")) {
            touchOn(second, thing);
        }
    }

    private static void touchOn(IOLoop loop, Thing thing) {
        var error = new ArrayList<String>();
        loop.execute(() -> spawn("first", () -> {
            error.add(errorOf(thing.touch));
        }));
        loop.run();
        assertThat(error).containsExactly("none");
    }

    @ParameterizedTest
    @MethodSource("things")
    @Tag("threads")
    void anotherThreadIsToldWhichDoorToTake(Supplier<Thing> maker) throws Exception { // rule 18
        var thing = maker.get();
        Sim.run(() -> {
            thing.touch.run();
            var name = thing.toString();
            var runner = runner();
            var errors = new ArrayList<String>();
            blocking(() -> onThread(() -> thing.calls.forEach(call -> errors.add(errorOf(call)))));
            assertThat(errors)
                    .hasSize(thing.calls.size())
                    .containsOnly("Thread[stranger] touched " + name + " of IOLoop[sim], which runs on "
                            + runner
                            + "; open an External on the loop and hand it to this thread");
        });
    }

    @Test
    @Tag("threads")
    void aPermitClosedOnAnotherThreadIsAnErrorToo() throws Exception { // rule 18
        Sim.run(() -> {
            var lock = new Lock("b");
            var semaphore = new Semaphore(1);
            var permits = List.of(lock.acquire(), semaphore.acquire());
            var errors = new ArrayList<String>();
            blocking(() -> onThread(() -> permits.forEach(permit -> errors.add(errorOf(permit::close)))));
            assertThat(errors.get(0)).startsWith("Thread[stranger] touched Lock[b] of IOLoop[sim]");
            assertThat(errors.get(1)).startsWith("Thread[stranger] touched Semaphore[0/1] of IOLoop[sim]");
            permits.forEach(Permit::close);
            assertThat(semaphore).hasToString("Semaphore[1/1]");
        });
    }

    @Test
    void beforeAnyLoopItBelongsToNobody() { // rule 18
        var queue = new Queue<String>();
        queue.tryPut("early");
        for (int i = 0; i < 2; i++) {
            Sim.run(() -> {
                assertThat(queue.get()).isEqualTo("early");
                queue.put("early");
            });
        }
    }

    private static void onThread(Runnable body) throws InterruptedException {
        var stranger = new Thread(body, "stranger");
        stranger.start();
        stranger.join();
    }

    /// Returns the thread that the current loop runs on, as the loop itself calls it.
    private static String runner() {
        var loop = IOLoop.current();
        return errorOf(loop::run).replaceFirst(".* runs already, on ", "");
    }

    private static String errorOf(Runnable call) {
        try {
            call.run();
            return "none";
        } catch (IllegalStateException e) {
            return e.getMessage();
        }
    }
}
