package dev.holdfast.inspect;

import static dev.holdfast.task.Coroutine.await;
import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static dev.holdfast.task.Coroutine.yieldNow;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.future.Promise;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.queue.Queue;
import dev.holdfast.testing.OnBaton;
import dev.holdfast.testing.OnMounted;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What the flight recorder sees of waits that the code does not show (rule 12a).
@Tag("threads")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HiddenWaitsTest {
    private static final Duration MILLI = Duration.ofMillis(1);
    private static final int SHORT = 20; // milliseconds

    @TempDir
    Path folder;

    private IOLoop loop; // opened by each test that runs, and not by those that are skipped

    @BeforeEach
    void open() {
        loop = IOLoop.open("recorded");
    }

    @AfterEach
    void close() {
        loop.close();
    }

    private List<RecordedEvent> recorded() throws IOException {
        try (var recording = new Recording()) {
            recording.enable("holdfast.HiddenWait").withoutThreshold();
            recording.start();
            loop.run();
            recording.stop();
            recording.dump(folder.resolve("recorded.jfr"));
        }
        return RecordingFile.readAllEvents(folder.resolve("recorded.jfr"));
    }

    private static void expectOne(List<RecordedEvent> events, String waiter, String call) {
        assertThat(events).hasSize(1);
        var event = events.getFirst();
        assertThat(event.getString("loop")).isEqualTo("IOLoop[recorded]");
        assertThat(event.getString("waiter")).isEqualTo(waiter);
        assertThat(event.getString("site")).matches("HiddenWaitsTest\\.\\w+\\(HiddenWaitsTest\\.java:\\d+\\)");
        assertThat(event.getString("stack")).contains(call, "HiddenWaitsTest.");
        assertThat(event.getDuration()).isPositive();
    }

    @Test
    @OnMounted
    void aSleepOfTheJdkIsAWaitOfTheTask() throws IOException {
        loop.execute(() -> spawn("sleeper", () -> Thread.sleep(SHORT)));
        var events = recorded();
        expectOne(events, "Task[sleeper]", "Thread.sleep(");
        assertThat(events.getFirst().getDuration()).isGreaterThanOrEqualTo(Duration.ofMillis(SHORT));
    }

    @Test
    @OnBaton
    void onTheBatonASleepOfTheJdkIsNoWaitAndIsNotSeen() throws IOException {
        loop.execute(() -> spawn("sleeper", () -> Thread.sleep(SHORT)));
        assertThat(recorded()).isEmpty();
    }

    @Test
    @OnMounted
    void aContendedLockIsAWaitOfTheTask() throws Exception {
        var lock = new ReentrantLock();
        var held = new CountDownLatch(1);
        var holder = Thread.ofPlatform().start(() -> {
            lock.lock();
            held.countDown();
            while (!lock.hasQueuedThreads()) Thread.onSpinWait();
            lock.unlock();
        });
        held.await();
        loop.execute(() -> spawn("locker", () -> lock.lock()));
        expectOne(recorded(), "Task[locker]", "ReentrantLock.lock(");
        holder.join();
    }

    @Test
    @OnMounted
    void aContendedMonitorIsAWaitOfTheTask() throws Exception {
        var monitor = new Object();
        var held = new CountDownLatch(1);
        var over = new AtomicBoolean();
        var holder = Thread.ofPlatform().start(() -> {
            synchronized (monitor) {
                held.countDown();
                while (!over.get()) Thread.onSpinWait();
            }
        });
        held.await();
        loop.execute(() -> {
            spawn("enterer", () -> enter(monitor));
            spawn("other", () -> over.set(true)); // runs while the other is blocked
        });
        expectOne(recorded(), "Task[enterer]", "HiddenWaitsTest.enter(");
        holder.join();
    }

    private static void enter(Object monitor) {
        synchronized (monitor) {
            assertThat(Thread.holdsLock(monitor)).isTrue();
        }
    }

    @Test
    @OnMounted
    void aSocketThatIsReadIsAWaitOfTheTask() throws Exception {
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var client = new Socket(server.getInetAddress(), server.getLocalPort());
                var peer = server.accept()) {
            loop.execute(() -> {
                spawn("reader", () -> assertThat(client.getInputStream().read()).isEqualTo(7));
                spawn("writer", () -> peer.getOutputStream().write(7));
            });
            expectOne(recorded(), "Task[reader]", "Socket");
        }
    }

    @Test
    @OnMounted
    void aCallbackWaitsToo() throws IOException {
        loop.execute(HiddenWaitsTest::sleepShortly);
        loop.execute(() -> {});
        expectOne(recorded(), "a callback", "HiddenWaitsTest.sleepShortly(");
    }

    private static void sleepShortly() {
        try {
            Thread.sleep(SHORT);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @OnMounted
    void aCallbackMayWaitMoreThanOnce() throws IOException {
        loop.execute(() -> {
            sleepShortly();
            sleepShortly();
        });
        assertThat(recorded())
                .hasSize(2)
                .allMatch(event -> event.getString("waiter").equals("a callback"));
    }

    @Test
    void whatTheCodeShowsIsNotHidden() throws IOException {
        loop.execute(() -> {
            var promise = new Promise<Integer>();
            var queue = new Queue<Integer>(1);
            spawn("a", () -> {
                sleep(MILLI);
                promise.complete(1);
                for (int i = 0; i < 10; i++) queue.put(i);
                queue.close();
            });
            spawn("b", () -> {
                await(promise);
                yieldNow();
                for (int item : queue) assertThat(item).isNotNegative();
            });
        });
        assertThat(recorded()).isEmpty();
    }

    @Test
    @OnMounted
    void eachWaitOfEachTaskIsSeenOnce() throws IOException {
        loop.execute(() -> {
            for (int i = 0; i < 20; i++) spawn("task " + i, HiddenWaitsTest::waitInBothWays);
        });
        var events = recorded();
        assertThat(events).hasSize(20 * 10);
        for (int i = 0; i < 20; i++) {
            var waiter = "Task[task " + i + "]";
            assertThat(events.stream().filter(event -> event.getString("waiter").equals(waiter)))
                    .hasSize(10);
        }
    }

    private static void waitInBothWays() throws InterruptedException {
        for (int i = 0; i < 5; i++) {
            Thread.sleep(1);
            sleep(MILLI);
            Thread.sleep(1);
            yieldNow();
        }
    }

    @Test
    @OnMounted
    void aVirtualThreadThatATaskStartedIsNobodysWait() throws IOException {
        loop.execute(() -> {
            var promise = new Promise<Integer>();
            var door = IOLoop.current().external("stranger");
            Thread.ofVirtual().start(() -> {
                sleepShortly();
                door.execute(() -> promise.complete(1));
                door.close();
            });
            spawn("waiter", () -> await(promise));
        });
        assertThat(recorded()).isEmpty();
    }

    @Test
    @OnMounted
    void aTaskThatWaitedWhenTheRecordingBeganIsSeenLater() throws Exception {
        var begun = new CountDownLatch(1);
        var go = loop.external("go");
        var promise = new Promise<Integer>();
        loop.execute(() -> spawn("early", () -> {
            begun.countDown();
            await(promise);
            Thread.sleep(SHORT);
        }));
        var runner = Thread.ofPlatform().start(loop::run);
        begun.await();
        try (var recording = new Recording()) {
            recording.enable("holdfast.HiddenWait").withoutThreshold();
            recording.start();
            go.execute(() -> promise.complete(1));
            go.close();
            runner.join();
            recording.stop();
            recording.dump(folder.resolve("recorded.jfr"));
        }
        expectOne(RecordingFile.readAllEvents(folder.resolve("recorded.jfr")), "Task[early]", "Thread.sleep(");
    }
}
