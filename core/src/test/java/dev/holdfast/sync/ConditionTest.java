package dev.holdfast.sync;

import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static dev.holdfast.task.Coroutine.yieldNow;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.cancel.TooSlow;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.scope.TaskScope;
import dev.holdfast.task.Task;
import dev.holdfast.testing.Sim;
import dev.holdfast.testing.Trail;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ConditionTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final Condition condition = new Condition();
    private final Trail trail = new Trail();

    private Task<?> waiter(String name) {
        return spawn(name, () -> {
            condition.await();
            trail.mark(name);
        });
    }

    @Test
    void aSignalWakesSoManyInTheOrderTheyCame() { // rule 32
        Sim.run(() -> {
            for (var name : new String[] {"a", "b", "c", "d"}) waiter(name);
            yieldNow();
            condition.signal(1);
            yieldNow();
            trail.expect("a");
            condition.signal(2);
            yieldNow();
            trail.expect("b", "c");
            condition.signal(0);
            yieldNow();
            trail.expect();
            condition.signal(7);
            yieldNow();
            trail.expect("d");
        });
    }

    @Test
    void aSignalCountsLiveWaitersOnly() { // rule 32: one that counts those who left would wake nobody
        Sim.run(() -> {
            var cancelled = waiter("cancelled");
            var late = spawn("late", () -> assertThat(condition.await(HOUR)).isFalse());
            waiter("c");
            sleep(HOUR.multipliedBy(2));
            cancelled.cancel("not needed");
            condition.signal(1);
            yieldNow();
            trail.expect("c");
            late.join();
        });
    }

    @Test
    void aSignalGoesOnToTheNextIfItsTaskIsCancelledInTheSameMoment() { // rule 22, fix: in Tornado it is lost
        Sim.run(() -> {
            var a = waiter("a");
            waiter("b");
            yieldNow();
            condition.signal(1);
            a.cancel("the same moment");
            yieldNow();
            yieldNow();
            trail.expect("b");
        });
    }

    @Test
    void signalAllWakesThoseWhoWaitNow() { // rule 32
        Sim.run(() -> {
            waiter("a");
            waiter("b");
            yieldNow();
            condition.signalAll();
            var later = waiter("later");
            sleep(HOUR);
            trail.expect("a", "b");
            later.cancel("done");
            yieldNow();
        });
    }

    @Test
    void whoCameAfterSignalAllDoesNotInheritItFromACancelledTask() { // rule 32
        Sim.run(() -> {
            var a = waiter("a");
            yieldNow();
            condition.signalAll();
            a.cancel("the same moment");
            assertThat(condition.await(HOUR)).isFalse(); // in line before a leaves
            trail.expect();
        });
    }

    @Test
    void aSignalWithNobodyWaitingIsLost() { // rule 32
        Sim.run(() -> {
            condition.signal(1);
            condition.signalAll();
            assertThat(condition.await(HOUR)).isFalse();
        });
    }

    @Test
    void aLimitedWaitReturnsWhetherThereWasASignal() { // rule 32
        Sim.run(() -> {
            assertThat(condition.await(HOUR)).isFalse();
            assertThat(Sim.elapsed()).isEqualTo(HOUR);
            IOLoop.current().callLater(HOUR, () -> condition.signal(1));
            assertThat(condition.await(HOUR.multipliedBy(2))).isTrue();
            assertThat(Sim.elapsed()).isEqualTo(HOUR.multipliedBy(2));
        });
    }

    @Test
    void aZeroLimitIsOverAtOnce() { // rule 4
        Sim.run(() -> {
            spawn("other", () -> trail.mark("other"));
            assertThat(condition.await(Duration.ZERO)).isFalse();
            trail.expect();
            sleep(HOUR);
        });
    }

    @Test
    void aTooSlowOfASiblingIsNoTimeoutOfThisWait() { // rule 43: the block is thrown the child's very failure
        Sim.run(() -> {
            var others = new TooSlow("the child", HOUR);
            assertThatThrownBy(() -> TaskScope.run(scope -> {
                        scope.start("child", () -> {
                            throw others;
                        });
                        trail.mark("timed out: " + !condition.await(HOUR));
                    }))
                    .isSameAs(others);
            trail.expect();
        });
    }

    @Test
    void aNegativeCountIsRefused() {
        assertThatThrownBy(() -> condition.signal(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("n < 0: -1");
    }

    @Test
    void itGoesByItsName() {
        assertThat(condition).hasToString("Condition");
    }
}
