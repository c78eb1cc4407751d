package dev.holdfast.task;

import static dev.holdfast.task.Coroutine.await;
import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static dev.holdfast.task.Coroutine.yieldNow;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Holdfast;
import dev.holdfast.cancel.Cancelled;
import dev.holdfast.cancel.TooSlow;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.scope.Timeouts;
import dev.holdfast.testing.Sim;
import dev.holdfast.testing.Trail;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// `await` on a stage that strangers complete.
class StageWaitTest {
    private final Trail trail = new Trail();

    @Test
    void theValueOfAStageIsReturned() {
        Sim.run(() -> {
            var stage = new CompletableFuture<String>();
            var waiter = spawn("waiter", () -> await(stage));
            yieldNow();
            stage.complete("x");
            assertThat(waiter.join()).isEqualTo("x");
        });
    }

    @Test
    void aDoneStageNeedsNoWait() { // rule 17
        Sim.run(() -> {
            IOLoop.current().execute(() -> trail.mark("callback"));
            assertThat(await(CompletableFuture.completedFuture("x"))).isEqualTo("x");
            assertThat(await(CompletableFuture.completedStage("y"))).isEqualTo("y");
            assertThat(await(CompletableFuture.completedStage((String) null))).isNull();
            assertThatThrownBy(() -> await(CompletableFuture.failedStage(new IOException("z"))))
                    .hasMessage("z");
            trail.expect();
            yieldNow();
            trail.expect("callback");
        });
    }

    @Test
    void theCauseOfACompletionExceptionIsThrown() {
        Sim.run(() -> {
            var error = new IOException("x");
            var stage = new CompletableFuture<String>();
            var derived = stage.thenApply(x -> x).thenApply(x -> x);
            var waiter = spawn(
                    "waiter", () -> assertThatThrownBy(() -> await(derived)).isSameAs(error));
            yieldNow();
            stage.completeExceptionally(error);
            waiter.join();
            assertThatThrownBy(() -> await(derived)).isSameAs(error);
            assertThatThrownBy(() -> await(stage)).isSameAs(error);
        });
    }

    @Test
    void aCompletionExceptionWithoutCauseIsThrownItself() {
        Sim.run(() -> {
            var error = new CompletionException("x", null);
            assertThatThrownBy(() -> await(CompletableFuture.failedStage(error)))
                    .isSameAs(error);
        });
    }

    @Test
    void aCancelledStageIsACancellationException() {
        Sim.run(() -> {
            var stage = new CompletableFuture<String>();
            var derived = stage.thenApply(x -> x);
            stage.cancel(true);
            assertThatThrownBy(() -> await(stage)).isInstanceOf(CancellationException.class);
            assertThatThrownBy(() -> await(derived)).isInstanceOf(CancellationException.class);
        });
    }

    @Test
    @Tag("threads")
    void anotherThreadMayCompleteIt() {
        Holdfast.run(() -> {
            for (int i = 0; i < 500; i++) {
                int expected = i;
                var stage = CompletableFuture.supplyAsync(() -> expected);
                if (i % 2 == 0) yieldNow();
                assertThat(await(stage)).isEqualTo(expected);
            }
        });
    }

    @Test
    @Tag("threads")
    void manyThreadsMayCompleteManyAtOnce() {
        Holdfast.run(() -> {
            var waiters = new ArrayList<Task<Integer>>();
            var stages = new ArrayList<CompletableFuture<Integer>>();
            for (int i = 0; i < 500; i++) {
                var stage = new CompletableFuture<Integer>();
                stages.add(stage);
                waiters.add(spawn("waiter-" + i, () -> await(stage)));
            }
            yieldNow();
            for (int t = 0; t < 4; t++) {
                int first = t;
                Thread.ofPlatform().start(() -> {
                    for (int i = first; i < stages.size(); i += 4) stages.get(i).complete(i);
                });
            }
            for (int i = 0; i < waiters.size(); i++)
                assertThat(waiters.get(i).join()).isEqualTo(i);
        });
    }

