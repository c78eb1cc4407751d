package dev.holdfast.sync;

import static dev.holdfast.task.Coroutine.alone;
import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static dev.holdfast.task.Coroutine.yieldNow;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.cancel.Cancelled;
import dev.holdfast.cancel.TooSlow;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.task.Task;
import dev.holdfast.testing.Logged;
import dev.holdfast.testing.Sim;
import dev.holdfast.testing.Trail;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

class LockTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final Lock lock = new Lock("b");
    private final Trail trail = new Trail();

    /// Starts a task that stays an hour inside.
    private Task<?> visitor(String name) {
        return spawn(name, () -> {
            try (var _ = lock.acquire()) {
                trail.mark(name + "@" + Sim.elapsed().toHours());
                sleep(HOUR);
            }
        });
    }

    @Test
    void waitersEnterInTheOrderTheyCame() { // rule 29
        Sim.run(() -> {
            visitor("a");
            visitor("b");
            visitor("c").join();
            trail.expect("a@0", "b@1", "c@2");
        });
    }

    @Test
    void whoClosesHandsItToTheFirstInLineThereAndThen() { // rule 29
        Sim.run(() -> {
            var mine = lock.acquire();
            var a = visitor("a");
            yieldNow();
            mine.close();
            assertThat(lock.holder()).isSameAs(a);
            trail.expect(); // it goes on later than close returns
            a.join();
            assertThat(lock.holder()).isNull();
        });
    }

    @Test
    void aNewcomerCannotOvertake() { // rule 29
        Sim.run(() -> {
            var mine = lock.acquire();
            var a = visitor("a");
            yieldNow();
            mine.close();
            assertThat(lock.tryAcquire()).isNull(); // a woken waiter that has to look again would lose it here
            try (var _ = lock.acquire()) {
                trail.mark("newcomer@" + Sim.elapsed().toHours());
            }
            a.join();
            trail.expect("a@0", "newcomer@1");
        });
    }

    @Test
    void aTimedOutWaiterNeverTakesIt() { // rule 29
        Sim.run(() -> {
            var mine = lock.acquire();
            var late = spawn("late", () -> lock.acquire(HOUR));
            var b = visitor("b");
            sleep(HOUR.multipliedBy(2));
            assertThatThrownBy(late::join).isInstanceOf(TooSlow.class).hasMessage("Lock[b]: not within 1 h");
            mine.close();
            b.join();
            trail.expect("b@2");
            assertThat(lock.holder()).isNull();
        });
    }

    @Test
    void aCancelledWaiterNeverTakesIt() { // rule 29
        Sim.run(() -> {
            var mine = lock.acquire();
            var gone = visitor("gone");
            var b = visitor("b");
            sleep(HOUR);
            gone.cancel("not needed");
            sleep(HOUR);
            mine.close();
            b.join();
            trail.expect("b@2");
            assertThat(gone.future().isCancelled()).isTrue();
            assertThat(lock.holder()).isNull();
        });
    }

    @Test
    void whatIsAcquiredIsClosedByTheEndOfTheBlock() { // rule 30
        Sim.run(() -> {
            try (var _ = lock.acquire()) {
                assertThat(lock.holder()).isSameAs(Task.current());
            }
            assertThat(lock.holder()).isNull();
        });
    }

    @Test
    void closingTwiceIsHarmless() { // rule 30
        Sim.run(() -> {
            var mine = lock.acquire();
            var a = visitor("a");
            yieldNow();
            mine.close();
            mine.close(); // must not take it from a
            assertThat(lock.holder()).isSameAs(a);
            a.join();
            spawn("stranger", mine::close).join();
        });
    }

    @Test
    void itClosesOnAnExceptionToo() { // rule 30
        Sim.run(() -> {
            var failing = spawn("failing", () -> {
                try (var _ = lock.acquire()) {
                    throw new IllegalArgumentException("inside");
                }
            });
            assertThatThrownBy(failing::join).isInstanceOf(IllegalArgumentException.class);
            assertThat(lock.holder()).isNull();
        });
    }

    @Test
    void aPermitClosedByAnotherTaskIsAnErrorThatNamesTheHolder() { // rule 30
        Sim.run(() -> {
            var mine = lock.acquire();
            assertThatThrownBy(spawn("c", mine::close)::join)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("Task[c] does not hold Lock[b]; holder is Task[test]");
            assertThat(lock.holder()).isSameAs(Task.current());
            mine.close();
        });
    }

    @Test
    void aPermitClosedByACallbackIsAnErrorToo() { // rule 30
        Sim.run(() -> {
            var mine = lock.acquire();
            IOLoop.current().execute(() -> {
                try {
                    mine.close();
                } catch (IllegalStateException e) {
                    trail.mark(e.getMessage());
                }
            });
            sleep(HOUR);
            trail.expect("a callback does not hold Lock[b]; holder is Task[test]");
            mine.close();
        });
    }

    @Test
    void locksAreNotReentrantAndSaySo() { // rule 30
        Sim.run(() -> {
            try (var _ = lock.acquire()) {
                assertThatThrownBy(lock::acquire)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessage("Task[test] already holds Lock[b]");
                assertThatThrownBy(() -> lock.acquire(HOUR)).hasMessage("Task[test] already holds Lock[b]");
                assertThatThrownBy(lock::tryAcquire).hasMessage("Task[test] already holds Lock[b]");
            }
            assertThat(lock.holder()).isNull();
        });
    }

    @Test
    void aTaskThatEndsWhileItHoldsALockIsAnErrorInItsName(Logged log) { // rule 31
        Sim.run(() -> {
            spawn("a", () -> lock.acquire()).join();
            log.expect("Task[a] ended while it held Lock[b]");
            visitor("next").join(); // it is free again
            trail.expect("next@0");
        });
    }

    @Test
    void theFirstInLineIsToldThatTheHolderEndedAndTheNextGetsTheLock(Logged log) { // rule 31
        Sim.run(() -> {
            spawn("a", () -> {
                lock.acquire();
                sleep(HOUR);
            });
            yieldNow();
            var told = visitor("told");
            var next = visitor("next");
            assertThatThrownBy(told::join)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("Task[a] ended while it held Lock[b]");
            assertThat(lock.holder()).isSameAs(next);
            next.join();
            trail.expect("next@1");
            assertThat(log.take()).hasSize(1);
        });
    }

    @Test
    void aTaskThatFailsOrIsCancelledWhileItHoldsALockIsNoExcuse(Logged log) { // rule 31
        Sim.run(() -> {
            var failing = spawn("failing", () -> {
                lock.acquire();
                throw new IllegalArgumentException("inside");
            });
            assertThatThrownBy(failing::join).isInstanceOf(IllegalArgumentException.class);
            var cancelled = spawn("cancelled", () -> {
                lock.acquire();
                sleep(HOUR);
            });
            yieldNow();
            cancelled.cancel("enough");
            assertThatThrownBy(cancelled::join).isInstanceOf(CancellationException.class);
            assertThat(lock.holder()).isNull();
            log.expect("Task[failing] ended while it held Lock[b]", "Task[cancelled] ended while it held Lock[b]");
        });
    }

    @Test
    void whoIsToldAndCancelledInTheSameMomentLeavesTheLockAlone(Logged log) { // rules 22 and 31
        Sim.run(() -> {
            var holder = spawn("holder", () -> {
                lock.acquire();
                sleep(HOUR);
            });
            yieldNow();
            var told = visitor("told");
            var next = visitor("next");
            spawn("canceller", () -> {
                sleep(HOUR); // comes right after the holder, and before the one who is told
                told.cancel("the same moment");
            });
            assertThatThrownBy(told::join).isInstanceOf(CancellationException.class);
            next.join();
            trail.expect("next@1");
            assertThat(lock.holder()).isNull();
            log.expect("Task[holder] ended while it held Lock[b]");
        });
    }

    /// **fix** asyncio's `wait_for(lock.acquire(), 0)` fails on a free lock.
    @Test
    void aZeroLimitFailsAtOnceUnlessTheLockIsFree() { // rule 4
        Sim.run(() -> {
            lock.acquire(Duration.ZERO).close();
            var mine = lock.acquire();
            spawn("b", () -> {
                spawn("in between", () -> trail.mark("turn"));
                assertThatThrownBy(() -> lock.acquire(Duration.ZERO))
                        .isInstanceOf(TooSlow.class)
                        .hasMessage("Lock[b]: not within 0 ns");
                trail.mark("failed");
            });
            sleep(HOUR);
            trail.expect("failed", "turn");
            mine.close();
        });
    }

    @Test
    void tryAcquireTakesAFreeLockAndNeverWaits() {
        Sim.run(() -> {
            try (var mine = lock.tryAcquire()) {
                assertThat(mine).isNotNull();
                spawn("b", () -> {
                            try (var none = lock.tryAcquire()) { // null closes well
                                assertThat(none).isNull();
                            }
                        })
                        .join();
            }
            assertThat(lock.holder()).isNull();
        });
    }

    @Test
    void acquireOfAFreeLockDoesNotGiveUpTheLoop() { // rule 17, for locks
        Sim.run(() -> {
            spawn("other", () -> trail.mark("other"));
            lock.acquire().close();
            trail.mark("acquired");
            sleep(HOUR);
            trail.expect("acquired", "other");
        });
    }

    @Test
    void aCancelledTaskIsToldSoEvenByAFreeLock() { // rule 21
        Sim.run(() -> {
            var cancelled = spawn("cancelled", () -> {
                try {
                    sleep(HOUR);
                } catch (Cancelled swallowed) {
                    trail.mark("swallowed");
                }
                spawn("other", () -> trail.mark("a turn"));
                try (var _ = lock.acquire()) {
                    trail.mark("inside");
                } finally {
                    trail.mark("out");
                }
            });
            yieldNow();
            cancelled.cancel("enough");
            sleep(HOUR);
            trail.expect("swallowed", "a turn", "out");
            assertThat(lock.holder()).isNull();
        });
    }

    @Test
    void nobodyMayAcquireInsideAlone() {
        Sim.run(() -> assertThatThrownBy(() -> alone(() -> lock.acquire()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("Task[test] may not wait inside alone: "));
    }

    @Test
    void itGoesByItsName() {
        assertThat(lock).hasToString("Lock[b]");
        assertThat(new Lock()).hasToString("Lock");
        Sim.run(() -> {
            var mine = lock.acquire();
            var waiting = visitor("c");
            yieldNow();
            assertThat(waiting.describe()).isEqualTo("Task[c] waiting on Lock[b]");
            assertThat(mine).hasToString("Lock[b]");
            mine.close();
            waiting.join();
        });
    }
}
