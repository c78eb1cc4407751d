package dev.holdfast.carrier;

import static dev.holdfast.task.Coroutine.await;
import static dev.holdfast.task.Coroutine.spawn;
import static dev.holdfast.task.Coroutine.yieldNow;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Holdfast;
import dev.holdfast.future.Promise;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.loop.Poller;
import dev.holdfast.task.Task;
import dev.holdfast.testing.Logged;
import dev.holdfast.testing.Trail;
import dev.holdfast.time.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A question wakes a loop and is answered between two turns; but it is no work, and changes nothing.
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class QuestionTest {
    private final Trail trail = new Trail();
    private final IOLoop loop = IOLoop.open("asked");
    private final Carrier carrier = loop.carrier();

    @AfterEach
    void close() {
        loop.close();
    }

    @Test
    void itIsAnsweredInTheNextTurnBeforeTheLine() {
        loop.execute(() -> {
            loop.execute(() -> trail.mark("callback"));
            carrier.ask(() -> trail.mark("answer, with " + carrier.ready() + " in line"));
            trail.mark("asked");
        });
        loop.run();
        trail.expect("asked", "answer, with 1 in line", "callback");
    }

    @Test
    void itKeepsNoLoopRunning() {
        carrier.ask(() -> trail.mark("answer"));
        assertThat(loop.isQuiescent()).isTrue();
        loop.run();
        trail.expect();
    }

    @Test
    void oneThatCameTooLateIsAnsweredInTheNextRun() {
        loop.execute(() -> carrier.ask(() -> trail.mark("answer")));
        loop.stop();
        loop.run();
        trail.expect();
        loop.execute(() -> trail.mark("next run"));
        loop.run();
        trail.expect("answer", "next run");
    }

    @Test
    void aClosedLoopIsNotAsked() {
        loop.close();
        assertThat(carrier.ask(() -> trail.mark("answer"))).isFalse();
        assertThat(carrier.isOpen()).isFalse();
    }

    @Test
    void oneThatThrowsIsLoggedAndTheNextIsAnswered(Logged log) {
        Callback bad = new Callback() {
            @Override
            public void run() {
                throw new IllegalStateException("bad question");
            }

            @Override
            public String toString() {
                return "question";
            }
        };
        loop.execute(() -> {
            carrier.ask(bad);
            carrier.ask(() -> trail.mark("answer"));
            loop.execute(() -> {});
        });
        loop.run();
        trail.expect("answer");
        log.expect("a callback threw: question");
    }

    /// **fix** Brought like a callback, one that comes as the run ends would hide who is lost.
    @Test
    void oneThatIsLeftOverHidesNobodyWhoIsLost(Logged log) { // rule 9
        Holdfast.run(() -> {
            spawn("lost", () -> await(new Promise<>()));
            yieldNow();
            Task.current().loop().carrier().ask(() -> trail.mark("answer"));
        });
        assertThat(log.take())
                .singleElement()
                .satisfies(record -> assertThat(record.getMessage()).startsWith("LostTask: "));
        trail.expect("answer"); // while the lost one was awaited
    }

    @Test
    @Tag("threads")
    void itWakesALoopThatSleeps() throws Exception {
        var door = loop.external("door");
        var thread = Thread.ofPlatform().start(loop::run);
        for (int i = 0; i < 100; i++) {
            while (carrier.running() == null) Thread.onSpinWait();
            ask();
        }
        door.close();
        thread.join();
    }

    @Test
    @Tag("threads")
    void itIsAnsweredWhileTasksAreAlwaysReady() throws Exception {
        var done = new AtomicBoolean();
        loop.execute(() -> {
            for (int i = 0; i < 10; i++)
                spawn("busy", () -> {
                    while (!done.get()) yieldNow();
                });
        });
        var thread = Thread.ofPlatform().start(loop::run);
        while (carrier.running() == null) Thread.onSpinWait();
        for (int i = 0; i < 100; i++) ask();
        done.set(true);
        thread.join();
    }

    private void ask() throws InterruptedException {
        var answered = new CountDownLatch(1);
        assertThat(carrier.ask(answered::countDown)).isTrue();
        answered.await();
    }

    /// A poller that hangs, as one may that wants a lock of the JDK's, answers when it goes on; meanwhile nobody
    /// spins.
    @Test
    @Tag("threads")
    void aPollerThatHangsAnswersWhenItGoesOn() throws Exception {
        var poller = new Hanging();
        var answered = new CountDownLatch(1);
        try (var other = IOLoop.open("hanging", Clock.SYSTEM, poller)) {
            var door = other.external("door");
            var thread = Thread.ofPlatform().start(other::run);
            poller.hangs.await();
            other.carrier().ask(answered::countDown);
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos()); // time to spin in
            assertThat(answered.getCount()).isEqualTo(1);
            assertThat(poller.wakeups).isLessThan(10);
            poller.goOn.countDown();
            answered.await();
            door.close();
            thread.join();
        }
    }

    /// Hangs in its first poll, whoever wakes it.
    private static final class Hanging implements Poller {
        private final Poller real = Poller.parking();
        private final CountDownLatch hangs = new CountDownLatch(1);
        private final CountDownLatch goOn = new CountDownLatch(1);
        private volatile int wakeups;

        @Override
        public void poll(long nanos) {
            hangs.countDown();
            try {
                goOn.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            real.poll(nanos);
        }

        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate") // a guess will do
        public void wakeup() {
            wakeups++;
            real.wakeup();
        }
    }
}
