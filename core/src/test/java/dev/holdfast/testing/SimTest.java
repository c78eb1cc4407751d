package dev.holdfast.testing;

import static dev.holdfast.task.Coroutine.await;
import static dev.holdfast.task.Coroutine.awaitCancelled;
import static dev.holdfast.task.Coroutine.blocking;
import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static dev.holdfast.task.Coroutine.yieldNow;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import dev.holdfast.Holdfast;
import dev.holdfast.carrier.Complaint;
import dev.holdfast.future.Promise;
import dev.holdfast.lifetime.Deadlock;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.task.Action;
import dev.holdfast.task.Periodic;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class SimTest {
    private static final Duration HOUR = Duration.ofHours(1);

    @Test
    void hoursPassInNoTime() {
        var elapsed = Sim.run(() -> {
            sleep(HOUR.multipliedBy(24 * 365));
            return Sim.elapsed();
        });
        assertThat(elapsed).isEqualTo(HOUR.multipliedBy(24 * 365));
    }

    @Test
    void aWholeDayOfPeriodicsPassesInMilliseconds() {
        var calls = new int[3];
        Sim.run(() -> {
            var schedules = List.of(
                    Periodic.every(Duration.ofSeconds(10), "poll", () -> calls[0]++),
                    Periodic.every(Duration.ofMinutes(1), "flush", () -> {
                        sleep(Duration.ofSeconds(5));
                        calls[1]++;
                    }),
                    Periodic.every(HOUR, "report", () -> calls[2]++));
            schedules.forEach(Periodic::start);
            sleep(Duration.ofDays(1).plusSeconds(6));
            schedules.forEach(Periodic::stop);
        });
        assertThat(calls).containsExactly(8_640, 1_440, 24);
    }

    @Test
    void itReturnsTheValueAndThrowsTheVeryError() throws Exception {
        assertThat(Sim.<Integer, RuntimeException>run(() -> 42)).isEqualTo(42);
        var error = new IOException("on purpose");
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> Sim.run(() -> {
                    throw error;
                }))
                .isSameAs(error);
    }

    @Test
    void itFailsWhenNothingCanHappenAnyMore(Logged log) {
        assertThatExceptionOfType(Deadlock.class)
                .isThrownBy(() -> Sim.run(() -> await(new Promise<>("answer"))))
                .withMessageContaining("Task[test] waiting 0.0 s on answer");
        assertThat(log.take()).hasSize(1);
    }

    @Test
    void itFailsAlsoWhenSomebodyWaitsOnPurpose() {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> Sim.run(() -> awaitCancelled()))
                .withMessageStartingWith("nothing can happen any more\nIOLoop[sim]: 1 task, 1 waiting;")
                .withMessageContaining("\n  Task[test] waiting 0.0 s on cancellation, at SimTest.");
    }

    @Test
    void itFailsWhenTasksAreLeftBehind() {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> Sim.run(() -> {
                    spawn("left", () -> sleep(HOUR));
                }))
                .withMessage("left behind: Task[left] waiting on sleep");
    }

    @Test
    void theTestsOwnErrorComesBeforeWhatItLeavesBehind() {
        assertThatIllegalStateException()
                .isThrownBy(() -> Sim.run(() -> {
                    spawn("left", () -> sleep(HOUR));
                    throw new IllegalStateException("on purpose");
                }))
                .withMessage("on purpose");
    }

    @Test
    @Tag("threads")
    void timeStandsStillWhileSomebodyMayComeFromOutside() {
        Sim.run(() -> {
            var arrived = new Promise<Duration>();
            var door = IOLoop.current().external("outside");
            spawn("later", () -> sleep(HOUR));
            Thread.ofPlatform().start(() -> {
                door.execute(() -> arrived.complete(Sim.elapsed()));
                door.close();
            });
            assertThat(await(arrived)).isZero();
            sleep(HOUR.multipliedBy(2));
        });
    }

    @Test
    @Tag("threads")
    void timeStandsStillWhileACallIsCarriedOutElsewhere() {
        Sim.run(() -> {
            var begun = new CountDownLatch(1);
            spawn("later", () -> sleep(HOUR));
            blocking(begun::countDown);
            assertThat(Sim.elapsed()).isZero();
            sleep(HOUR.multipliedBy(2));
        });
    }

    @Test
    void aTrailSaysWhatWasExpectedAndWhatWas() {
        var trail = new Trail();
        trail.mark("a");
        assertThat(trail).hasToString("[a]");
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> trail.expect("b"))
                .withMessage("expected [b] but was [a]");
        trail.expect("a");
        assertThat(trail.marks()).isEmpty();
    }

    @Test
    void itSaysWhenTheLoopWasStopped() { // rule 9
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> Sim.run(() -> {
                    IOLoop.current().stop();
                    sleep(HOUR);
                }))
                .withMessage("IOLoop[sim] was stopped before Task[test] had a result");
    }

    // ---- what else it fails on

    @Test
    void itFailsWhenTimersAreLeftBehind() {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> Sim.run(() -> {
                    Periodic.every(HOUR, "chime", () -> {}).start();
                }))
                .withMessage("left behind: Timer[Periodic[chime, every 1 h]]");
    }

    @Test
    void aTimerThatIsNotCountedMayBeLeft() {
        Sim.run(() -> {
            Periodic.every(HOUR, "chime", () -> {}).unref().start();
        });
    }

    @Test
    void itFailsOnAnErrorThatNobodyLookedAt(Logged log) {
        var error = new IOException("disk full");
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> Sim.run(() -> {
                    spawn("writer", () -> {
                        throw error;
                    });
                    yieldNow();
                }))
                .withMessage("logged: Task[writer] failed and nobody looked: java.io.IOException: disk full")
                .satisfies(e -> assertThat(e.getSuppressed()).containsExactly(error));
        assertThat(log.take()).hasSize(1);
    }

    @Test
    void itFailsOnACallbackThatThrew(Logged log) {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> Sim.run(() -> {
                    IOLoop.current().execute(new Runnable() {
                        @Override
                        public void run() {
                            throw new IllegalStateException("on purpose");
                        }

                        @Override
                        public String toString() {
                            return "thrower";
                        }
                    });
                    yieldNow();
                }))
                .withMessage("logged: a callback of IOLoop[sim] failed: thrower: "
                        + "java.lang.IllegalStateException: on purpose");
        assertThat(log.take()).hasSize(1);
    }

    @Test
    void aComplaintThatTheTestAsksForIsExpected(Logged log) {
        var error = new IOException("disk full");
        Sim.run(() -> {
            var chime = Periodic.every(HOUR, "chime", () -> {
                        throw error;
                    })
                    .start();
            sleep(HOUR.multipliedBy(2));
            chime.stop();
            yieldNow();
            assertThat(Sim.complaints())
                    .containsOnly(new Complaint("Periodic[chime, every 1 h]: a call failed", error))
                    .hasSize(2);
            assertThat(Sim.complaints()).isEmpty();
        });
        assertThat(log.take()).hasSize(2);
    }

    @Test
    void itSaysAllThatIsWrong(Logged log) {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> Sim.run(() -> {
                    spawn("left", () -> sleep(HOUR));
                    new Promise<>("answer").fail(new IOException("disk full"));
                }))
                .withMessage("left behind: Task[left] waiting on sleep\n"
                        + "logged: answer failed and nobody looked: java.io.IOException: disk full");
        assertThat(log.take()).hasSize(1);
    }

    @Test
    void itFailsWhenMoreThanAYearPasses() {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> Sim.run(() -> sleep(HOUR.multipliedBy(24 * 367))))
                .withMessageStartingWith("more than 366 d of virtual time have passed\nIOLoop[sim]: 1 task,")
                .withMessageContaining("\n  Task[test] waiting 31708800.0 s on sleep, at SimTest.");
    }

    @Test
    void theTestMaySetTheLimit() {
        Sim.run(() -> {
            Sim.limit(HOUR.multipliedBy(24 * 3_650));
            sleep(HOUR.multipliedBy(24 * 3_650));
        });
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> Sim.run(() -> {
                    sleep(HOUR);
                    Sim.limit(HOUR.plusNanos(1));
                    sleep(Duration.ofNanos(1));
                    sleep(Duration.ofNanos(1));
                }))
                .withMessageStartingWith("more than 60 min of virtual time have passed");
    }

    @Test
    void outsideOfARunThereIsNothingToAsk() {
        Holdfast.run(() -> {
            assertThatIllegalStateException().isThrownBy(Sim::complaints).withMessage("IOLoop[main] is no Sim");
            assertThatIllegalStateException().isThrownBy(() -> Sim.limit(HOUR)).withMessage("IOLoop[main] is no Sim");
        });
    }

    // ---- the JDK's own waits

    @ParameterizedTest
    @EnumSource(BlockingCall.class)
    @OnMounted
    void aCallThatBlocksInTheJdkIsNamed(BlockingCall call) {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> Sim.run(() -> {
                    spawn("other", () -> sleep(HOUR));
                    call.body.run();
                }))
                .withMessageMatching("Task\\[test] blocks in " + Pattern.quote(call.name)
                        + ", at SimTest\\$BlockingCall\\.\\S+\\(SimTest.java:\\d+\\): virtual time cannot pass there; "
                        + "use a wait of Holdfast's, or call it by blocking")
                .satisfies(e -> assertThat(e.getStackTrace())
                        .anyMatch(frame -> frame.getClassName().endsWith("BlockingCall")));
    }

    @ParameterizedTest
    @EnumSource(BlockingCall.class)
    @OnMounted
    void aCallbackThatBlocksInTheJdkIsNamed(BlockingCall call) {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> Sim.run(() -> {
                    IOLoop.current().execute(() -> assertThatNoException().isThrownBy(call.body::run));
                    sleep(HOUR);
                }))
                .withMessageStartingWith("IOLoop[sim] callbacks blocks in " + call.name + ", at ");
    }

    @Test
    @OnMounted
    void aSleepOfTheJdksIsNamedAlsoWhileOthersRun() {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> Sim.run(() -> {
                    var sleeper = spawn("sleeper", () -> Thread.sleep(Duration.ofMinutes(1)));
                    while (!sleeper.future().isDone()) yieldNow();
                }))
                .withMessageStartingWith("Task[sleeper] blocks in Thread.sleep, at ");
    }

    @Test
    @OnBaton
    void onTheBatonNobodySeesASleepOfTheJdks() throws Exception { // the other side of aCallThatBlocksInTheJdkIsNamed
        Sim.run(() -> {
            Thread.sleep(1);
            assertThat(Sim.elapsed()).isZero();
        });
    }

    /// Calls that would block for long.
    private enum BlockingCall {
        SLEEP("Thread.sleep", () -> Thread.sleep(Duration.ofMinutes(1))),
        PARK("LockSupport.park", () -> LockSupport.park()),
        LATCH("CountDownLatch.await", () -> new CountDownLatch(1).await()),
        TAKE("LinkedBlockingQueue.take", () -> new LinkedBlockingQueue<>().take()),
        JOIN("Thread.join", () -> sleeper().join()),
        WAIT("Object.wait", BlockingCall::waitForNothing);

        private final String name;
        private final Action<Exception> body;

        BlockingCall(String name, Action<Exception> body) {
            this.name = name;
            this.body = body;
        }

        private static Thread sleeper() {
            return Thread.ofPlatform().daemon().start(LockSupport::park);
        }

        private static void waitForNothing() throws InterruptedException {
            var monitor = new Object();
            synchronized (monitor) {
                monitor.wait();
            }
        }
    }

    @Test
    @Tag("threads")
    @OnMounted
    void aLockThatIsBusyForAMomentIsAwaited() throws Exception {
        Sim.run(() -> {
            var lock = new ReentrantLock();
            var held = new CountDownLatch(1);
            var waiter = Thread.currentThread();
            blocking(() -> {
                Thread.ofPlatform().start(() -> {
                    lock.lock();
                    held.countDown();
                    while (waiter.getState() != Thread.State.WAITING) Thread.onSpinWait();
                    lock.unlock();
                });
                held.await();
            });
            lock.lock();
            lock.unlock();
        });
    }

    @Test
    @Tag("threads")
    @OnMounted
    void aMonitorThatIsBusyForAMomentIsAwaited() throws Exception {
        Sim.run(() -> {
            var monitor = new Object();
            var held = new CountDownLatch(1);
            var waiter = Thread.currentThread();
            blocking(() -> {
                Thread.ofPlatform().start(() -> {
                    synchronized (monitor) {
                        held.countDown();
                        while (waiter.getState() != Thread.State.BLOCKED) Thread.onSpinWait();
                    }
                });
                held.await();
            });
            synchronized (monitor) {
                assertThat(Sim.elapsed()).isZero();
            }
        });
    }

    @Test
    @Tag("threads")
    @OnMounted
    void aLockThatIsNeverFreeIsNamed() {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> impatient(() -> {
                    var lock = new ReentrantLock();
                    spawn("holder", () -> {
                        lock.lock();
                        try {
                            sleep(HOUR);
                        } finally {
                            lock.unlock();
                        }
                    });
                    yieldNow();
                    lock.lock();
                }))
                .withMessageStartingWith("Task[test] blocks in ReentrantLock.lock, at SimTest.");
    }

    // ---- the world outside

    @Test
    @Tag("threads")
    void itFailsWhenNobodyComesFromOutside() {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> impatient(() -> {
                    IOLoop.current().external("sensor");
                    sleep(HOUR);
                }))
                .withMessageStartingWith("nobody came from outside in 50 ms\nIOLoop[sim]: 1 task, 1 waiting;")
                .withMessageContaining("1 external: sensor\n  Task[test] waiting 0.0 s on sleep, at SimTest.");
    }

    /// Runs `body` with little patience for the world outside.
    private static void impatient(Action<RuntimeException> body) {
        new World(Duration.ofMillis(50), new SplittableRandom(0)).run(body.asBody());
    }
}
