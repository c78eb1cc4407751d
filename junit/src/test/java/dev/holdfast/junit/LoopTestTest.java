package dev.holdfast.junit;

import static dev.holdfast.task.Coroutine.await;
import static dev.holdfast.task.Coroutine.awaitCancelled;
import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.future.Promise;
import dev.holdfast.lifetime.Deadlock;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.task.Task;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.platform.engine.TestExecutionResult;

@Tag("threads")
class LoopTestTest {
    static class Passes {
        static final List<String> STORY = new ArrayList<>();

        @BeforeEach
        void before() {
            STORY.add("before");
        }

        @LoopTest
        void test(TestInfo info) {
            sleep(Duration.ofMillis(1));
            STORY.add(info.getDisplayName() + " on " + IOLoop.current() + " as " + Task.current());
        }

        @AfterEach
        void after() {
            STORY.add("after");
        }

        @Nested
        class Inner {
            @LoopTest
            void inner() {
                STORY.add("inner");
            }
        }
    }

    @Test
    void itRunsAsAProgramWould() {
        assertThat(Ran.inside(Passes.class).failed()).isEmpty();
        assertThat(Passes.STORY)
                .containsExactly(
                        "before", "test(TestInfo) on IOLoop[main] as Task[main]", "after", "before", "inner", "after");
    }

    static class Errors {
        @LoopTest
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
        @LoopTest
        void waitsForNobody() {
            await(new Promise<>("answer"));
        }
    }

    @Test
    void aDeadlockNeedsNoDeadline() {
        assertThat(Ran.inside(Stuck.class).error()).isInstanceOf(Deadlock.class);
    }

    static class Slow {
        static final List<String> STORY = new ArrayList<>();

        @LoopTest(millis = 100)
        void waits() {
            spawn("helper", () -> sleep(Duration.ofHours(1)));
            try {
                awaitCancelled();
            } finally {
                STORY.add("finally");
            }
        }
    }

    @Test
    void theDeadlineSaysWhatEveryTaskWasDoing() {
        assertThat(Ran.inside(Slow.class).error())
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("took longer than 100 ms\nIOLoop[main]: 2 tasks, 2 waiting;")
                .hasMessageMatching("(?s).*Task\\[main] waiting \\S+ s on cancellation, at LoopTestTest\\$Slow.waits.*")
                .hasMessageMatching("(?s).*Task\\[helper] waiting \\S+ s on sleep, at LoopTestTest\\$Slow.*");
        assertThat(Slow.STORY).containsExactly("finally");
    }

    static class Hangs {
        static volatile boolean hangs = true;

        @LoopTest(millis = 100)
        void loop() {
            while (hangs) Thread.onSpinWait();
        }
    }

    @Test
    void aLoopThatHangsIsTold() {
        try {
            assertThat(Ran.inside(Hangs.class).error())
                    .isInstanceOf(AssertionError.class)
                    .hasMessageStartingWith(
                            "took longer than 100 ms\nIOLoop[main] does not answer; Task[main] holds it:")
                    .hasMessageContaining("LoopTestTest$Hangs.loop");
        } finally {
            Hangs.hangs = false;
        }
    }

    static class Interrupted {
        static final List<String> STORY = new ArrayList<>();

        @LoopTest
        @Timeout(value = 1)
        void waits() {
            try {
                sleep(Duration.ofHours(1));
            } finally {
                STORY.add("finally");
            }
        }
    }

    @Test
    void aTimeoutOfJUnitsCancelsIt() {
        assertThat(Ran.inside(Interrupted.class).error()).hasMessageContaining("timed out after 1 second");
        assertThat(Interrupted.STORY).containsExactly("finally");
    }

    static class Assumes {
        @LoopTest
        void assumption() {
            assumeTrue(false);
        }
    }

    @Test
    void anAssumptionThatDoesNotHoldIsNoFailure() {
        assertThat(Ran.inside(Assumes.class).tests())
                .extracting(Ran.Test::status)
                .containsExactly(TestExecutionResult.Status.ABORTED);
    }

    static class Mixed {
        @Test
        void plain() {
            assertThat(IOLoop.currentOrNull()).isNull();
        }

        @LoopTest
        void coroutine() {
            assertThat(IOLoop.currentOrNull()).isNotNull();
        }
    }

    @Test
    void testsBesideItStayPlain() {
        assertThat(Ran.inside(Mixed.class).failed()).isEmpty();
    }
}
