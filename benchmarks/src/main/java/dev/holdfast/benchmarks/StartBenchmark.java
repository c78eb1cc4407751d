package dev.holdfast.benchmarks;

import static dev.holdfast.task.Coroutine.spawn;
import static dev.holdfast.task.Coroutine.yieldNow;

import dev.holdfast.scope.TaskScope;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Warmup;

/// Coroutines that end at once. One starts a hundred others and lets them run, a thousand times.
@Warmup(iterations = 12, time = 500, timeUnit = TimeUnit.MILLISECONDS) // compiled for good only then
public class StartBenchmark extends Measured {
    private static final int BATCH = 100;
    private static final int BATCHES = N / BATCH;

    private int ended; // so that the bodies do something

    private void end() {
        ended++;
    }

    /// Bare virtual threads.
    @SuppressWarnings("ThreadPriorityCheck") // the scheduler is ours
    void bareStart() {
        var loop = new BareLoop();
        loop.unstarted(() -> {
                    for (int i = 0; i < BATCHES; i++) {
                        for (int k = 0; k < BATCH; k++)
                            loop.unstarted(this::end).start();
                        Thread.yield();
                    }
                })
                .start();
        loop.run();
    }

    /// Tasks in the root scope.
    @Benchmark
    public void start(OpenLoop open, Beside beside) {
        beside.run(N, this::bareStart, () -> start(open));
    }

    private void start(OpenLoop open) {
        open.run(() -> {
            for (int i = 0; i < BATCHES; i++) {
                for (int k = 0; k < BATCH; k++) spawn("child", this::end);
                yieldNow();
            }
        });
    }

    /// Tasks in the root scope, each joined before the next is started.
    @Benchmark
    public void startJoin(OpenLoop open, Beside beside) {
        beside.run(N, this::bareStart, () -> startJoin(open));
    }

    private void startJoin(OpenLoop open) {
        open.run(() -> {
            for (int i = 0; i < N; i++) spawn("child", this::end).join();
        });
    }

    /// Tasks in a block of their own, a hundred a block.
    @Benchmark
    public void startInScope(OpenLoop open, Beside beside) {
        beside.run(N, this::bareStart, () -> startInScope(open));
    }

    private void startInScope(OpenLoop open) {
        open.run(() -> {
            for (int i = 0; i < BATCHES; i++) {
                TaskScope.run(scope -> {
                    for (int k = 0; k < BATCH; k++) scope.start("child", this::end);
                });
            }
        });
    }
}
