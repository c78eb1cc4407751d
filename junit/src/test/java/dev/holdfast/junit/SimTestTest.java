package dev.holdfast.junit;

import static dev.holdfast.task.Coroutine.await;
import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static dev.holdfast.task.Coroutine.yieldNow;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.future.Promise;
import dev.holdfast.lifetime.Deadlock;
import dev.holdfast.queue.Queue;
import dev.holdfast.testing.Sim;
import java.io.IOException;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.engine.TestExecutionResult;

class SimTestTest {
    private static final Duration YEAR = Duration.ofDays(365);

    static class Once {
        @SimTest
        void aYear() {
            sleep(YEAR);
            assertThat(Sim.elapsed()).isEqualTo(YEAR);
        }
    }

    @Test
    void itRunsOnceInVirtualTime() {
        var ran = Ran.inside(Once.class);
        assertThat(ran.names()).containsExactly("in order");
        assertThat(ran.failed()).isEmpty();
    }

    static class Errors {
        @SimTest
        void throwsItsVeryError() throws IOException {
            throw new IOException("disk full");
        }
    }

    @Test
    void itThrowsTheVeryError() {
        assertThat(Ran.inside(Errors.class).error())
                .isInstanceOf(IOException.class)
                .hasMessage("disk full");
    }

    static class Stuck {
        @SimTest
        void waitsForEver() {
            await(new Promise<>("answer"));
        }
    }

    @Test
    void itFailsOnWhatASimFailsOn() {
        assertThat(Ran.inside(Stuck.class).error())
                .isInstanceOf(Deadlock.class)
                .hasMessageContaining("Task[test] waiting 0.0 s on answer");
    }

    static class Thousand {
        @SimTest(seeds = 1_000)
        void many() {
            yieldNow();
        }
    }

    @Test
    void itIsRepeatedFromSoManySeeds() {
        assertThat(Ran.inside(Thousand.class).names())
                .isEqualTo(IntStream.rangeClosed(1, 1_000)
                        .mapToObj(seed -> "seed " + seed)
                        .toList());
    }

    static class Racy {
        @SimTest(seeds = 1_000)
        void twoCountToTwo() {
            var sum = new int[1];
            var slow = spawn("slow", () -> {
                yieldNow();
                int read = sum[0];
                yieldNow();
                sum[0] = read + 1;
            });
            var quick = spawn("quick", () -> sum[0]++);
            slow.join();
            quick.join();
            assertThat(sum[0]).isEqualTo(2);
        }
    }

    @Test
    void theFailingSeedStandsInTheNameAndNoOtherIsTriedAfterIt() {
        var ran = Ran.inside(Racy.class);
        assertThat(ran.failed()).hasSize(1).allMatch(name -> name.matches("seed \\d+"));
        assertThat(ran.names()).endsWith(ran.failed().getFirst()).hasSizeLessThan(1_000);
    }

    @Test
    void theFailingSeedCanBeHadAgainByAParameter() {
        var failing = Ran.inside(Racy.class).failed().getFirst();
        var seed = failing.replace("seed ", "");
        var again = Ran.inside(Racy.class, Map.of("holdfast.seed", seed));
        assertThat(again.names()).isEqualTo(again.failed()).containsExactly(failing);
        assertThat(Ran.inside(Once.class, Map.of("holdfast.seed", seed)).names())
                .containsExactly("in order");
    }

    static class Only {
        @SimTest(
                seeds = 1_000,
                only = {17, 4})
        void few() {}

        @SimTest(only = 3)
        void one() {}
    }

    @Test
    void orByItsAnnotation() {
        assertThat(Ran.inside(Only.class).names()).containsExactlyInAnyOrder("seed 17", "seed 4", "seed 3");
    }

    static class Negative {
        @SimTest(seeds = -1)
        void none() {}
    }

    @Test
    void lessThanNoSeedsAreRefused() {
        assertThat(Ran.inside(Negative.class).failed()).containsExactly("none()");
        assertThat(Ran.inside(Negative.class).error()).hasMessage("seeds < 0: -1");
    }

    static class Lifecycle {
        static final List<String> STORY = new ArrayList<>();

        private final Queue<String> queue = new Queue<>(1); // one for each repetition

        @BeforeEach
        void before(TestInfo info) {
            STORY.add("before " + info.getDisplayName());
            queue.tryPut("item");
        }

        @SimTest(seeds = 2)
        void test() {
            STORY.add("test, " + queue);
        }

        @AfterEach
        void after() {
            STORY.add("after, " + queue);
        }

        @Nested
        class Inner {
            @SimTest
            void inner() {
                STORY.add("inner, " + queue.get());
            }
        }
    }

