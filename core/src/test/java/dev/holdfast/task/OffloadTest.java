package dev.holdfast.task;

import static dev.holdfast.task.Coroutine.await;
import static dev.holdfast.task.Coroutine.blocking;
import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.holdfast.Holdfast;
import dev.holdfast.cancel.Cancelled;
import dev.holdfast.cancel.TooSlow;
import dev.holdfast.future.Promise;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.scope.TaskScope;
import dev.holdfast.scope.Timeouts;
import dev.holdfast.testing.Trail;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Rule 11: `blocking`, with real threads.
@Tag("threads")
@Timeout(30)
class OffloadTest {
    // ---- what it returns

    @Test
    void itReturnsTheValueOfTheBody() { // rule 11
        int answer = Holdfast.run(() -> blocking(() -> 42));
        assertThat(answer).isEqualTo(42);
    }

    @Test
    void aNullIsAValue() { // rule 11
        Holdfast.run(() -> assertThat(Coroutine.<@Nullable Object, RuntimeException>blocking(() -> null))
                .isNull());
    }

    @Test
    void aCheckedExceptionArrivesAsItself() { // rule 11
        var error = new IOException("disk full");
        Holdfast.run(() -> {
            try {
                blocking(() -> {
                    throw error;
                });
            } catch (IOException e) {
                assertThat(e).isSameAs(error);
                return;
            }
            throw new AssertionError("nothing was thrown");
        });
    }

    @Test
    void anErrorArrivesAsItself() { // rule 11
        var error = new StackOverflowError();
        assertThatThrownBy(() -> Holdfast.run(() -> blocking(() -> {
                    throw error;
                })))
                .isSameAs(error);
    }

    // ---- where it runs

    @Test
    void itRunsOnAVirtualThreadThatIsNotTheLoops() { // rule 11
        Holdfast.run(() -> {
            var loop = IOLoop.current();
            var thread = blocking(() -> {
                assertThat(IOLoop.currentOrNull()).isNull();
                assertThat(loop.carrier().isHere()).as("carried by the loop").isFalse();
                return Thread.currentThread();
            });
            assertThat(thread.isVirtual()).isTrue();
            assertThat(thread.getName()).isEqualTo("blocking[main]");
        });
    }

    /// **fix** A virtual thread that a coroutine starts is scheduled on the coroutine's loop: what blocks it there,
    /// a file say, blocks everybody.
    @Test
    void callsRunInParallelWithTheLoopAndEachOther() throws Exception { // rule 11
        var meeting = new CyclicBarrier(3);
        Holdfast.run(() -> TaskScope.run(scope -> {
            for (var name : new String[] {"a", "b"}) scope.start(name, () -> blocking(() -> meeting.await()));
            while (meeting.getNumberWaiting() < 2) sleep(ofMillis(1)); // so the loop is free meanwhile
            meeting.await(); // the third: does not block any more
        }));
    }

    @Test
    void itSeesNoneOfTheTasksThreadLocals() { // Coroutine.blocking
        var local = new InheritableThreadLocal<String>();
        Holdfast.run(() -> {
            local.set("of the task");
            assertThat(Coroutine.<@Nullable String, RuntimeException>blocking(local::get))
                    .isNull();
        });
    }

    @Test
    void aPoolMayBeChosen() { // rule 11
        try (var pool = Executors.newFixedThreadPool(1)) {
            Holdfast.run(() -> {
                var thread = blocking(pool, Thread::currentThread);
                assertThat(thread.isVirtual()).isFalse();
                assertThat(thread).isSameAs(blocking(pool, Thread::currentThread));
            });
        }
    }

    @Test
    void aPoolThatRefusesIsHeard() { // rule 11
        var pool = Executors.newFixedThreadPool(1);
        pool.shutdown();
        Holdfast.run(() ->
                assertThatExceptionOfType(RejectedExecutionException.class).isThrownBy(() -> blocking(pool, () -> {})));
    }

    @Test
    void inACallbackItIsAnErrorInWords() { // rule 19
        Holdfast.run(() -> {
            var error = new Promise<Throwable>();
            IOLoop.current().execute(() -> error.complete(catchThrowable(() -> blocking(() -> {}))));
            assertThat(await(error)).hasMessageContaining("is no task and cannot wait");
        });
    }

    @Test
    void theLoopsThingsAreOutOfReachThere() { // rule 18
        Holdfast.run(() -> {
            var promise = new Promise<String>();
            promise.onDone(_ -> {});
            assertThatIllegalStateException()
                    .isThrownBy(() -> blocking(() -> promise.complete("x")))
                    .withMessageStartingWith("Thread[blocking[main]] touched Promise of IOLoop[main]");
        });
    }

    // ---- it counts

    @Test
    void theLoopKeepsRunningForIt() throws InterruptedException { // rule 11: it can still happen
        Holdfast.run(() -> {
            var go = new CountDownLatch(1);
            Thread.ofPlatform().start(go::countDown);
            blocking(() -> go.await()); // nobody but this waits
        });
    }

    // ---- cancellation

