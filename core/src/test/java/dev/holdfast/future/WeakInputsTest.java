package dev.holdfast.future;

import static dev.holdfast.task.Coroutine.await;
import static dev.holdfast.task.Coroutine.spawn;
import static dev.holdfast.task.Coroutine.yieldNow;
import static java.time.Duration.ofHours;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.scope.Timeouts;
import dev.holdfast.task.AsCompleted;
import dev.holdfast.task.Task;
import dev.holdfast.testing.Sim;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// S15 `weakInputs`: who is to complete a future may hold it weakly; what was made of it keeps it (law 9).
class WeakInputsTest {
    /// What is made of an input, and the input.
    private record Made<R>(R made, WeakReference<Promise<String>> input) {}

    private static <R> Made<R> of(Function<Promise<String>, R> make) {
        var input = new Promise<String>();
        return new Made<>(make.apply(input), new WeakReference<>(input));
    }

    private static <R> void arrives(Function<Promise<String>, Future<R>> make, R expected) {
        Sim.run(() -> {
            var made = of(make);
            StageTest.collect();
            made.input.get().complete("x");
            assertThat(await(made.made)).isEqualTo(expected);
        });
    }

    private static void reaches(Function<Promise<String>, Task<String>> make) {
        Sim.run(() -> {
            var made = of(make);
            yieldNow();
            StageTest.collect();
            made.input.get().complete("x");
            assertThat(made.made.join()).isEqualTo("x");
        });
    }

    @Test
    @Tag("collectors")
    void S15_weakInputs() {
        arrives(input -> Futures.all(input, Future.of("y")), List.of("x", "y"));
        arrives(input -> Futures.all(Map.of("key", input)), Map.of("key", "x"));
    }

    @Test
    @Tag("collectors")
    void S15_weakInputs_allSettled() {
        arrives(input -> Futures.allSettled(input), List.of(new Outcome.Value<>("x")));
    }

    @Test
    @Tag("collectors")
    void S15_weakInputs_any() {
        arrives(input -> Futures.any(new Promise<>(), input), "x");
    }

    @Test
    @Tag("collectors")
    void S15_weakInputs_race() {
        arrives(input -> Futures.race(input, new Promise<>()), "x");
    }

    @Test
    @Tag("collectors")
    void S15_weakInputs_aChain() {
        arrives(input -> Futures.race(Futures.any(Futures.race(input))), "x");
    }

    @Test
    @Tag("collectors")
    void S15_weakInputs_asCompleted() {
        Sim.run(() -> {
            var made = of(input -> AsCompleted.of(List.of(input)));
            StageTest.collect();
            made.input.get().complete("x");
            assertThat(made.made.next().outcome().get()).isEqualTo("x");
        });
    }

    @Test
    @Tag("collectors")
    void S15_weakInputs_timeouts() {
        reaches(input -> spawn("waiter", () -> await(input)));
        reaches(input -> spawn("waiter", () -> await(input, ofHours(1))));
        reaches(input -> spawn("waiter", () -> Timeouts.failAfter(ofHours(1), () -> await(input))));
    }

    @Test
    @Tag("collectors")
    void S15_weakInputs_aStageThatIsAwaited() {
        Sim.run(() -> {
            var waiter = new Task<?>[1];
            var stage = awaited(waiter);
            yieldNow();
            StageTest.collect();
            stage.get().complete("x");
            assertThat(waiter[0].join()).isEqualTo("x");
        });
    }

    @Test
    @Tag("collectors")
    void S15_weakInputs_aStageMadeOfAFuture() {
        Sim.run(() -> {
            var made = of(Promise::toCompletionStage);
            StageTest.collect();
            made.input.get().complete("x");
            assertThat(await(made.made)).isEqualTo("x");
        });
    }

    private static WeakReference<CompletableFuture<String>> awaited(Task<?>[] waiter) {
        var stage = new CompletableFuture<String>();
        waiter[0] = spawn("waiter", () -> await(stage));
        return new WeakReference<>(stage);
    }

    @Test
    void whatIsSettledHoldsNothing() { // law 9: the naive array of inputs lives as long as the result
        Sim.run(() -> {
            var made = of(input -> Futures.race(input, Future.of("quick")));
            for (int i = 0; i < 100 && made.input.get() != null; i++) System.gc();
            assertThat(made.input.get()).isNull();
            assertThat(await(made.made)).isEqualTo("quick");
        });
    }

    @Test
    void whatHasArrivedIsNotHeldWhileOthersAreMissing() { // law 9
        Sim.run(() -> {
            var missing = new Promise<String>();
            var made = of(input -> Futures.all(input, missing));
            made.input.get().complete("x");
            for (int i = 0; i < 100 && made.input.get() != null; i++) System.gc();
            assertThat(made.input.get()).isNull();
            missing.complete("y");
            assertThat(await(made.made)).containsExactly("x", "y");
        });
    }
}
