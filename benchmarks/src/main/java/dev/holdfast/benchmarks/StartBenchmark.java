package dev.holdfast.benchmarks;

import static dev.holdfast.task.Coroutine.spawn;
import static dev.holdfast.task.Coroutine.yieldNow;

import dev.holdfast.scope.TaskScope;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/// Coroutines that end at once. One starts a hundred others and lets them run, a thousand times.
public class StartBenchmark extends Measured {
    private static final int BATCH = 100;
    private static final int BATCHES = N / BATCH;

    private int ended;

    private void end() {
        ended++;
    }

    /// Bare virtual threads.
    @Benchmark
    @OperationsPerInvocation(N)
    @SuppressWarnings("ThreadPriorityCheck") // the scheduler is ours
    public int bareStart() {
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
        return ended;
    }

    /// Tasks in the root scope.
    @Benchmark
    @OperationsPerInvocation(N)
    public int start(OpenLoop open) {
        open.run(() -> {
            for (int i = 0; i < BATCHES; i++) {
                for (int k = 0; k < BATCH; k++) spawn("child", this::end);
                yieldNow();
            }
        });
        return ended;
    }

    /// Tasks in the root scope, each joined before the next is started.
    @Benchmark
    @OperationsPerInvocation(N)
    public int startJoin(OpenLoop open) {
        open.run(() -> {
            for (int i = 0; i < N; i++) spawn("child", this::end).join();
        });
        return ended;
    }

    /// Tasks in a block of their own, a hundred a block.
    @Benchmark
    @OperationsPerInvocation(N)
    public int startInScope(OpenLoop open) {
        open.run(() -> {
            for (int i = 0; i < BATCHES; i++) {
                TaskScope.run(scope -> {
                    for (int k = 0; k < BATCH; k++) scope.start("child", this::end);
                });
            }
        });
        return ended;
    }
}
