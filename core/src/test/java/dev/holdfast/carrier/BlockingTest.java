package dev.holdfast.carrier;

import static dev.holdfast.task.Coroutine.await;
import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Holdfast;
import dev.holdfast.future.Promise;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.scope.TaskScope;
import dev.holdfast.task.Action;
import dev.holdfast.testing.OnBaton;
import dev.holdfast.testing.OnMounted;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;
import org.h2.tools.Server;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Rule 12a: on the mounted carrier a blocking call of the JDK's stops its task, and the loop goes on. Each claim
/// has its twin, which shows that on the baton everybody waits.
///
/// The claims are about real time on a machine that has other things to do. So what a bare thread misses at the
/// same time is nobody's fault, and each claim is given a few attempts. A loop that stands still misses nearly
/// every tick in all of them.
@Tag("threads")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BlockingTest {
    private static final int ATTEMPTS = 8;
    private static final int BLOCKED_MILLIS = 100;
    private static final long MILLI = 1_000_000;

    // ---- a query

    @Test
    @OnMounted
    void tenQueriesOf200MillisecondsEndInLessThan600AndTheLoopTicksOn() throws Exception { // rule 12a
        try (var database = new Database()) {
            expectTicking(() -> database.seen(10, 200), 600);
        }
    }

    @Test
    @OnBaton
    void onTheBatonQueriesEndOneAfterTheOther() throws Exception { // rule 12a
        try (var database = new Database()) {
            expectStandstill(database.seen(3, 30), 3 * 30);
        }
    }

    // ---- a lock

    @Test
    @OnMounted
    void aLockThatAnotherThreadHoldsStopsItsTasksOnly() throws Exception { // rule 12a
        expectTicking(BlockingTest::lockSeen, 4 * BLOCKED_MILLIS);
    }

    @Test
    @OnBaton
    void onTheBatonALockThatAnotherThreadHoldsStopsEverybody() throws Exception { // rule 12a
        expectStandstill(lockSeen(), BLOCKED_MILLIS);
    }

    private static Seen lockSeen() throws Exception {
        var lock = new ReentrantLock();
        return whileAnotherThread(
                () -> {
                    lock.lock();
                    return lock::unlock;
                },
                () -> {
                    lock.lock();
                    lock.unlock();
                });
    }

    // ---- a monitor

    @Test
    @OnMounted
    void aContendedMonitorStopsItsTasksOnly() throws Exception { // rule 12a
        expectTicking(BlockingTest::monitorSeen, 4 * BLOCKED_MILLIS);
    }

    @Test
    @OnBaton
    void onTheBatonAContendedMonitorStopsEverybody() throws Exception { // rule 12a
        expectStandstill(monitorSeen(), BLOCKED_MILLIS);
    }

    private static Seen monitorSeen() throws Exception {
        var monitor = new Object();
        var held = new CountDownLatch(1);
        var wanted = new CountDownLatch(1);
        var holder = Thread.ofPlatform().start(() -> {
            synchronized (monitor) {
                held.countDown();
                stayAfter(wanted);
            }
        });
        held.await();
        var entered = new AtomicInteger();
        var seen = seen(10, () -> {
            wanted.countDown();
            synchronized (monitor) {
                entered.incrementAndGet();
            }
        });
        holder.join();
        assertThat(entered).hasValue(10);
        return seen;
    }

    // ---- a socket

    @Test
    @OnMounted
    void aSilentSocketStopsItsTaskOnly() throws Exception { // rule 12a
        expectTicking(BlockingTest::socketSeen, 4 * BLOCKED_MILLIS);
    }

    @Test
    @OnBaton
    void onTheBatonASilentSocketStopsEverybody() throws Exception { // rule 12a
        expectStandstill(socketSeen(), BLOCKED_MILLIS);
    }

    private static Seen socketSeen() throws Exception {
        try (var server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                var socket = new Socket(server.getInetAddress(), server.getLocalPort());
                var peer = server.accept()) {
            return whileAnotherThread(
                    () -> () -> {
                        try {
                            peer.getOutputStream().write(7);
                        } catch (IOException e) {
                            throw new IllegalStateException(e);
                        }
                    },
                    1,
                    () -> assertThat(socket.getInputStream().read()).isEqualTo(7));
        }
    }

    // ---- a sleep

    @Test
    @OnMounted
    void aThreadSleepStopsItsTaskOnly() throws Exception { // rule 12a
        expectTicking(() -> seen(10, () -> Thread.sleep(BLOCKED_MILLIS)), 4 * BLOCKED_MILLIS);
    }

    @Test
    @OnMounted
    void timedParksAreLeftToTheJdkWhereItDoesNotHandThemOver() throws Exception {
        var turns = new Turns();
        var carrier = new MountedCarrier("without timers", turns, false);
        turns.carrier = carrier;
        turns.body = () -> {
            Thread.sleep(5);
            Thread.sleep(5);
        };
        carrier.carry();
        assertThat(turns.done).isTrue();
        assertThat(carrier.nanosUntilNext()).isEqualTo(Long.MAX_VALUE);
        carrier.close();
    }

    @Test
    @OnBaton
    void onTheBatonThreadSleepsFollowEachOther() throws Exception { // rule 12a
        expectStandstill(seen(3, () -> Thread.sleep(30)), 3 * 30);
    }

    // ---- a callback

    @Test
    @OnMounted
    void aCallbackThatBlocksLetsTheOthersRun() { // rule 12a
        assertThat(isOpenedMeanwhile(Duration.ofSeconds(30))).isTrue();
    }

    @Test
    @OnBaton
    void onTheBatonACallbackThatBlocksStopsEverybody() { // rule 12a
        assertThat(isOpenedMeanwhile(Duration.ofMillis(10))).isFalse();
    }

    /// Returns whether a task that stands in line behind a callback runs while that is blocked, for `limit` at most.
    private static boolean isOpenedMeanwhile(Duration limit) {
        return Holdfast.run(() -> {
            var opened = new Promise<Boolean>();
            var latch = new CountDownLatch(1);
            IOLoop.current().execute(() -> opened.complete(isOpened(latch, limit)));
            spawn("opens it", latch::countDown);
            return await(opened);
        });
    }

    private static boolean isOpened(CountDownLatch latch, Duration limit) {
        try {
            return latch.await(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    // ---- what was seen

    /// How long the tasks took, and how a ticker of one millisecond fared meanwhile, and another on a thread of its
    /// own.
    private record Seen(long millis, int ticks, int missed, int missedByThread) {
        boolean ticksOn(long atMost) {
            return millis < atMost && (missed - missedByThread) * 20 <= ticks;
        }
    }

    private interface Trial {
        Seen make() throws Exception;
    }

    private static void expectTicking(Trial trial, long atMost) throws Exception {
        var seen = trial.make();
        for (int i = 1; i < ATTEMPTS && !seen.ticksOn(atMost); i++) seen = trial.make();
        assertThat(seen).matches(last -> last.ticksOn(atMost), "in less than " + atMost + " ms, 5 % missed at most");
    }

    private static void expectStandstill(Seen seen, long atLeast) {
        assertThat(seen.millis).isGreaterThanOrEqualTo(atLeast);
        assertThat(seen.missed).isGreaterThan(seen.ticks / 2);
    }

    private static Seen seen(int n, Action<?> body) throws Exception {
        return Holdfast.run(() -> {
            var loop = IOLoop.current();
            var ticker = new Ticker(loop, left -> sleep(Duration.ofNanos(left)));
            var bare = new Ticker(loop, LockSupport::parkNanos);
            spawn("ticker", ticker::run);
            var thread = Thread.ofPlatform().daemon().start(bare::run);
            long start = loop.now();
            try (var scope = TaskScope.open()) {
                for (int i = 0; i < n; i++) scope.start("blocked " + i, body);
                scope.join();
            }
            long millis = (loop.now() - start) / MILLI;
            sleep(Duration.ofMillis(2)); // a ticker that was late counts now what it has missed
            bare.over = true;
            thread.join();
            return new Seen(millis, ticker.ticks, ticker.missed, bare.missed);
        });
    }

    /// Ten tasks run `body` while another thread, after `begin`, lets them wait, and then does what `begin`
    /// returned.
    private static Seen whileAnotherThread(Begin begin, Action<?> body) throws Exception {
        return whileAnotherThread(begin, 10, body);
    }

    private static Seen whileAnotherThread(Begin begin, int n, Action<?> body) throws Exception {
        var begun = new CountDownLatch(1);
        var wanted = new CountDownLatch(1);
        var thread = Thread.ofPlatform().start(() -> {
            var end = begin.begin();
            begun.countDown();
            stayAfter(wanted);
            end.run();
        });
        begun.await();
        var seen = seen(n, () -> {
            wanted.countDown();
            body.run();
        });
        thread.join();
        return seen;
    }

    private interface Begin {
        Runnable begin();
    }

    private static void stayAfter(CountDownLatch wanted) {
        try {
            wanted.await();
            Thread.sleep(BLOCKED_MILLIS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class Ticker {
        private final IOLoop loop;
        private final LongConsumer sleep; // for so many nanoseconds
        private int ticks; // that were due
        private int missed; // of those
        private volatile boolean over;

        Ticker(IOLoop loop, LongConsumer sleep) {
            this.loop = loop;
            this.sleep = sleep;
        }

        void run() {
            for (long due = loop.now() + MILLI; !over; due += MILLI) {
                ticks++;
                for (long left; (left = due - loop.now()) > 0; ) sleep.accept(left);
                if (loop.now() - due >= MILLI) missed++;
            }
        }
    }

    /// H2 behind its TCP server, with one connection for each query.
    private static final class Database implements AutoCloseable {
        private final Server server;
        private final Queue<Connection> connections = new ArrayDeque<>();

        Database() throws Exception {
            server = Server.createTcpServer("-tcpPort", "0", "-ifNotExists").start();
            for (int i = 0; i < 10; i++) {
                connections.add(DriverManager.getConnection(
                        "jdbc:h2:tcp://localhost:" + server.getPort() + "/mem:blocking", "sa", ""));
            }
            try (var statement = connections.element().createStatement()) {
                statement.execute("CREATE ALIAS IF NOT EXISTS REST FOR 'java.lang.Thread.sleep(long)'");
            }
            query(1); // what initialises classes would stop the loop (hazard 7)
        }

        Seen seen(int n, long millis) throws Exception {
            return BlockingTest.seen(n, () -> query(millis));
        }

        private void query(long millis) throws Exception {
            var connection = connections.remove();
            try (var statement = connection.createStatement()) {
                statement.execute("CALL REST(" + millis + ")");
            } finally {
                connections.add(connection);
            }
        }

        @Override
        public void close() throws SQLException {
            for (var connection : connections) connection.close();
            server.stop();
        }
    }

    /// Turns with nothing in them but one strand.
    private static final class Turns implements Load {
        private Carrier carrier;
        private Action<?> body;
        private volatile boolean done;

        @Override
        public void turns() {
            carrier.start(new Once(carrier), "once");
            while (!done) {
                carrier.takeArrivals();
                carrier.runLine();
                Thread.yield();
            }
        }

        private final class Once extends Strand {
            Once(Carrier carrier) {
                super(carrier);
            }

            @Override
            protected void act() {
                try {
                    body.run();
                    done = true;
                } catch (Throwable e) {
                    throw new IllegalStateException(e);
                }
            }
        }

        @Override
        public boolean isPressing() {
            return true;
        }

        @Override
        public boolean isStopping() {
            return false;
        }

        @Override
        public void wakeup() {}
    }
}