    @Test
    @Tag("threads")
    void theLoopKeepsRunningForWhoMayStillComplete() { // an idle loop would end, and the task would hang
        var stage = new CompletableFuture<String>();
        var waits = new CompletableFuture<Void>();
        waits.thenRunAsync(
                () -> stage.complete("late"),
                CompletableFuture.delayedExecutor(50, java.util.concurrent.TimeUnit.MILLISECONDS));
        assertThat(Holdfast.<String, RuntimeException>run(() -> {
                    waits.complete(null);
                    return await(stage);
                }))
                .isEqualTo("late");
    }

    @Test
    void theLoopDoesNotKeepRunningForAStageThatNobodyAwaitsAnyMore() {
        try (var loop = IOLoop.open()) {
            loop.execute(() -> {
                var task = spawn("waiter", () -> await(new CompletableFuture<String>()));
                loop.execute(() -> loop.execute(() -> task.cancel("enough")));
            });
            loop.run();
            assertThat(loop.awaitsOutside()).isFalse();
        }
    }

    @Test
    void cancellingTheTaskDoesNotCancelTheStage() { // rule 27
        Sim.run(() -> {
            var stage = new CompletableFuture<String>();
            var waiter = spawn("waiter", () -> await(stage));
            yieldNow();
            waiter.cancel("enough");
            assertThatThrownBy(waiter::join).isInstanceOf(CancellationException.class);
            assertThat(stage).isNotDone();
            stage.complete("still");
            assertThat(await(stage)).isEqualTo("still");
        });
    }

    @Test
    void aLimitCutsTheWaitShortAndNotTheStage() { // rule 27
        Holdfast.run(() -> {
            var stage = new CompletableFuture<String>();
            assertThatThrownBy(() -> Timeouts.failAfter(ofMillis(1), () -> await(stage)))
                    .isInstanceOf(TooSlow.class);
            assertThat(stage).isNotDone();
        });
    }

    @Test
    void aCancelledTaskIsThrownOutAlsoWhereItNeedNotWait() { // rule 21
        Sim.run(() -> {
            var task = spawn("cancelled", () -> {
                Task.current().cancel("enough");
                assertThatThrownBy(() -> await(CompletableFuture.completedStage("x")))
                        .isInstanceOf(Cancelled.class);
            });
            task.join();
        });
    }

    @Test
    void aStageThatRefusesCallbacksIsAnErrorAndLeavesNoDoorOpen() {
        Sim.run(() -> {
            var stage = new CompletableFuture<String>() {
                @Override
                public CompletableFuture<String> whenComplete(
                        java.util.function.BiConsumer<? super String, ? super Throwable> action) {
                    throw new UnsupportedOperationException("no callbacks");
                }
            };
            assertThatThrownBy(() -> await(stage)).hasMessage("no callbacks");
            yieldNow();
            assertThat(IOLoop.current().awaitsOutside()).isTrue(); // this task itself runs
            sleep(ofSeconds(3600)); // and time passes, so no door is open
        });
    }

    @Test
    void aStageOfOursGoesThroughToo() { // out and in again
        Sim.run(() -> {
            var task = spawn("sleeper", () -> {
                yieldNow();
                return "x";
            });
            CompletionStage<String> stage = task.future().toCompletionStage().thenApply(x -> x + "!");
            assertThat(await(stage)).isEqualTo("x!");
        });
    }

    @Test
    void aCoroutineAwaitsSeveralStages() {
        Sim.run(() -> {
            var stages = List.of(new CompletableFuture<Integer>(), new CompletableFuture<Integer>());
            IOLoop.current().execute(() -> stages.forEach(stage -> stage.complete(1)));
            int sum = 0;
            for (var stage : stages) sum += await(stage);
            assertThat(sum).isEqualTo(2);
        });
    }
}
