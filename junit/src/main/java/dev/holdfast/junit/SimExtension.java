package dev.holdfast.junit;

import dev.holdfast.task.Action;
import dev.holdfast.testing.Sim;
import java.lang.reflect.Method;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;
import org.junit.platform.commons.support.AnnotationSupport;

/// What [SimTest] means: once in order, or from one seed after the other until one fails.
final class SimExtension implements TestTemplateInvocationContextProvider {
    private static final String ONE = "holdfast.seed"; // as for Sim.explore

    @Override
    public boolean supportsTestTemplate(ExtensionContext context) {
        return AnnotationSupport.isAnnotated(context.getTestMethod(), SimTest.class);
    }

    @Override
    public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(ExtensionContext context) {
        var test = AnnotationSupport.findAnnotation(context.getTestMethod(), SimTest.class)
                .orElseThrow();
        var hasFailed = new AtomicBoolean(); // repetitions may run in parallel
        return runs(test, context).takeWhile(_ -> !hasFailed.get()).map(run -> new Repetition(run, hasFailed));
    }

    private static Stream<Run> runs(SimTest test, ExtensionContext context) {
        if (test.seeds() < 0) throw new IllegalArgumentException("seeds < 0: " + test.seeds());
        var one = context.getConfigurationParameter(ONE, Long::valueOf);
        boolean isSeeded = test.seeds() > 0 || test.only().length > 0;
        if (!isSeeded) return Stream.of(new InOrder());
        if (one.isPresent()) return Stream.of(new FromSeed(one.get()));
        var seeds = test.only().length > 0 ? LongStream.of(test.only()) : LongStream.rangeClosed(1, test.seeds());
        return seeds.mapToObj(FromSeed::new);
    }

    /// How one repetition is run.
    private sealed interface Run {
        void run(Action<Throwable> body) throws Throwable;
    }

    private record InOrder() implements Run {
        @Override
        public void run(Action<Throwable> body) throws Throwable {
            Sim.run(body);
        }

        @Override
        public String toString() {
            return "in order";
        }
    }

    private record FromSeed(long seed) implements Run {
        @Override
        public void run(Action<Throwable> body) throws Throwable {
            Sim.run(seed, body);
        }

        @Override
        public String toString() {
            return "seed " + seed;
        }
    }

    private record Repetition(Run run, AtomicBoolean hasFailed) implements TestTemplateInvocationContext {
        @Override
        public String getDisplayName(int number) {
            return run.toString();
        }

        @Override
        public List<Extension> getAdditionalExtensions() {
            return List.of(new Runner(run, hasFailed));
        }
    }

    private record Runner(Run run, AtomicBoolean hasFailed) implements InvocationInterceptor, AfterEachCallback {
        @Override
        public void interceptTestTemplateMethod(
                Invocation<@Nullable Void> method, ReflectiveInvocationContext<Method> how, ExtensionContext context)
                throws Throwable {
            run.run(method::proceed);
        }

        @Override
        public void afterEach(ExtensionContext context) {
            if (context.getExecutionException().isPresent()) hasFailed.set(true);
        }
    }
}