    @Test
    void lifecycleMethodsRunAroundEachRepetitionAndClassesMayBeNested() {
        assertThat(Ran.inside(Lifecycle.class).failed()).isEmpty();
        assertThat(Lifecycle.STORY)
                .containsExactly(
                        "before seed 1",
                        "test, Queue[1/1]",
                        "after, Queue[1/1]",
                        "before seed 2",
                        "test, Queue[1/1]",
                        "after, Queue[1/1]",
                        "before in order",
                        "inner, item",
                        "after, Queue[0/1]");
    }

    static class FailsAfterwards {
        @SimTest(seeds = 100)
        void test() {}

        @AfterEach
        void after(TestInfo info) {
            assertThat(info.getDisplayName()).isNotEqualTo("seed 3");
        }
    }

    @Test
    void aFailureAroundARepetitionCountsToo() {
        var ran = Ran.inside(FailsAfterwards.class);
        assertThat(ran.names()).containsExactly("seed 1", "seed 2", "seed 3");
        assertThat(ran.failed()).containsExactly("seed 3");
    }

    static final class Answer implements ParameterResolver {
        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == Integer.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return 42;
        }
    }

    @ExtendWith(Answer.class)
    static class Parameters {
        @SimTest(seeds = 3)
        void takesWhatOthersResolve(TestInfo info, Integer answer) {
            assertThat(info.getDisplayName()).startsWith("seed ");
            assertThat(answer).isEqualTo(42);
        }
    }

    @Test
    void parametersAreResolved() {
        var ran = Ran.inside(Parameters.class);
        assertThat(ran.tests()).hasSize(3);
        assertThat(ran.failed()).isEmpty();
    }

    @ParameterizedClass
    @ValueSource(ints = {1, 8})
    record Capacity(int capacity) {
        @SimTest(seeds = 2)
        void fits() {
            var queue = new Queue<Integer>(capacity);
            for (int i = 0; i < capacity; i++) assertThat(queue.tryPut(i)).isTrue();
            assertThat(queue.tryPut(-1)).isFalse();
        }
    }

    @Test
    void aClassMayHaveParameters() {
        var ran = Ran.inside(Capacity.class);
        assertThat(ran.tests()).hasSize(4);
        assertThat(ran.failed()).isEmpty();
    }

    @SimTest(seeds = 2)
    @Retention(RetentionPolicy.RUNTIME)
    @interface Twice {}

    static class Composed {
        @Twice
        void test() {
            sleep(YEAR);
        }
    }

    @Test
    void itMayStandOnAnAnnotationOfOnesOwn() {
        assertThat(Ran.inside(Composed.class).names()).containsExactly("seed 1", "seed 2");
    }

    static class Assumes {
        @SimTest
        void assumption() {
            sleep(YEAR);
            assumeTrue(false);
        }
    }

    @Test
    void anAssumptionThatDoesNotHoldIsNoFailure() {
        assertThat(Ran.inside(Assumes.class).tests())
                .extracting(Ran.Test::status)
                .containsExactly(TestExecutionResult.Status.ABORTED);
    }

    static class Parallel {
        static final ConcurrentLinkedQueue<String> ORDERS = new ConcurrentLinkedQueue<>();

        @SimTest(seeds = 50)
        void one(TestInfo info) {
            run(info);
        }

        @SimTest(seeds = 50)
        void two(TestInfo info) {
            run(info);
        }

        private static void run(TestInfo info) {
            var order = new StringBuilder();
            var tasks = new ArrayList<dev.holdfast.task.Task<?>>();
            for (var name : List.of("a", "b", "c")) {
                tasks.add(spawn(name, () -> {
                    for (int i = 0; i < 5; i++) {
                        order.append(name);
                        sleep(YEAR.dividedBy(10));
                    }
                }));
            }
            for (var task : tasks) task.join();
            ORDERS.add(info.getDisplayName() + ": " + order);
        }
    }

    @Test
    void repetitionsMayRunInParallel() {
        var ran = Ran.inside(
                Parallel.class,
                Map.of(
                        "junit.jupiter.execution.parallel.enabled",
                        "true",
                        "junit.jupiter.execution.parallel.mode.default",
                        "concurrent",
                        "junit.jupiter.execution.parallel.config.strategy",
                        "fixed",
                        "junit.jupiter.execution.parallel.config.fixed.parallelism",
                        "4"));
        assertThat(ran.failed()).isEmpty();
        assertThat(ran.tests()).hasSize(100);
        // The same seed, the same order, whatever runs beside it.
        assertThat(Parallel.ORDERS).hasSize(100);
        assertThat(Parallel.ORDERS.stream().distinct()).hasSize(50);
    }
}
