package dev.holdfast.carrier;

import static dev.holdfast.task.Coroutine.await;
import static dev.holdfast.task.Coroutine.spawn;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.future.Promise;
import dev.holdfast.loop.External;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.task.Tasks;
import dev.holdfast.testing.OnMounted;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Many threads at the doors at once: what is brought arrives once, and in the order of whoever brought it; who is
/// woken runs.
@Tag("threads")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StormTest {
    private static final int THREADS = 4;

    private IOLoop loop; // opened only where a test runs: not all do on both carriers
    private Tasks tasks;

    @BeforeEach
    void open() {
        loop = IOLoop.open("storm");
        tasks = Tasks.of(loop);
    }

    @AfterEach
    void close() {
        loop.close();
    }

    @Test
    @OnMounted
    void tasksThatTheJdkWakesFromFourThreadsMissNoItem() throws Exception {
        for (int round = 0; round < 100; round++) {
            var queues = new ArrayList<LinkedBlockingQueue<Integer>>();
            var taken = new int[THREADS];
            for (int i = 0; i < THREADS; i++) {
                int mine = i;
                var queue = new LinkedBlockingQueue<Integer>();
                queues.add(queue);
                tasks.start("taker " + i, tasks.root(), () -> {
                    for (int item = 0; item < 50; item++) {
                        if (queue.take() != item) throw new AssertionError("out of order");
                        taken[mine]++;
                    }
                    return null;
                });
            }
            var threads = threads(i -> {
                for (int item = 0; item < 50; item++) {
                    queues.get(i).add(item);
                    if (item % 8 == 0) Thread.onSpinWait();
                }
            });
            loop.run();
            join(threads);
            assertThat(taken).containsOnly(50);
        }
    }

    @Test
    @OnMounted
    void sparePermitsFromFourThreadsEndNoWait() throws Exception {
        var victims = new LinkedBlockingQueue<Thread>();
        var handed = new AtomicInteger();
        var door = loop.external("storm");
        tasks.start("main", tasks.root(), () -> {
            var chain = new ArrayList<Promise<Integer>>();
            for (int i = 0; i <= 2_000; i++) chain.add(new Promise<>());
            for (int side = 0; side < 2; side++) {
                int mine = side;
                spawn("side " + side, () -> {
                    for (int i = mine; i + 1 < chain.size(); i += 2) {
                        chain.get(i + 1).complete(await(chain.get(i)) + 1);
                        handed.incrementAndGet();
                    }
                });
            }
            for (var strand : loop.carrier().strands()) victims.add(strand.thread()); // the poller's too
            chain.getFirst().complete(0);
            assertThat(await(chain.getLast())).isEqualTo(2_000);
            door.close();
            return null;
        });
        var threads = threads(_ -> {
            while (handed.get() < 2_000) victims.forEach(LockSupport::unpark);
        });
        loop.run();
        join(threads);
        assertThat(handed).hasValue(2_000);
    }

    @Test
    void fourThreadsThroughOneExternalLoseNothingAndKeepTheirOrder() throws Exception {
        var door = loop.external("storm");
        var next = new int[THREADS];
        var open = new AtomicInteger(THREADS);
        var threads = threads(i -> {
            for (int n = 0; n < 5_000; n++) {
                int mine = n;
                door.execute(() -> {
                    if (next[i] != mine) throw new AssertionError("out of order");
                    next[i]++;
                });
            }
            if (open.decrementAndGet() == 0) door.close();
        });
        loop.run();
        join(threads);
        assertThat(next).containsOnly(5_000);
    }

    @Test
    void stopAndRunAgainAndAgainLosesNothing() throws Exception {
        var brought = new AtomicInteger();
        var stops = new AtomicInteger();
        var open = new AtomicInteger(THREADS);
        var doors = new ArrayList<External>();
        for (int i = 0; i < THREADS; i++) doors.add(loop.external("door " + i));
        var threads = threads(i -> {
            try (var door = doors.get(i)) {
                for (int n = 0; n < 500; n++) {
                    door.execute(brought::incrementAndGet);
                    if (n % 5 == i)
                        door.execute(() -> {
                            stops.incrementAndGet();
                            loop.stop();
                        });
                }
            }
            open.decrementAndGet();
        });
        int runs = 0;
        while (open.get() > 0 || brought.get() < THREADS * 500) {
            loop.run();
            runs++;
        }
        loop.run();
        join(threads);
        assertThat(brought).hasValue(THREADS * 500);
        assertThat(stops).hasValue(THREADS * 100);
        assertThat(runs).isPositive();
    }

    @Test
    @OnMounted
    void aTaskThatIsWokenBetweenTwoRunsGoesOnInTheNext() throws Exception {
        for (int round = 0; round < 100; round++) {
            var items = new LinkedBlockingQueue<Integer>();
            var got = new ArrayList<Integer>();
            tasks.start("taker", tasks.root(), () -> {
                got.add(items.take());
                return null;
            });
            loop.execute(loop::stop);
            loop.run();
            var thread = Thread.ofPlatform().start(() -> items.add(7));
            if (round % 2 == 0) thread.join();
            loop.run();
            thread.join();
            assertThat(got).containsExactly(7);
        }
    }

    @Test
    void whatIsStartedAndAddedBeforeARunKeepsItsOrder() { // rule 1a
        var order = new ArrayList<String>();
        loop.execute(() -> order.add("callback 1"));
        tasks.start("1", tasks.root(), () -> order.add("task 1"));
        loop.execute(() -> order.add("callback 2"));
        tasks.start("2", tasks.root(), () -> order.add("task 2"));
        loop.run();
        assertThat(order).containsExactly("callback 1", "task 1", "callback 2", "task 2");
    }

    @Test
    void whatIsGrantedBetweenTwoRunsKeepsItsOrder() { // rules 1a, 5
        var order = new ArrayList<String>();
        var promise = new Promise<String>();
        tasks.start("waiter", tasks.root(), () -> order.add(await(promise)));
        loop.execute(loop::stop);
        loop.run();
        loop.execute(() -> order.add("before"));
        promise.complete("granted");
        loop.execute(() -> loop.execute(() -> order.add("after")));
        loop.run();
        assertThat(order).containsExactly("before", "granted", "after");
    }

    private interface Body {
        void run(int number);
    }

    private static List<Thread> threads(Body body) {
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < THREADS; i++) {
            int mine = i;
            threads.add(Thread.ofPlatform().daemon().start(() -> body.run(mine)));
        }
        return threads;
    }

    private static void join(List<Thread> threads) throws InterruptedException {
        for (var thread : threads) thread.join();
    }
}
