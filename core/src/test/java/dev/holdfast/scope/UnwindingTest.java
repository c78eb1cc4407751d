package dev.holdfast.scope;

import static dev.holdfast.task.Coroutine.awaitCancelled;
import static dev.holdfast.task.Coroutine.yieldNow;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.holdfast.testing.Sim;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Rule 48: when the body threw, `close` without `join` adds no noise. Each test ends a `try` in another way, once
/// by throwing and once not.
final class UnwindingTest {
    private static final class Witness implements AutoCloseable {
        @Nullable Boolean threw; // null before it is closed

        @Override
        public void close() {
            threw = Unwinding.isUnderway(Witness.class);
        }
    }

    @SuppressWarnings("serial") // never leaves this JVM
    private static final class Boom extends RuntimeException {}

    private final Witness witness = new Witness();
    private final Witness other = new Witness();

    /// Runs `user` twice: what it calls throws the first time only.
    private void check(Consumer<Runnable> user) {
        assertThat(catchThrowable(() -> user.accept(() -> {
                    throw new Boom();
                })))
                .isInstanceOf(Boom.class);
        assertThat(witness.threw).isTrue();
        user.accept(() -> {});
        assertThat(witness.threw).isFalse();
    }

    private static Witness maybeNull(Witness witness) {
        return witness;
    }

    @Test
    void aVariable() { // rule 48
        check(body -> {
            try (var _ = maybeNull(witness)) {
                body.run();
            }
        });
    }

    @Test
    void aFieldThatMayBeNull() { // rule 48
        check(body -> {
            try (witness) {
                body.run();
            }
        });
    }

    private static final class Fresh implements AutoCloseable {
        private final Witness witness;

        Fresh(Witness witness) {
            this.witness = witness;
        }

        @Override
        public void close() {
            witness.threw = Unwinding.isUnderway(Fresh.class);
        }
    }

    @Test
    void aNewOneThatCannotBeNull() { // rule 48
        check(body -> {
            try (var _ = new Fresh(witness)) {
                body.run();
            }
        });
    }

    @Test
    void aBlockThatReturns() { // rule 48
        check(body -> returns(body));
    }

    private int returns(Runnable body) {
        try (var _ = maybeNull(witness)) {
            body.run();
            return 1;
        }
    }

    @Test
    void oneOfTwoMethodsOfTheSameName() { // rule 48
        check(body -> closes(body));
        closes(() -> {}, other);
        assertThat(other.threw).isFalse();
    }

    private void closes(Runnable body, Witness unguarded) { // comes first in the class file
        body.run();
        unguarded.close();
    }

    private void closes(Runnable body) {
        try (var _ = maybeNull(witness)) {
            body.run();
        }
    }

    @Test
    void aBlockThatBreaksOutOfALoop() { // rule 48
        check(body -> {
            while (true) {
                try (var _ = maybeNull(witness)) {
                    body.run();
                    break;
                }
            }
        });
    }

    @Test
    void aBlockWithCatchAndFinally() { // rule 48
        check(body -> {
            try (var _ = maybeNull(witness)) {
                body.run();
            } catch (IllegalStateException e) {
                throw new AssertionError(e);
            } finally {
                var _ = witness.hashCode();
            }
        });
    }

    @Test
    void aBlockInACatchBlock() { // rule 48
        check(body -> {
            try {
                throw new IllegalStateException();
            } catch (IllegalStateException e) {
                try (var _ = maybeNull(witness)) {
                    body.run();
                }
            }
        });
    }

    @Test
    void theFirstOfTwoResources() { // rule 48
        check(body -> {
            try (var _ = maybeNull(witness);
                    var _ = maybeNull(other)) {
                body.run();
            }
        });
    }

    @Test
    void theSecondOfTwoResources() { // rule 48
        check(body -> {
            try (var _ = maybeNull(other);
                    var _ = maybeNull(witness)) {
                body.run();
            }
        });
    }

    @Test
    void anInnerBlockThatEndsInAnOuterOneThatThrows() { // rule 48
        assertThat(catchThrowable(() -> {
                    try (var _ = maybeNull(other)) {
                        try (var _ = maybeNull(witness)) {
                            var _ = witness.hashCode();
                        }
                        throw new Boom();
                    }
                }))
                .isInstanceOf(Boom.class);
        assertThat(witness.threw).isFalse();
        assertThat(other.threw).isTrue();
    }

    @Test
    void anOuterBlockThatEndsAroundAnInnerOneThatThrows() { // rule 48
        try (var _ = maybeNull(other)) {
            assertThat(catchThrowable(() -> {
                        try (var _ = maybeNull(witness)) {
                            throw new Boom();
                        }
                    }))
                    .isInstanceOf(Boom.class);
            try (var _ = maybeNull(witness)) {
                throw new Boom();
            } catch (Boom _) {
                assertThat(witness.threw).isTrue();
            }
        }
        assertThat(other.threw).isFalse();
    }

    @Test
    void asAnInterface() { // rule 48
        check(body -> {
            AutoCloseable resource = witness;
            try (resource) {
                body.run();
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    void closedByHandCountsAsANormalEnd() { // rule 48: what cannot be known
        assertThat(catchThrowable(() -> {
                    try {
                        throw new Boom();
                    } finally {
                        witness.close();
                    }
                }))
                .isInstanceOf(Boom.class);
        assertThat(witness.threw).isFalse();
    }

    @Test
    void aClassWithoutAClassFileCountsAsANormalEnd() throws Exception { // rule 48: what cannot be known
        var bytes = UnwindingTest.class
                .getResourceAsStream("UnwindingTest$Unread.class")
                .readAllBytes();
        var unread = new ClassLoader(UnwindingTest.class.getClassLoader()) {
            Class<?> define() {
                return defineClass(null, bytes, 0, bytes.length);
            }

            @Override
            public java.io.@Nullable InputStream getResourceAsStream(String name) {
                return null;
            }
        };
        var threw = unread.define().getMethod("throwsInside", Runnable.class, AutoCloseable.class);
        assertThat(catchThrowable(() -> threw.invoke(null, (Runnable) UnwindingTest::boom, witness)))
                .hasCauseInstanceOf(Boom.class);
        assertThat(witness.threw).isFalse();
    }

    private static void boom() {
        throw new Boom();
    }

    /// Defined a second time by a loader that has no class files.
    public static final class Unread {
        private Unread() {}

        public static void throwsInside(Runnable body, AutoCloseable resource) throws Exception {
            try (resource) {
                body.run();
            }
        }
    }

    @Test
    void severalScopesInOneTry() { // rule 48
        Sim.run(() -> {
            var boom = new Boom();
            var thrown = catchThrowable(() -> {
                try (var a = TaskScope.open();
                        var b = TaskScope.open()) {
                    a.start("a", () -> awaitCancelled());
                    b.start("b", () -> awaitCancelled());
                    yieldNow();
                    throw boom;
                }
            });
            assertThat(thrown).isSameAs(boom);
            assertThat(thrown.getSuppressed()).isEmpty();
            assertThat(catchThrowable(() -> {
                        try (var a = TaskScope.open();
                                var b = TaskScope.open()) {
                            a.start("a", () -> awaitCancelled());
                            b.start("b", () -> awaitCancelled());
                            yieldNow();
                        }
                    }))
                    .hasMessage("TaskScope[test] was left without join while running: [Task[b]]");
        });
    }
}
