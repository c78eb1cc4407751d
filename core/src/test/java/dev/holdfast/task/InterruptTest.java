package dev.holdfast.task;

import static dev.holdfast.task.Coroutine.shielded;
import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static dev.holdfast.task.Coroutine.yieldNow;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.holdfast.Holdfast;
import dev.holdfast.cancel.Cancelled;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.testing.OnBaton;
import dev.holdfast.testing.OnMounted;
import dev.holdfast.testing.Trail;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.Pipe;
import java.util.concurrent.CancellationException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Rule 23: a blocking JDK call in a task is interrupted by cancellation. On the baton it holds everybody, so that
/// a cancellation comes when the call is over. In real time, because what blocks in the JDK cannot be simulated.
@Tag("threads")
final class InterruptTest {
    private final Trail trail = new Trail();

    /// Cancels a task that is blocked in `call`, and checks that it ends as cancelled because of `interrupt`.
    private static void checkInterrupted(Class<? extends Throwable> interrupt, Body<?, ?> call) {
        Holdfast.run(() -> {
            var task = spawn("task", call);
            yieldNow();
            assertThat(task.describe()).isEqualTo("Task[task] running");
            task.cancel("stop");
            var thrown = catchThrowable(task::join);
            assertThat(thrown)
                    .isInstanceOf(CancellationException.class)
                    .hasMessage("Task[task] was cancelled: stop")
                    .hasCauseInstanceOf(Cancelled.class);
            assertThat(thrown.getCause().getSuppressed()).hasExactlyElementsOfTypes(interrupt);
            assertNoFlagOnTheCarrier();
        });
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    private static void assertNoFlagOnTheCarrier() {
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        var flags = new java.util.ArrayList<Boolean>();
        IOLoop.current().execute(() -> flags.add(Thread.currentThread().isInterrupted()));
        var fresh = spawn("fresh", () -> Thread.currentThread().isInterrupted());
        assertThat(fresh.join()).isFalse();
        assertThat(flags).containsExactly(false);
    }

    @Test
    @OnMounted
    void aSleepIsInterrupted() { // rule 23
        checkInterrupted(InterruptedException.class, () -> {
            Thread.sleep(ofHours(1));
            return 0;
        });
    }

    @Test
    @OnMounted
    void waitingForALockIsInterrupted() { // rule 23
        var lock = new ReentrantLock();
        lock.lock();
        checkInterrupted(InterruptedException.class, () -> {
            lock.lockInterruptibly();
            return 0;
        });
    }

    @Test
    @OnMounted
    void takingFromAQueueIsInterrupted() { // rule 23
        checkInterrupted(InterruptedException.class, () -> new LinkedBlockingQueue<Integer>().take());
    }

    @Test
    @OnMounted
    void waitingOnAMonitorIsInterrupted() { // rule 23
        var monitor = new Object();
        checkInterrupted(InterruptedException.class, () -> {
            synchronized (monitor) {
                monitor.wait();
            }
            return 0;
        });
    }

    @Test
    @OnMounted
    void aReadOfASocketIsInterrupted() throws IOException { // rule 23
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var client = new Socket(server.getInetAddress(), server.getLocalPort())) {
            checkInterrupted(
                    SocketException.class, () -> client.getInputStream().read());
            assertThat(client.isClosed()).isTrue();
        }
    }

    @Test
    @OnMounted
    void aReadOfAChannelIsInterrupted() throws IOException { // rule 23
        var pipe = Pipe.open();
        try (var source = pipe.source();
                var sink = pipe.sink()) {
            checkInterrupted(ClosedByInterruptException.class, () -> source.read(ByteBuffer.allocate(1)));
            assertThat(source.isOpen()).isFalse();
            assertThat(sink.isOpen()).isTrue();
        }
    }

    @Test
    @OnBaton
    void aBlockingCallHoldsTheBatonAndACancellationComesAfterIt() { // rule 23
        Holdfast.run(() -> {
            for (var call : BlockingCall.values()) {
                var task = spawn("task", () -> {
                    trail.mark(call + " begins");
                    call.body.run();
                    trail.mark(call + " ends");
                    sleep(ofMillis(1));
                });
                yieldNow();
                task.cancel("stop");
                assertThat(catchThrowable(task::join)).isInstanceOf(CancellationException.class);
                assertThat(Thread.currentThread().isInterrupted()).isFalse();
                trail.expect(call + " begins", call + " ends");
            }
        });
    }

    /// Calls that block for a moment.
    private enum BlockingCall {
        SLEEP(() -> Thread.sleep(5)),
        LOCK(() ->
                assertThat(lockedElsewhere().tryLock(5, TimeUnit.MILLISECONDS)).isFalse()),
        TAKE(() -> assertThat(new LinkedBlockingQueue<Integer>().poll(5, TimeUnit.MILLISECONDS))
                .isNull()),
        READ(BlockingCall::readSilence);

        final Action<Exception> body;

        BlockingCall(Action<Exception> body) {
            this.body = body;
        }

