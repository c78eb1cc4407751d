package dev.holdfast.carrier;

import static dev.holdfast.task.Coroutine.await;
import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static dev.holdfast.task.Coroutine.yieldNow;
import static java.util.concurrent.TimeUnit.DAYS;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Holdfast;
import dev.holdfast.future.Promise;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.loop.Poller;
import dev.holdfast.task.Action;
import dev.holdfast.task.Task;
import dev.holdfast.task.Tasks;
import dev.holdfast.testing.Logged;
import dev.holdfast.testing.OnBaton;
import dev.holdfast.testing.OnMounted;
import dev.holdfast.testing.Trail;
import dev.holdfast.time.Clock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The hazards of platform.md, one by one. They are about the machine, so its real threads and times take part.
@Tag("threads")
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HazardsTest {
    private static final Duration MILLI = Duration.ofMillis(1);
    private static final Duration IMPATIENT = Duration.ofMillis(1);

    private final Trail trail = new Trail();
    private IOLoop loop; // opened only where a test runs: not all do on both carriers

    @BeforeEach
    void open() {
        loop = IOLoop.open();
    }

    @AfterEach
    void close() {
        loop.close(IMPATIENT);
    }

    // ---- 1: what the JDK hands over is never refused

    @Test
    @OnMounted
    void hazard1_executeAndScheduleAreTotalAlsoAfterClose() throws Exception {
        var carrier = new MountedCarrier("closed", new Idle());
        carrier.close();
        var ran = new CountDownLatch(2);
        var scheduler = new Scheduler(carrier);
        scheduler.execute(ran::countDown);
        var _ = scheduler.schedule(ran::countDown, 1, MILLISECONDS);
        var _ = scheduler.schedule(ran::countDown, Long.MAX_VALUE, DAYS);
        assertThat(ran.await(10, SECONDS)).isTrue();
    }

    @Test
    @OnMounted
    void hazard1_whatIsHandedOverDuringTheCloseRunsOnce() throws Exception {
        for (int round = 0; round < 20; round++) {
            var carrier = new MountedCarrier("closing", new Idle());
            var ran = new AtomicInteger();
            var done = new CountDownLatch(4 * 200);
            var threads = threads(4, () -> {
                for (int i = 0; i < 200; i++) {
                    carrier.admit(() -> {
                        ran.incrementAndGet();
                        done.countDown();
                    });
                }
            });
            carrier.close();
            for (var thread : threads) thread.join();
            assertThat(done.await(10, SECONDS)).isTrue();
            assertThat(ran).hasValue(4 * 200);
        }
    }

    @Test
    @OnMounted
    void hazard1_aTaskThatWakesAfterTheCloseRunsToItsEnd(Logged log) throws Exception {
        var items = new LinkedBlockingQueue<String>();
        var got = new LinkedBlockingQueue<String>();
        start("stubborn", () -> got.add(takeStubbornly(items) + takeStubbornly(items)));
        loop.execute(loop::stop);
        loop.run();
        loop.close(IMPATIENT);
        expectRefusal(log);

        items.put("a");
        items.put("b");
        assertThat(got.poll(10, SECONDS)).isEqualTo("ab");
    }

    @Test
    @OnBaton
    void hazard1_onTheBatonACloseWaitsForWhoIsBlocked() {
        start("stubborn", () -> {
            sleepStubbornly(20);
            trail.mark("end");
        });
        loop.execute(loop::stop);
        loop.run();
        loop.close(IMPATIENT);
        trail.expect("end");
    }

    @Test
    @OnMounted
    void hazard1_aTimedParkOutlivesTheClose(Logged log) throws Exception {
        var woke = new CountDownLatch(1);
        start("stubborn", () -> {
            sleepStubbornly(60);
            sleepStubbornly(1);
            woke.countDown();
        });
        loop.execute(loop::stop);
        loop.run();
        loop.close(IMPATIENT);
        expectRefusal(log);

        assertThat(woke.await(10, SECONDS)).isTrue();
    }

    private static void expectRefusal(Logged log) {
        assertThat(log.take())
                .singleElement()
                .satisfies(line -> assertThat(line.getMessage())
                        .startsWith("Task[stubborn] running refuses to end although IOLoop[main] is closed"));
    }

    @Test
    @OnMounted
    void hazard1_theLongestTimedParkStandsBehindAllOthers() {
        start("sleeper", () -> {
            var me = Thread.currentThread();
            spawn("forever", () -> LockSupport.parkNanos(Long.MAX_VALUE));
            spawn("waker", () -> {
                LockSupport.parkNanos(1_000_000);
                trail.mark("woken");
                Task.live().forEach(task -> LockSupport.unpark(task.thread()));
            });
            while (trail.marks().isEmpty()) LockSupport.parkNanos(me, Long.MAX_VALUE);
        });
        loop.run();
        trail.expect("woken");
    }

    // ---- 2: a lock that a parked task holds

    @Test
    @OnMounted
    void hazard2_lockHeldByParkedTaskAndWantedByCallbackIsNoDeadlock() {
        var lock = new ReentrantLock();
        start("holder", () -> {
            lock.lock();
            loop.execute(() -> {
                trail.mark("callback wants it");
                lock.lock();
                trail.mark("callback has it");
                lock.unlock();
            });
            loop.execute(() -> trail.mark("next callback"));
            sleep(Duration.ofMillis(5));
            trail.mark("task lets go");
            lock.unlock();
        });
        loop.run();
        trail.expect("callback wants it", "next callback", "task lets go", "callback has it");
    }

    @Test
    @OnMounted
    void hazard2_aBlockedCallbackCountsAsOutside() throws Exception {
        var lock = new ReentrantLock();
        lock.lock();
        var thread = Thread.ofPlatform().unstarted(() -> {});
        loop.execute(() -> {
            lock.lock();
            trail.mark("callback has it");
            lock.unlock();
        });
        loop.callLater(MILLI, () -> {
            assertThat(loop.carrier().blockedCallbacks()).isEqualTo(1);
            trail.mark("timer");
            thread.start();
        });
        var locker = new CountDownLatch(1);
        var runner = Thread.ofPlatform().start(() -> {
            loop.run();
            locker.countDown();
        });
        while (!lock.hasQueuedThreads() || thread.getState() == Thread.State.NEW) Thread.onSpinWait();
        lock.unlock();
        runner.join();
        trail.expect("timer", "callback has it");
        assertThat(loop.carrier().blockedCallbacks()).isZero();
    }

    @Test
    @OnBaton
    void hazard2_onTheBatonACallbackThatWantsTheLockOfAParkedTaskStopsEverybody() {
        var lock = new ReentrantLock();
        start("holder", () -> {
            lock.lock();
            loop.execute(() -> trail.mark("callback has it: " + tryLock(lock, 20)));
            sleep(MILLI);
            trail.mark("task lets go");
            lock.unlock();
        });
        loop.run();
        trail.expect("callback has it: false", "task lets go");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, Integer.MAX_VALUE})
    @OnMounted
    void hazard2_aPollerThatIsBlockedDoesNotStopTheTasksNotEvenAfterAStop(int stopAfter) {
        var lock = new ReentrantLock();
        var loop = IOLoop.open("blocked poller", Clock.SYSTEM, pollerThatWants(lock));
        var tasks = Tasks.of(loop);
        tasks.start("holder", tasks.root(), () -> {
            lock.lock();
            for (int i = 0; i < 3; i++) {
                sleepStubbornly(1); // a Holdfast sleep would need the poller
                trail.mark("task goes on");
                if (i == stopAfter) loop.stop();
            }
            lock.unlock();
            return null;
        });
        loop.run();
        loop.close();
        trail.expect("task goes on", "task goes on", "task goes on");
    }

    private static Poller pollerThatWants(ReentrantLock lock) {
        var inner = Poller.parking();
        return new Poller() {
            @Override
            public void poll(long nanos) {
                lock.lock();
                lock.unlock();
                inner.poll(nanos);
            }

            @Override
            public void wakeup() {
                inner.wakeup();
            }
        };
    }

    // ---- 3: thread dumps

    @Test
    void hazard3_aStormOfStackTracesLosesNothing() throws Exception {
        var over = new AtomicBoolean();
        var threads = new LinkedBlockingQueue<Thread>();
        var looked = new AtomicInteger();
        start("main", () -> {
            threads.addAll(threadsOf(loop));
            var ping = new ArrayList<Promise<Integer>>();
            for (int i = 0; i <= 2_000; i++) ping.add(new Promise<>());
            for (int side = 0; side < 2; side++) {
                int mine = side;
                spawn("side " + side, () -> {
                    for (int i = mine; i + 1 < ping.size(); i += 2) {
                        await(ping.get(i));
                        int next = i + 1;
                        if (i % 4 < 2) ping.get(next).complete(next);
                        else loop.execute(() -> ping.get(next).complete(next));
                        if (i % 16 == mine) yieldNow();
                        if (i % 64 == mine) sleep(MILLI);
                    }
                });
            }
            threads.addAll(threadsOf(loop));
            ping.getFirst().complete(0);
            trail.mark("got " + await(ping.getLast()));
        });
        var lookers = threads(2, () -> {
            while (!over.get()) {
                for (var thread : threads) {
                    thread.getStackTrace();
                    looked.incrementAndGet();
                }
            }
        });
        loop.run();
        over.set(true);
        for (var thread : lookers) thread.join();
        trail.expect("got 2000");
        assertThat(looked.get()).isPositive();
    }

    @Test
    @OnMounted
    void hazard2_aStopBesideABlockedPollerEndsTheTurnThatItIsIn() throws Exception { // rule 5
        var wanted = new ReentrantLock();
        var held = new CountDownLatch(1);
        var polling = new CountDownLatch(1);
        var gate = new CountDownLatch(1);
        var poller = new Poller() {
            @Override
            public void poll(long nanos) {
                if (nanos == 0) return;
                polling.countDown();
                waitFor(gate); // and hears no wake-up
            }

            @Override
            public void wakeup() {}
        };
        var holder = Thread.ofPlatform().start(() -> {
            wanted.lock();
            held.countDown();
            waitFor(polling);
            wanted.unlock();
        });
        held.await();
        try (var other = IOLoop.open("other", Clock.SYSTEM, poller)) {
            other.execute(() -> {
                wanted.lock(); // goes on while the poller is blocked
                other.stop();
                other.execute(() -> trail.mark("next turn"));
                gate.countDown();
            });
            other.run();
            trail.expect();
        }
        holder.join();
    }

    private static void waitFor(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void hazard3_underAStormStopStillMeansNoTurnMore() throws Exception {
        var over = new AtomicBoolean();
        var threads = new LinkedBlockingQueue<Thread>();
        var lookers = threads(1, () -> {
            while (!over.get()) threads.forEach(Thread::getStackTrace);
        });
        for (int round = 0; round < 100; round++) {
            loop.execute(() -> {
                threads.clear();
                threads.addAll(threadsOf(loop));
                loop.stop();
                loop.execute(() -> trail.mark("next turn"));
            });
            loop.run();
            trail.expect(); // rule 5
            loop.execute(loop::stop);
            loop.run();
            trail.expect("next turn");
        }
        over.set(true);
        for (var thread : lookers) thread.join();
    }

    // ---- 4: who is woken is never run inline

    @Test
    void hazard4_aLongChainOfWakeUpsNeedsNoDeepStack() {
        start("main", () -> {
            var chain = new ArrayList<Promise<Integer>>();
            for (int i = 0; i <= 5_000; i++) chain.add(new Promise<>());
            for (int i = 0; i < 5_000; i++) {
                int mine = i;
                spawn("link", () -> chain.get(mine + 1).complete(await(chain.get(mine)) + 1));
            }
            yieldNow();
            chain.getFirst().complete(0);
            trail.mark("last: " + await(chain.getLast()));
        });
        loop.run();
        trail.expect("last: 5000");
    }

    @Test
    @OnMounted
    void hazard4_unparkOfATaskInsideATaskOnlyQueuesIt() {
        start("main", () -> {
            var woken = new AtomicBoolean();
            var parked = spawn("parked", () -> {
                while (!woken.get()) LockSupport.park();
                trail.mark("parked goes on");
            });
            yieldNow();
            woken.set(true);
            LockSupport.unpark(parked.thread());
            trail.mark("waker goes on");
            parked.join();
        });
        loop.run();
        trail.expect("waker goes on", "parked goes on");
    }

    @Test
    @OnBaton
    void hazard4_onTheBatonAParkThatOnlyATaskCouldEndIsHeldToItsLimit() {
        start("main", () -> {
            var parked = spawn("parked", () -> {
                sleepStubbornly(5);
                trail.mark("parked goes on");
            });
            yieldNow();
            LockSupport.unpark(parked.thread());
            trail.mark("waker goes on");
        });
        loop.run();
        trail.expect("parked goes on", "waker goes on");
    }

    // ---- 5: which threads carry

    @Test
    void hazard5_aWorkerOfAForkJoinPoolCarries() {
        try (var pool = new ForkJoinPool(1)) {
            var carrying = pool.submit(() -> Holdfast.run(() -> {
                        yieldNow();
                        return "carried";
                    }))
                    .join();
            assertThat(carrying).isEqualTo("carried");
        }
    }

    @Test
    void hazard5_onAVirtualThreadARunMovesToAPlatformThread() throws Exception {
        var carried = new LinkedBlockingQueue<String>();
        Thread.ofVirtual()
                .start(() -> Holdfast.run(() -> {
                    yieldNow();
                    carried.add("carried");
                }))
                .join();
        assertThat(carried).containsExactly("carried");
    }

    @Test
    @OnMounted
    void hazard5_aVirtualThreadIsRefusedAsCarrier() throws Exception {
        var carrier = new MountedCarrier("refused", new Idle());
        var refused = new LinkedBlockingQueue<Throwable>();
        Thread.ofVirtual()
                .uncaughtExceptionHandler((_, e) -> refused.add(e))
                .start(carrier::carry)
                .join();
        assertThat(refused.take()).hasMessageStartingWith("a virtual thread cannot carry others: VirtualThread[");
    }

    // ---- 6: the JVM's socket pollers

    @Test
    @OnMounted
    void hazard6_socketPollersAreNotOnTheLoopThatFirstUsedASocket() throws Exception {
        var child = Child.run(FirstSocket.class, "--add-opens", "java.base/java.lang=ALL-UNNAMED");
        assertThat(child.output()).isEqualTo("read on the loop: 7\nread elsewhere: 8");
    }

    /// The first socket of this JVM is read by a coroutine. Then its loop stands still, and another thread reads
    /// one.
    static final class FirstSocket {
        private FirstSocket() {}

        public static void main(String[] args) throws Exception {
            var loop = IOLoop.open();
            var tasks = Tasks.of(loop);
            tasks.start("reader", tasks.root(), () -> {
                System.out.println("read on the loop: " + readLate(7));
                return null;
            });
            loop.run();
            var thread = Thread.ofVirtual().start(() -> System.out.println("read elsewhere: " + readLate(8)));
            thread.join(Duration.ofSeconds(10));
            System.exit(0);
        }

        private static int readLate(int value) {
            try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                    var socket = new Socket(server.getInetAddress(), server.getLocalPort());
                    var peer = server.accept()) {
                Thread.ofPlatform().start(() -> {
                    try {
                        Thread.sleep(20); // the reader should have parked by then
                        peer.getOutputStream().write(value);
                    } catch (IOException | InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                });
                return socket.getInputStream().read();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    // ---- 7: what blocks the carrier after all

    @Test
    void hazard7_aClassThatAnotherThreadInitialisesStopsTheLoop() throws Exception {
        var ticks = new AtomicInteger();
        Slow.ticks = ticks;
        var initialiser = Thread.ofPlatform()
                .start(() -> assertThat(SlowClass.TICKS_MEANWHILE).isZero());
        Slow.initialising.await();
        start("ticker", () -> {
            while (ticks.getAndIncrement() < 1_000_000 && !Slow.touched) yieldNow();
        });
        start("toucher", () -> {
            Slow.touching.countDown();
            trail.mark("ticks while it was initialised: " + SlowClass.TICKS_MEANWHILE);
            Slow.touched = true;
        });
        loop.run();
        initialiser.join();
        trail.expect("ticks while it was initialised: 0");
    }

    static final class Slow {
        static final CountDownLatch initialising = new CountDownLatch(1);
        static final CountDownLatch touching = new CountDownLatch(1);
        static volatile AtomicInteger ticks = new AtomicInteger();
        static volatile boolean touched;

        private Slow() {}

        static int initialise() {
            try {
                initialising.countDown();
                if (!touching.await(10, SECONDS)) return 0;
                Thread.sleep(20); // the platform's behaviour is what is tested: by now the toucher is stuck
                int before = ticks.get();
                Thread.sleep(20);
                return ticks.get() - before;
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    static final class SlowClass {
        static final int TICKS_MEANWHILE = Slow.initialise();

        private SlowClass() {}
    }

    // ---- 8: permits and flags

    @Test
    void hazard8_thePermitThatASleepLeavesEndsNoOtherWait() {
        start("main", () -> {
            var promise = new Promise<String>();
            loop.callLater(Duration.ofMillis(5), () -> promise.complete("in its time"));
            Thread.sleep(1);
            trail.mark(await(promise));
        });
        loop.run();
        trail.expect("in its time");
    }

    @Test
    void hazard8_anInterruptFlagLeaksNeitherIntoTheNextWaitNorToOthers() {
        start("main", () -> {
            var promise = new Promise<String>();
            loop.callLater(MILLI, () -> promise.complete("in its time"));
            var other = spawn(
                    "other", () -> trail.mark("other: " + Thread.currentThread().isInterrupted()));
            Thread.currentThread().interrupt();
            trail.mark(await(promise));
            trail.mark("after: " + Thread.currentThread().isInterrupted());
            other.join();
        });
        loop.run();
        trail.expect("other: false", "in its time", "after: false");
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void hazard8_aCallbackThatLeavesItsThreadInterruptedStopsNobody() {
        loop.execute(() -> Thread.currentThread().interrupt());
        loop.callLater(MILLI, () -> trail.mark("timer"));
        loop.run();
        trail.expect("timer");
        Thread.interrupted();
    }

    @Test
    void hazard8_anInterruptOfTheThreadThatRunsIsKeptForItAndWakesNobody() throws Exception {
        var polls = new AtomicInteger();
        var inner = Poller.parking();
        var counted = IOLoop.open("interrupted", Clock.SYSTEM, new Poller() {
            @Override
            public void poll(long nanos) {
                polls.incrementAndGet();
                inner.poll(nanos);
            }

            @Override
            public void wakeup() {
                inner.wakeup();
            }
        });
        Thread.currentThread().interrupt();
        counted.callLater(Duration.ofMillis(20), () -> trail.mark("timer"));
        counted.run();
        assertThat(Thread.interrupted()).isTrue();
        counted.close();
        trail.expect("timer");
        assertThat(polls.get()).isLessThan(10);
    }

    @Test
    void hazard8_anInterruptWhileTheLoopSleepsDoesNotMakeItSpin() throws Exception {
        var door = loop.external("test");
        var interrupted = new LinkedBlockingQueue<Boolean>();
        var runner = Thread.ofPlatform().start(() -> {
            loop.run();
            interrupted.add(Thread.interrupted());
        });
        while (runner.getState() != Thread.State.WAITING) Thread.onSpinWait();
        runner.interrupt();
        while (runner.isInterrupted() || runner.getState() != Thread.State.WAITING) Thread.onSpinWait(); // sleeps again
        door.close();
        assertThat(interrupted.take()).isTrue();
    }

    // ---- what the tests stand on

    private void start(String name, Action<?> body) {
        var tasks = Tasks.of(loop);
        tasks.start(name, tasks.root(), body.asBody());
    }

    private static List<Thread> threads(int n, Runnable body) {
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < n; i++) threads.add(Thread.ofPlatform().daemon().start(body));
        return threads;
    }

    private static List<Thread> threadsOf(IOLoop loop) {
        return loop.carrier().strands().stream().map(Strand::thread).toList();
    }

    private static boolean tryLock(ReentrantLock lock, long millis) {
        try {
            return lock.tryLock(millis, MILLISECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String takeStubbornly(LinkedBlockingQueue<String> items) {
        while (true) {
            try {
                return items.take();
            } catch (InterruptedException e) {
                // goes on: that is what is tested
            }
        }
    }

    private static void sleepStubbornly(long millis) {
        long end = Clock.SYSTEM.nanos() + MILLISECONDS.toNanos(millis);
        for (long left; (left = end - Clock.SYSTEM.nanos()) > 0; Thread.interrupted()) LockSupport.parkNanos(left);
    }

    private static final class Idle implements Load {
        @Override
        public void turns() {}

        @Override
        public boolean isPressing() {
            return false;
        }

        @Override
        public boolean isStopping() {
            return false;
        }

        @Override
        public void wakeup() {}
    }
}
