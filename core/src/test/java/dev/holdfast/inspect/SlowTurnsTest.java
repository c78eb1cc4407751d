package dev.holdfast.inspect;

import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.loop.IOLoop;
import dev.holdfast.loop.Poller;
import dev.holdfast.testing.Logged;
import dev.holdfast.testing.OnBaton;
import dev.holdfast.testing.OnMounted;
import dev.holdfast.testing.SlowClass;
import dev.holdfast.time.Clock;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Whoever holds a loop for too long is named, with his stack, while he does (rule 12).
///
/// The machine has other things to do, so that anybody may be slow now and then. Therefore each watchdog here is woken
/// when the hold that it is to find has begun, and looks at one loop.
@Tag("threads")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SlowTurnsTest {
    private static final int PATIENCE = 100; // collections

    private final AtomicBoolean told = new AtomicBoolean(); // who computes then ends
    private final CountDownLatch computing = new CountDownLatch(1);

    @AfterEach
    void release() {
        told.set(true);
    }

    private void compute() {
        computing.countDown();
        while (!told.get()) Thread.onSpinWait();
    }

    /// Runs `loop` until `held` has happened and the watchdog has told of it, and lets it end; returns what was said.
    private String whatIsToldOf(IOLoop loop, CountDownLatch held, Logged log) throws InterruptedException {
        return whatIsToldOf(loop, held, log, () -> told.set(true));
    }

    private static String whatIsToldOf(IOLoop loop, CountDownLatch held, Logged log, Runnable ending)
            throws InterruptedException {
        var runner = Thread.ofPlatform().name("runner").start(loop::run);
        held.await();
        watchdogOf(loop).wake();
        awaitThat(() -> log.size() > 0);
        var line = log.take().getFirst().getMessage();
        ending.run();
        runner.join();
        return line;
    }

    private static Watchdog watchdogOf(IOLoop loop) {
        return new Watchdog(Duration.ofMillis(20), carrier -> carrier == loop.carrier());
    }

    private static void awaitThat(BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) Thread.sleep(1); // and lets those work who are waited for
    }

    @Test
    void aTaskThatComputesIsNamedWithItsStack(Logged log) throws InterruptedException { // rule 12
        try (var loop = IOLoop.open("watched")) {
            loop.execute(() -> spawn("hard\nworker", this::compute));
            var lines = whatIsToldOf(loop, computing, log).lines().toList();
            assertThat(lines.getFirst())
                    .matches("IOLoop\\[watched] has been held for [\\d.]+ m?s by Task\\[hard\\\\nworker];"
                            + " what takes so long belongs in blocking\\(…\\)");
            assertThat(lines.get(lines.size() - 1))
                    .matches(
                            "\tat .*dev\\.holdfast\\.inspect\\.SlowTurnsTest\\.compute\\(SlowTurnsTest\\.java:\\d+\\)");
        }
    }

    @Test
    void aCallbackThatComputesIsNamedWithItsStack(Logged log) throws InterruptedException { // rule 12
        try (var loop = IOLoop.open("watched")) {
            loop.execute(this::compute);
            assertThat(whatIsToldOf(loop, computing, log)).contains("by a callback;", "\tat", "SlowTurnsTest.compute(");
        }
    }

    @Test
    void theLoopsOwnWorkIsNamedWithItsStack(Logged log) throws InterruptedException {
        var poller = new Poller() {
            @Override
            public void poll(long nanos) {
                compute();
            }

            @Override
            public void wakeup() {}
        };
        try (var loop = IOLoop.open("watched", Clock.SYSTEM, poller)) {
            loop.execute(() -> {});
            assertThat(whatIsToldOf(loop, computing, log))
                    .contains("by the loop's own work;", "SlowTurnsTest.compute(");
        }
    }

    @Test
    @OnMounted
    void aVirtualThreadThatATaskStartedIsNamedWithItsStack(Logged log) throws InterruptedException {
        try (var loop = IOLoop.open("watched")) {
            loop.execute(() -> spawn(
                    "starter",
                    () -> Thread.ofVirtual()
                            .name("stranger")
                            .start(this::compute)
                            .join()));
            assertThat(whatIsToldOf(loop, computing, log)).contains("by Thread[stranger];", "SlowTurnsTest.compute(");
        }
    }

    @Test
    void aFrameThatIsPinnedIsNamed(Logged log) throws InterruptedException { // hazard 7
        try (var loop = IOLoop.open("watched");
                var slow = new SlowClass()) {
            loop.execute(() -> spawn("pinned", slow::initialise));
            assertThat(whatIsToldOf(loop, slow.begun(), log, slow::close))
                    .contains("by Task[pinned];", "CountDownLatch.await(", "SlowClass$Body.<clinit>(");
        }
    }

    @Test
    void aClassThatAnotherThreadInitialisesIsNamedByTheFrameThatWantsIt(Logged log)
            throws InterruptedException { // hazard 7
        try (var loop = IOLoop.open("watched");
                var slow = new SlowClass()) {
            var initialiser = Thread.ofPlatform().start(() -> initialise(slow));
            slow.begun().await();
            loop.execute(() -> spawn("wants it", () -> {
                computing.countDown();
                slow.initialise();
            }));
            assertThat(whatIsToldOf(loop, computing, log, slow::close))
                    .contains("by Task[wants it];", "SlowClass.initialise(", "lambda$aClassThatAnotherThread")
                    .doesNotContain("<clinit>");
            initialiser.join();
        }
    }

    private static void initialise(SlowClass slow) {
        try {
            slow.initialise();
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @OnBaton
    void onTheBatonALockOfAParkedTaskThatACallbackWantsIsNamed(Logged log) throws InterruptedException { // hazard 2
        var lock = new ReentrantLock();
        try (var loop = IOLoop.open("watched")) {
            loop.execute(() -> spawn("holder", () -> {
                lock.lock();
                loop.execute(() -> lockOrBeInterrupted(lock));
                sleep(Duration.ofMillis(1));
                lock.unlock();
            }));
            Runnable interruption =
                    () -> requireNonNull(loop.carrier().running()).interrupt();
            assertThat(whatIsToldOf(loop, computing, log, interruption))
                    .contains(
                            "by a callback;", "ReentrantLock.lockInterruptibly(", "SlowTurnsTest.lockOrBeInterrupted(");
        }
    }

    private void lockOrBeInterrupted(ReentrantLock lock) {
        try {
            computing.countDown();
            lock.lockInterruptibly();
            lock.unlock();
        } catch (InterruptedException e) {
            // the test has seen enough
        }
    }

    @Test
    void theFlightRecorderSeesItToo(Logged log, @TempDir Path folder) throws Exception {
        try (var loop = IOLoop.open("watched");
                var recording = new Recording()) {
            recording.enable("holdfast.SlowTurn");
            recording.start();
            loop.execute(() -> spawn("hard worker", this::compute));
            whatIsToldOf(loop, computing, log);
            recording.stop();
            recording.dump(folder.resolve("seen.jfr"));
        }
        var event = RecordingFile.readAllEvents(folder.resolve("seen.jfr")).getFirst();
        assertThat(event.getString("loop")).isEqualTo("IOLoop[watched]");
        assertThat(event.getString("holder")).isEqualTo("Task[hard worker]");
        assertThat(event.getDuration("held")).isGreaterThanOrEqualTo(Duration.ofMillis(20));
        assertThat(event.getString("stack")).contains("SlowTurnsTest.compute(");
    }

    @Test
    void aLoopThatWasWatchedCanBeCollected(Logged log) throws InterruptedException {
        try (var other = IOLoop.open("other")) {
            other.execute(this::compute);
            var runner = Thread.ofPlatform().start(other::run);
            computing.await();
            var names = Set.of("IOLoop[other]", "IOLoop[dropped]"); // and none of another test's
            var watchdog = new Watchdog(
                    Duration.ofMillis(20),
                    carrier -> names.contains(carrier.owner().toString()));
            watchdog.wake();
            var dropped = runOnce();
            awaitThat(() -> log.size() > 0); // it has looked at both, or could have
            for (int i = 0; i < PATIENCE && !dropped.refersTo(null); i++) {
                System.gc();
                Thread.sleep(1); // reference processing is what is waited for, and nobody tells of it
            }
            assertThat(dropped.refersTo(null)).isTrue();
            told.set(true);
            runner.join();
        }
        log.take();
    }

    private static WeakReference<IOLoop> runOnce() {
        var loop = IOLoop.open("dropped");
        loop.execute(() -> {});
        loop.run();
        loop.close();
        return new WeakReference<>(loop);
    }

    @Test
    void aLogThatThrowsDoesNotEndTheWatch(Logged log) throws InterruptedException {
        var logger = Logger.getLogger("dev.holdfast.inspect");
        var thrown = new AtomicBoolean();
        var handler = new Handler() {
            @Override
            public void publish(LogRecord record) {
                if (!thrown.getAndSet(true)) throw new IllegalStateException("on purpose");
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        logger.addHandler(handler);
        try (var first = IOLoop.open("first");
                var second = IOLoop.open("second")) {
            var watchdog = new Watchdog(
                    Duration.ofMillis(20), carrier -> carrier == first.carrier() || carrier == second.carrier());
            first.execute(this::compute);
            second.execute(this::compute);
            var runners = new Thread[] {
                Thread.ofPlatform().start(first::run), Thread.ofPlatform().start(second::run)
            };
            computing.await();
            watchdog.wake();
            awaitThat(() -> log.size() > 0);
            told.set(true);
            for (var runner : runners) runner.join();
        } finally {
            logger.removeHandler(handler);
        }
        assertThat(thrown).isTrue();
        log.take();
    }
}