        private static ReentrantLock lockedElsewhere() throws InterruptedException {
            var lock = new ReentrantLock();
            Thread.ofPlatform().start(lock::lock).join();
            return lock;
        }

        private static void readSilence() throws IOException {
            try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                    var client = new Socket(server.getInetAddress(), server.getLocalPort())) {
                client.setSoTimeout(5);
                assertThat(catchThrowable(() -> client.getInputStream().read()))
                        .isInstanceOf(SocketTimeoutException.class);
            }
        }
    }

    // ---- the flag

    /// Starts a task that is cancelled while it waits for a lock that cannot be interrupted, and then runs `body`.
    private void afterAnUninterruptibleCall(Action<?> body) {
        Holdfast.run(() -> {
            var lock = new ReentrantLock();
            var holder = spawn("holder", () -> {
                lock.lock();
                yieldNow();
                yieldNow();
                lock.unlock();
            });
            yieldNow();
            var task = spawn("task", () -> {
                lock.lock();
                lock.unlock();
                body.run();
            });
            yieldNow();
            task.cancel("stop");
            holder.join();
            assertThat(catchThrowable(task::join)).isInstanceOf(CancellationException.class);
            assertNoFlagOnTheCarrier();
        });
    }

    @Test
    @OnMounted
    void theFlagNeverLeaksIntoTheNextWait() { // rule 23, fix: a park with the flag set spins
        afterAnUninterruptibleCall(() -> {
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
            assertThat(catchThrowable(() -> sleep(ofMillis(1)))).isInstanceOf(Cancelled.class);
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
            trail.mark("cancelled");
            sleep(ofMillis(1));
        });
        trail.expect("cancelled");
    }

    @Test
    @OnMounted
    void theFlagNeverLeaksIntoAShield() { // rules 21, 23
        afterAnUninterruptibleCall(() -> {
            shielded(ofHours(1), () -> {
                Thread.sleep(1);
                sleep(ofMillis(1));
                trail.mark("shielded");
            });
            sleep(ofMillis(1));
        });
        trail.expect("shielded");
    }

    @Test
    @OnMounted
    void theFlagIsThereForTheNextBlockingCall() { // rule 23
        afterAnUninterruptibleCall(() -> {
            trail.mark("before");
            Thread.sleep(ofHours(1));
        });
        trail.expect("before");
    }

    @Test
    @OnMounted
    void theFlagOfAScopeThatIsOverIsGone() { // rule 23
        Holdfast.run(() -> {
            var lock = new ReentrantLock();
            lock.lock();
            var loop = IOLoop.current();
            var task = spawn("task", () -> {
                var inner = Task.current().scope().inside("inner");
                loop.execute(() -> inner.cancel("stop"));
                Task.current().within(inner, () -> {
                    lock.lock();
                    lock.unlock();
                    assertThat(Thread.currentThread().isInterrupted()).isTrue();
                    return 0;
                });
                assertThat(Thread.currentThread().isInterrupted()).isFalse();
                Thread.sleep(1);
                trail.mark("not interrupted");
            });
            yieldNow();
            yieldNow();
            lock.unlock();
            task.join();
        });
        trail.expect("not interrupted");
    }

    @Test
    void theFlagThatATaskSetsItselfDoesNotDisturbWaits() { // rule 23, on both carriers
        Holdfast.run(() -> {
            Thread.currentThread().interrupt();
            sleep(ofMillis(1));
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
            Thread.currentThread().interrupt();
            var task = spawn("task", () -> Thread.currentThread().isInterrupted());
            assertThat(task.join()).isFalse();
            Thread.currentThread().interrupt();
            yieldNow();
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
            Thread.currentThread().interrupt(); // and to the end of the task
        });
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void anInterruptWithoutACancellationIsTheTasksOwnError() { // rule 23, on both carriers
        Holdfast.run(() -> {
            var task = spawn("task", () -> {
                Thread.currentThread().interrupt();
                Thread.sleep(ofHours(1));
            });
            assertThat(catchThrowable(task::join)).isInstanceOf(InterruptedException.class);
        });
    }

    @Test
    void anInterruptedExceptionInACancelledScopeCountsAsItsCancellation() { // rule 23, on both carriers
        Holdfast.run(() -> {
            var task = spawn("task", () -> {
                Task.current().cancel("stop");
                throw new InterruptedException("late");
            });
            assertThat(catchThrowable(task::join))
                    .isInstanceOf(CancellationException.class)
                    .hasMessage("Task[task] was cancelled: stop");
        });
    }

    @Test
    @OnMounted
    void aShieldedBlockingCallIsNotInterrupted() { // rules 21, 23
        Holdfast.run(() -> {
            var task = spawn(
                    "task",
                    () -> shielded(ofHours(1), () -> {
                        Thread.sleep(5);
                        trail.mark("slept");
                        return 42;
                    }));
            yieldNow();
            task.cancel("stop");
            assertThat(task.join()).isEqualTo(42);
        });
        trail.expect("slept");
    }
}
