package dev.holdfast.testing;

import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static dev.holdfast.task.Coroutine.yieldNow;
import static java.time.Duration.ofHours;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.holdfast.Holdfast;
import dev.holdfast.future.Promise;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.scope.TaskScope;
import dev.holdfast.scope.Timeouts;
import dev.holdfast.task.Coroutine;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class QuietTest {
    private final Trail trail = new Trail();

    @Test
    void itComesWhenEverybodyElseWaits() {
        Sim.explore(100, () -> {
            var promise = new Promise<String>();
            var waiter = spawn("waiter", () -> {
                for (int i = 0; i < 100; i++) yieldNow();
                trail.mark("waits");
                Coroutine.await(promise);
            });
            Quiet.await();
            trail.expect("waits");
            promise.complete("done");
            Quiet.await();
            assertThat(waiter.future().isDone()).isTrue();
        });
    }

    @Test
    void callbacksAndListenersAreSomebodyToo() {
        Sim.run(() -> {
            var promise = new Promise<String>();
            promise.onDone(_ -> trail.mark("listener"));
            var loop = IOLoop.current();
            loop.execute(() -> loop.execute(() -> promise.complete("done")));
            Quiet.await();
            trail.expect("listener");
        });
    }

    @Test
    void noTimePasses() {
        Sim.run(() -> {
            var sleeper = spawn("sleeper", () -> sleep(ofHours(1)));
            Quiet.await();
            assertThat(Sim.elapsed()).isZero();
            sleeper.join();
        });
    }

    @Test
    void severalMayWaitForIt() {
        Sim.explore(
                100,
                () -> TaskScope.run(scope -> {
                    for (int i = 0; i < 3; i++) {
                        scope.start("watcher", () -> {
                            Quiet.await();
                            trail.mark("quiet");
                        });
                    }
                    scope.start("worker", () -> {
                        for (int i = 0; i < 10; i++) yieldNow();
                        trail.mark("worked");
                    });
                    scope.join();
                    trail.expect("worked", "quiet", "quiet", "quiet");
                }));
    }

    @Test
    void itComesOnALoopInRealTimeToo() {
        Holdfast.run(() -> {
            spawn("worker", () -> {
                for (int i = 0; i < 10; i++) yieldNow();
                trail.mark("worked");
                sleep(ofHours(1));
            });
            Quiet.await();
            trail.expect("worked");
        });
    }

    @Test
    void whoIsCancelledMeanwhileLeavesNothing() {
        Sim.run(() -> {
            var busy = spawn("busy", () -> {
                while (true) yieldNow();
            });
            assertThat(Timeouts.moveOnAfter(Duration.ZERO, () -> Quiet.await())).isFalse();
            var watcher = spawn("watcher", () -> Quiet.await());
            yieldNow();
            assertThat(watcher.describe()).isEqualTo("Task[watcher] waiting on Quiet");
            watcher.cancel("enough");
            busy.cancel("enough");
            Quiet.await();
            assertThat(watcher.future().isCancelled()).isTrue();
            assertThat(busy.future().isCancelled()).isTrue();
        });
    }

    @Test
    void aCallbackCannotWaitForIt() {
        Sim.run(() -> {
            IOLoop.current()
                    .execute(() -> assertThatIllegalStateException()
                            .isThrownBy(() -> Quiet.await())
                            .withMessage("a callback of IOLoop[sim] is no task and cannot wait; start one with spawn"));
            yieldNow();
        });
    }
}
