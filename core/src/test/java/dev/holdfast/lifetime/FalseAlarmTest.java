package dev.holdfast.lifetime;

import static dev.holdfast.task.Coroutine.await;
import static dev.holdfast.task.Coroutine.awaitCancelled;
import static dev.holdfast.task.Coroutine.spawn;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofNanos;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.holdfast.Holdfast;
import dev.holdfast.future.Promise;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.loop.Poller;
import dev.holdfast.queue.Queue;
import dev.holdfast.sync.Semaphore;
import dev.holdfast.time.Clock;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Scenarios of lifetime.md in which all look stuck and none is. A report would fail any of these tests: no log line
/// is expected.
@Tag("threads")
@Timeout(60)
class FalseAlarmTest {
    private static final Duration A_WHILE = ofMillis(20);
    private static final Duration A_MOMENT = ofMillis(1);

    // ---- idle

    /// Counts how often it was asked to sleep, and claims to listen if it is told to.
    private static final class Listener implements Poller {
        private final Poller parking = Poller.parking();
        private final AtomicInteger sleeps = new AtomicInteger();
        private final boolean listening;

        Listener(boolean listening) {
            this.listening = listening;
        }

        @Override
        public void poll(long nanos) {
            if (nanos > 0) sleeps.incrementAndGet();
            parking.poll(nanos);
        }

        @Override
        public void wakeup() {
            parking.wakeup();
        }

        @Override
        public boolean isWatching() {
            return listening;
        }
    }

    @Test
    void S26_idleServer() throws Exception {
        idlesInSilence(true, _ -> {});
    }

    @Test
    void S26_idleServer_thatHearsASignal() throws Exception {
        idlesInSilence(false, loop -> loop.onSignal("USR2", () -> {}));
    }

    @Test
    void S26_idleServer_withATimer() throws Exception {
        idlesInSilence(false, loop -> loop.callLater(ofHours(1), () -> {}));
    }

    private void idlesInSilence(boolean listening, Consumer<IOLoop> open) throws InterruptedException {
        var poller = new Listener(listening);
        try (var loop = IOLoop.open("server", Clock.SYSTEM, poller)) {
            var door = loop.external("the test").unref();
            loop.execute(() -> {
                open.accept(loop);
                spawn("awaits", () -> await(new Promise<>()));
                spawn("gets", () -> new Queue<>().get());
                spawn("acquires", () -> new Semaphore(0).acquire());
            });
            var thread = Thread.ofPlatform().start(loop::run);
            expectIdle(poller, thread);
            assertThat(door.tryExecute(loop::stop)).isTrue();
            thread.join();
        }
    }

    private static void expectIdle(Listener poller, Thread thread) {
        var threads = ManagementFactory.getThreadMXBean();
        while (poller.sleeps.get() == 0) pause(A_MOMENT); // it does what there is to do
        long before = threads.getThreadCpuTime(thread.threadId());
        for (int i = 0; i < 3; i++) {
            System.gc();
            pause(A_WHILE);
        }
        // One, and one more on the baton: its last coroutine gave the baton back while nobody was parked.
        assertThat(poller.sleeps.get()).as("sleeps: nobody woke it").isLessThanOrEqualTo(2);
        assertThat(ofNanos(threads.getThreadCpuTime(thread.threadId()) - before))
                .isLessThan(ofMillis(5));
    }

    private static void pause(Duration length) {
        long end = System.nanoTime() + length.toNanos();
        for (long left; (left = end - System.nanoTime()) > 0; ) LockSupport.parkNanos(left);
    }

    // ---- on purpose, and by chance

    @Test
    void S28_onPurpose() {
        Holdfast.run(() -> {
            var idle = spawn("idle", () -> awaitCancelled());
            var joins = spawn("joins", () -> idle.join());
            IOLoop.current().callLater(ofMillis(20), () -> idle.cancel("enough"));
            assertThatExceptionOfType(CancellationException.class).isThrownBy(joins::join);
        });
    }

    @Test
    @Tag("collectors")
    void S29_collectionWakes() { // set off by the verdict's own collection: no report
        Holdfast.run(() -> {
            var promise = new Promise<String>();
            spawnForNobody(promise);
            assertThat(await(promise)).isEqualTo("kept");
        });
    }

    private static void spawnForNobody(Promise<String> promise) {
        Owned.spawn(new Object(), "keeper", () -> {
            try {
                await(new Promise<>());
            } finally {
                promise.complete("kept");
            }
        });
    }
}
