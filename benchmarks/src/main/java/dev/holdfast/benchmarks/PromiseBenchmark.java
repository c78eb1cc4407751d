package dev.holdfast.benchmarks;

import dev.holdfast.future.Promise;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Warmup;

/// Making promises, which nobody settles.
@Warmup(iterations = 12, time = 500, timeUnit = TimeUnit.MILLISECONDS) // compiled for good only then
public class PromiseBenchmark extends Measured {
    private final Object[] made = new Object[100]; // so that they must really be made

    /// The JDK's.
    void bareMake() {
        for (int i = 0; i < N; i++) made[i % made.length] = new CompletableFuture<Integer>();
    }

    /// By a task.
    @Benchmark
    public void make(OpenLoop open, Beside beside) {
        beside.run(N, this::bareMake, () -> make(open));
    }

    private void make(OpenLoop open) {
        open.run(() -> {
            for (int i = 0; i < N; i++) made[i % made.length] = new Promise<Integer>();
        });
    }
}