    @Test
    void aCancellationInterruptsItAndCountsAsItself() { // rules 11, 23
        var trail = new Trail();
        Holdfast.run(() -> {
            var running = new CountDownLatch(1);
            var task = spawn("task", () -> {
                try {
                    blocking(() -> {
                        running.countDown();
                        new CountDownLatch(1).await();
                    });
                } catch (Cancelled e) {
                    trail.mark(e.reason());
                    throw e;
                }
            });
            awaitQuietly(running);
            task.cancel("enough");
            assertThatThrownBy(task::join).hasMessage("Task[task] was cancelled: enough");
        });
        trail.expect("enough");
    }

    /// **fix** A wait that ends at the cancellation leaves a body behind which uses what its block has closed.
    @Test
    void theWaitEndsNotBeforeTheBody() { // rule 11
        var trail = new Trail();
        Holdfast.run(() -> {
            var running = new CountDownLatch(1);
            var finish = new CountDownLatch(1);
            var task = spawn("task", () -> {
                try {
                    blocking(() -> {
                        running.countDown();
                        awaitUninterruptibly(finish);
                    });
                } finally {
                    trail.mark("left");
                }
            });
            awaitQuietly(running);
            task.cancel("enough");
            sleep(ofMillis(5));
            trail.expect();
            finish.countDown();
            assertThat(catchThrowable(task::join)).isNull(); // it did its work
            trail.expect("left");
        });
    }

    @Test
    void aValueInSpiteOfTheCancellationIsNotLost() { // rule 22
        Holdfast.run(() -> {
            var running = new CountDownLatch(1);
            var task = spawn("task", () -> {
                var file = blocking(() -> {
                    running.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException e) {
                        // the file is open already
                    }
                    return "file";
                });
                assertThat(file).isEqualTo("file");
                assertThatExceptionOfType(Cancelled.class).isThrownBy(() -> sleep(ofHours(1)));
                return file;
            });
            awaitQuietly(running);
            task.cancel("enough");
            assertThat(task.join()).isEqualTo("file");
        });
    }

    @Test
    void aLimitInterruptsIt() { // rules 11, 27
        Holdfast.run(() -> assertThatExceptionOfType(TooSlow.class)
                .isThrownBy(() ->
                        Timeouts.failAfter(ofMillis(5), () -> blocking(() -> new CountDownLatch(1).await()))));
    }

    @Test
    void whoIsCancelledAlreadyDoesNotEvenBegin() { // rule 21
        var begun = new AtomicReference<@Nullable Thread>();
        Holdfast.run(() -> {
            var task = spawn("task", () -> {
                Task.current().cancel("enough");
                blocking(() -> begun.set(Thread.currentThread()));
            });
            assertThatThrownBy(task::join).hasMessage("Task[task] was cancelled: enough");
        });
        assertThat(begun).hasValue(null);
    }

    @Test
    void oneThatStandsInAPoolsQueueNeverRunsOnceItIsCancelled() { // rule 11
        var trail = new Trail();
        var pool = Executors.newFixedThreadPool(1);
        try (pool) {
            Holdfast.run(() -> {
                var release = occupy(pool);
                var task = spawn("task", () -> blocking(pool, () -> trail.mark("ran")));
                sleep(ofMillis(1));
                task.cancel("enough");
                assertThatThrownBy(task::join)
                        .hasMessage("Task[task] was cancelled: enough"); // although the pool is busy
                release.countDown();
            });
        }
        trail.expect();
    }

    @Test
    void theInterruptDoesNotLeakIntoThePool() { // rule 23
        try (var pool = Executors.newFixedThreadPool(1)) {
            Holdfast.run(() -> {
                for (int i = 0; i < 200; i++) {
                    var task = spawn("task", () -> blocking(pool, () -> {}));
                    sleep(Duration.ZERO);
                    task.cancel("enough");
                    var _ = catchThrowable(task::join); // it may have been too late
                    assertThat(blocking(pool, Thread::interrupted)).isFalse();
                }
            });
        }
    }

    @Test
    void theEndOfMainInterruptsItToo() { // rule 9
        var interrupted = new CountDownLatch(1);
        Holdfast.run(() -> {
            var running = new CountDownLatch(1);
            spawn(
                    "other",
                    () -> blocking(() -> {
                        running.countDown();
                        try {
                            new CountDownLatch(1).await();
                        } finally {
                            interrupted.countDown();
                        }
                    }));
            awaitQuietly(running);
        });
        assertThat(interrupted.getCount()).isZero();
    }

    private static CountDownLatch occupy(ExecutorService pool) {
        var release = new CountDownLatch(1);
        pool.execute(() -> awaitUninterruptibly(release));
        return release;
    }

    /// Waits without blocking the loop, on either carrier.
    private static void awaitQuietly(CountDownLatch latch) {
        while (latch.getCount() > 0) sleep(ofMillis(1));
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        while (true) {
            try {
                latch.await();
                return;
            } catch (InterruptedException e) {
                // not yet
            }
        }
    }
}
