package dev.holdfast.lifetime;

import static dev.holdfast.task.Coroutine.await;
import static dev.holdfast.task.Coroutine.shielded;
import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static dev.holdfast.task.Coroutine.yieldNow;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.holdfast.Holdfast;
import dev.holdfast.cancel.Cancelled;
import dev.holdfast.cancel.TooSlow;
import dev.holdfast.future.Future;
import dev.holdfast.future.Futures;
import dev.holdfast.future.Promise;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.queue.Queue;
import dev.holdfast.task.Task;
import dev.holdfast.testing.Logged;
import dev.holdfast.testing.Sim;
import dev.holdfast.testing.Trail;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Demand 3 of lifetime.md: what nobody needs any more ends, in order, and is garbage then.
@Tag("threads")
@Timeout(60)
class LetGoTest {
    private static final int COLLECTIONS = 3; // are enough for whatever is garbage
    private static final int MANY = 1_000_000;
    private static final int TURNS = 5; // until each that was started has begun to wait
    private static final int GROUP = 500; // waiters at a time
    private static final Duration PATIENCE = Duration.ofSeconds(30); // for a thread that only needs its turn

    private final Trail trail = new Trail();

    // ---- loops that were closed

    @Test
    @Tag("collectors")
    void S07_endlessOnClosedLoop() throws Exception {
        var remains = new Remains();
        closeOverEndlessTask(remains);
        trail.expect("finally");
        remains.expectGoneAfter(COLLECTIONS);
    }

    private void closeOverEndlessTask(Remains remains) throws Exception {
        var loop = IOLoop.open();
        runUntilAllWait(loop, () -> {
            var task = endless();
            remains.add("task", task);
            remains.add("future", task.future());
            remains.add("thread", task.thread());
            sleep(ofMillis(5));
        });
        close(loop, IOLoop.PATIENCE, null);
        remains.add("loop", loop);
    }

    /// A ring: future, task, its thread, the body's frame, the list, future.
    private Task<?> endless() {
        var own = new ArrayList<Future<?>>();
        var task = spawn("endless", () -> {
            try {
                while (!own.getFirst().isDone()) sleep(ofMillis(1));
            } finally {
                trail.mark("finally");
            }
        });
        own.add(task.future());
        return task;
    }

    @Test
    void S08_closeWithPending(Logged log) throws Exception {
        var remains = new Remains();
        closeOverFive(remains);
        trail.expect("sleeps", "awaits", "waits in finally", "is shielded");
        assertThat(log.take())
                .singleElement()
                .satisfies(line -> assertThat(line.getMessage())
                        .startsWith("Task[refuses] waiting on Promise refuses to end although IOLoop[main] is closed\n")
                        .containsPattern("\n\tat .*LetGoTest\\..*closeOverFive.*\\(LetGoTest\\.java:\\d+\\)"));
        remains.expectGoneAfter(COLLECTIONS);
    }

    private void closeOverFive(Remains remains) throws Exception {
        var loop = IOLoop.open();
        var refusing = new Task<?>[1];
        runUntilAllWait(loop, () -> {
            remains.add("sleeping", endingWith("sleeps", () -> sleep(ofHours(1))));
            remains.add("awaiting", endingWith("awaits", () -> await(new Promise<>())));
            remains.add("in finally", endingWith("waits in finally", () -> {
                try {
                    yieldNow();
                } finally {
                    sleep(ofHours(1));
                }
            }));
            remains.add("shielded", endingWith("is shielded", () -> {
                try {
                    sleep(ofHours(1));
                } finally {
                    shielded(ofHours(1), () -> yieldNow());
                }
            }));
            refusing[0] = spawn("refuses", () -> {
                try {
                    sleep(ofHours(1));
                } finally {
                    shielded(ofHours(1), () -> await(new Promise<>()));
                }
            });
        });
        remains.add("refusing", refusing[0]);
        close(loop, ofMillis(250), refusing[0]); // for a few turns
        remains.add("loop", loop);
    }

    private Task<Void> endingWith(String mark, Runnable body) {
        return spawn(mark, () -> {
            try {
                body.run();
            } finally {
                trail.mark(mark);
            }
        });
    }

    /// Runs `start` as a task, and gives what it started some turns.
    private static void runUntilAllWait(IOLoop loop, Runnable start) throws InterruptedException {
        var main = new Thread[1];
        loop.execute(() -> spawn("main", () -> {
            main[0] = Thread.currentThread();
            start.run();
            for (int i = 0; i < TURNS; i++) yieldNow();
            loop.stop();
        }));
        loop.run();
        expectEnd(main[0]);
    }

    /// Closes `loop` and waits until its threads have left it, but for that of whoever refuses to.
    private static void close(IOLoop loop, Duration patience, @Nullable Task<?> refusing) throws InterruptedException {
        var strands = loop.carrier().strands();
        loop.close(patience);
        for (var strand : strands) if (strand != refusing) expectEnd(strand.thread());
    }

    private static void expectEnd(Thread thread) throws InterruptedException {
        assertThat(thread.join(PATIENCE)).as("end of " + thread).isTrue();
    }

    // ---- loops that were dropped

    @Test
    @Tag("collectors")
    void S09_loopDropped(Logged log) throws Exception {
        var remains = new Remains();
        dropALoop(remains);
        remains.expectGoneAfter(COLLECTIONS);
        log.expectDropped("forgotten");
        System.gc();
        trail.expect();
    }

