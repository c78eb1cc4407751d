package dev.holdfast.future;

import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.yieldNow;
import static java.time.Duration.ofMillis;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.loop.IOLoop;
import dev.holdfast.testing.Sim;
import dev.holdfast.testing.Trail;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A future as a stage for those outside.
class StageTest {
    private final Trail trail = new Trail();

    @Test
    void aStageIsCompletedInALaterTurn() { // rule 14: its dependents are anybody's code
        Sim.run(() -> {
            var promise = new Promise<String>();
            promise.toCompletionStage().thenAccept(trail::mark);
            promise.complete("x");
            trail.mark("completed");
            yieldNow();
            trail.expect("completed", "x");
        });
    }

    @Test
    void aStageOfADoneFutureIsDone() {
        Sim.run(() -> {
            assertThat(done(Future.of("x")).join()).isEqualTo("x");
            assertThat(done(Future.failed(new IOException("y"))).exceptionNow()).hasMessage("y");
        });
        assertThat(done(Future.of("without a loop")).join()).isEqualTo("without a loop");
    }

    private static <T> CompletableFuture<T> done(Future<T> future) {
        var stage = future.toCompletionStage().toCompletableFuture();
        assertThat(stage).isDone();
        return stage;
    }

    @Test
    void aFailureArrivesAsTheVeryError() {
        Sim.run(() -> {
            var error = new IOException("x");
            var promise = new Promise<String>();
            var stage = promise.toCompletionStage().toCompletableFuture();
            promise.fail(error);
            yieldNow();
            assertThatThrownBy(stage::get)
                    .isInstanceOf(ExecutionException.class)
                    .hasCause(error);
            assertThatThrownBy(() -> stage.thenApply(x -> x).join())
                    .isInstanceOf(CompletionException.class)
                    .hasCause(error);
        });
    }

    @Test
    void aCancellationArrivesAsOne() {
        Sim.run(() -> {
            var promise = new Promise<String>();
            var stage = promise.toCompletionStage().toCompletableFuture();
            promise.cancel();
            yieldNow();
            assertThat(stage).isCancelled();
        });
    }

    @Test
    void cancellingTheStageDoesNotCancelTheFuture() {
        Sim.run(() -> {
            var promise = new Promise<String>();
            promise.toCompletionStage().toCompletableFuture().cancel(true);
            assertThat(promise.complete("x")).isTrue();
            yieldNow();
        });
    }

    @Test
    @Tag("threads")
    void aThreadOutsideGetsTheValue() {
        Sim.run(() -> {
            var promise = new Promise<String>();
            var stage = promise.toCompletionStage().toCompletableFuture();
            var got = new ArrayList<String>();
            var door = IOLoop.current().external("reader");
            Thread.ofPlatform().start(() -> {
                try (door) {
                    door.execute(() -> promise.complete("x"));
                    var value = stage.get(10, SECONDS);
                    door.execute(() -> got.add(value));
                } catch (Exception e) {
                    door.execute(() -> got.add(e.toString()));
                }
            });
            while (got.isEmpty()) sleep(ofMillis(1));
            assertThat(got).containsExactly("x");
        });
    }

    @Test
    void aStageThatIsPendingWhenItsLoopIsClosedFails() { // else those outside would wait for ever
        var promise = new Promise<String>();
        var stages = new ArrayList<CompletableFuture<String>>();
        Sim.run(() -> stages.add(promise.toCompletionStage().toCompletableFuture()));
        assertThat(stages.getFirst()).isCancelled();
        assertThatThrownBy(() -> stages.getFirst().join())
                .isInstanceOf(CancellationException.class)
                .hasRootCauseMessage("IOLoop[sim] was closed while Promise was pending");
        assertThat(promise.isAwaited()).isFalse();
        assertThat(promise.complete("late")).isTrue(); // and the promise is free again
    }

    @Test
    void aStageWhoseValueWasOnItsWayWhenTheLoopWasClosedGetsIt() {
        var stages = new ArrayList<CompletableFuture<String>>();
        var promise = new Promise<String>();
        try (var loop = IOLoop.open()) {
            loop.execute(() -> {
                stages.add(promise.toCompletionStage().toCompletableFuture());
                promise.complete("x");
                loop.stop(); // rule 5: what stands in line stays there
            });
            loop.run();
            assertThat(stages.getFirst()).isNotDone();
        }
        assertThat(stages.getFirst().getNow("lost")).isEqualTo("x");
    }

    @Test
    void aStageIsRefusedWhereThereIsNoLoop() {
        assertThatThrownBy(() -> new Promise<String>().toCompletionStage())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("no loop to complete a stage of Promise");
    }

    // ---- S15 and law 9

    @Test
    void whoHoldsTheStageHoldsTheFuture() { // S15
        Sim.run(() -> {
            var held = new ArrayList<CompletionStage<String>>();
            var input = stageOfAPromise(held);
            collect();
            input.get().complete("x");
            yieldNow();
            assertThat(held.getFirst().toCompletableFuture().getNow("lost")).isEqualTo("x");
        });
    }

    @Test
    void whoHoldsAStageDerivedFromTheStageHoldsTheFuture() { // S15: a CompletableFuture does not know its source
        Sim.run(() -> {
            var held = new ArrayList<CompletionStage<String>>();
            var input = stageOfAPromise(held);
            held.set(0, held.getFirst().thenApply(x -> x + "!").thenCompose(CompletableFuture::completedStage));
            collect();
            input.get().complete("x");
            yieldNow();
            assertThat(held.getFirst().toCompletableFuture().getNow("lost")).isEqualTo("x!");
        });
    }

    @Test
    void aStageThatIsDoneHoldsNothing() { // law 9
        Sim.run(() -> {
            var held = new ArrayList<CompletionStage<String>>();
            var input = stageOfAPromise(held);
            input.get().complete("x");
            yieldNow();
            for (int i = 0; i < 100 && input.get() != null; i++) System.gc();
            assertThat(input.get()).isNull();
            assertThat(held.getFirst().toCompletableFuture().join()).isEqualTo("x");
        });
    }

    @Test
    void aStageThatNobodyHoldsIsNotKeptByTheLoop() {
        Sim.run(() -> {
            var held = new ArrayList<CompletionStage<String>>();
            var input = stageOfAPromise(held);
            held.clear();
            for (int i = 0; i < 100 && input.get() != null; i++) System.gc();
            assertThat(input.get()).isNull();
        });
    }

    private static WeakReference<Promise<String>> stageOfAPromise(ArrayList<CompletionStage<String>> held) {
        var promise = new Promise<String>();
        held.add(promise.toCompletionStage());
        return new WeakReference<>(promise);
    }

    static void collect() {
        System.gc(); // whatever is only weakly reachable is gone then
    }
}