    private void dropALoop(Remains remains) throws Exception {
        var loop = IOLoop.open("forgotten");
        runUntilAllWait(loop, () -> {
            remains.add("sleeping", endingWith("sleeps", () -> sleep(ofHours(1))));
            remains.add("awaiting", endingWith("awaits", () -> await(new Promise<>())));
            remains.add("queue's", endingWith("gets", () -> new Queue<>().get()));
            remains.add("handle", ExternalPromise.open("never kept"));
            for (var strand : IOLoop.current().carrier().strands()) remains.add("thread of " + strand, strand.thread());
        });
        remains.add("loop", loop);
    }

    @Test
    @Tag("collectors")
    void S09_loopDropped_beforeItEverRan(Logged log) { // its poller may hold something: the rule has no exception
        openAndDrop("unused");
        System.gc();
        log.expectDropped("unused");
    }

    @Test
    void aLoopThatWasClosedSaysNothing(Logged log) { // S09
        var remains = new Remains();
        for (int i = 0; i < 10; i++) closeOne(remains);
        remains.expectGoneAfter(COLLECTIONS);
        openAndDrop("later"); // the news of it comes after any of the others
        System.gc();
        log.expectDropped("later");
    }

    private static void openAndDrop(String name) {
        IOLoop.open(name);
    }

    private static void closeOne(Remains remains) {
        try (var loop = IOLoop.open("closed")) {
            remains.add("loop", loop);
        }
    }

    // ---- clients

    /// Users hold it; its reader works on the queue, and never on the client itself.
    private final class Client {
        private final Queue<String> inbox = new Queue<>();
        private final Task<Void> reader;

        Client() {
            var queue = inbox;
            var trail = LetGoTest.this.trail;
            reader = Owned.spawn(this, "reader", () -> {
                try {
                    while (true) trail.mark("got " + queue.get());
                } catch (Cancelled e) {
                    trail.mark(e.reason());
                    throw e;
                } finally {
                    trail.mark("finally");
                }
            });
        }
    }

    @Test
    @Tag("collectors")
    void S10_collectableClient() {
        Holdfast.run(() -> {
            var reader = talk();
            var waiter = spawn("waiter", () -> reader.join());
            while (!waiter.future().isDone()) { // the news is nothing that the loop counts on
                System.gc();
                sleep(ofMillis(1));
            }
            assertThatExceptionOfType(CancellationException.class)
                    .isThrownBy(waiter::join)
                    .withMessage("Task[reader] was cancelled: its owner, a LetGoTest$Client, was collected");
        });
        trail.expect("got a", "got b", "its owner, a LetGoTest$Client, was collected", "finally");
    }

    private Task<Void> talk() {
        var client = new Client();
        for (var message : List.of("a", "b")) {
            System.gc();
            client.inbox.tryPut(message);
            sleep(ofMillis(1));
        }
        Reference.reachabilityFence(client);
        return client.reader;
    }

    // ---- waits that are over

    @Test
    void S16_noResidue() {
        leavesNothing(MANY / 100);
    }

    @Test
    @Tag("long")
    @Timeout(600)
    void S16_noResidue_aMillionTimes() {
        leavesNothing(MANY);
    }

    private static void leavesNothing(int times) {
        Sim.run(() -> {
            var never = new Promise<String>();
            raceAndExpire(never, times / 10);
            long before = Heap.used();
            raceAndExpire(never, times);
            assertThat(Heap.used() - before).as("bytes more").isLessThan(Heap.NOISE);
            assertThat(never.isAwaited()).isFalse();
        });
    }

    private static void raceAndExpire(Future<String> never, int times) {
        for (int i = 0; i < times; i++) {
            var quick = new Promise<String>();
            var race = Futures.race(never, quick);
            quick.complete("quick");
            if (!await(race).equals("quick")) throw new AssertionError("who else?");
            try {
                await(never, ofMillis(1));
                throw new AssertionError("never came");
            } catch (TooSlow e) {
                // as it should
            }
        }
    }

    @Test
    void S21_cancelledWaiters() {
        cancelsWaiters(MANY / 100);
    }

    @Test
    @Tag("long")
    @Timeout(600)
    void S21_cancelledWaiters_aMillion() {
        cancelsWaiters(MANY);
    }

    private static void cancelsWaiters(int waiters) {
        Sim.run(() -> {
            var never = new Promise<String>();
            cancelWaiters(never, waiters / 10);
            long before = Heap.used();
            cancelWaiters(never, waiters);
            assertThat(Heap.used() - before).as("bytes more").isLessThan(Heap.NOISE);
            assertThat(never.isAwaited()).isFalse();

            var later = spawn("later", () -> await(never));
            yieldNow();
            assertThat(never.complete("late")).isTrue();
            assertThat(later.join()).isEqualTo("late");
        });
    }

    /// In groups: so many at a time that memory is not what is tested.
    private static void cancelWaiters(Future<String> never, int waiters) {
        for (int i = 0; i < waiters / GROUP; i++) {
            var group = Stream.generate(() -> spawn("waiter", () -> await(never)))
                    .limit(GROUP)
                    .toList();
            yieldNow();
            group.forEach(waiter -> waiter.cancel("enough"));
            yieldNow();
            if (!group.stream().allMatch(waiter -> waiter.future().isCancelled())) throw new AssertionError("who not?");
        }
    }

    @Test
    void S21_cancelledWaiters_hearNothingOfALateValue() {
        Sim.run(() -> {
            var never = new Promise<String>();
            var waiter = spawn("waiter", () -> trail.mark(await(never)));
            yieldNow();
            waiter.cancel("enough");
            assertThat(never.complete("late")).isTrue();
            assertThatExceptionOfType(CancellationException.class).isThrownBy(waiter::join);
        });
        trail.expect();
    }
}
