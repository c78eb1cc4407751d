package dev.holdfast.benchmarks;

import dev.holdfast.loop.External;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/// Callbacks, from the loop itself and from other threads.
public class CallbackBenchmark extends Measured {
    private static final int BATCH = 100;
    private static final int THREADS = 4;

    private int count;

    private void count() {
        count++;
    }

    /// A callback adds a hundred others and itself, a thousand times.
    @Benchmark
    @OperationsPerInvocation(N)
    public void execute(OpenLoop open) {
        count = 0;
        open.loop.execute(() -> more(open));
        open.loop.run();
        if (count != N) throw new IllegalStateException("of " + N + " callbacks ran " + count);
    }

    private void more(OpenLoop open) {
        if (count == N) return;
        for (int i = 0; i < BATCH; i++) open.loop.execute(this::count);
        open.loop.execute(() -> more(open));
    }

    /// A callback adds itself: one turn for each.
    @Benchmark
    @OperationsPerInvocation(N)
    public void executeAgain(OpenLoop open) {
        count = 0;
        open.loop.execute(() -> again(open));
        open.loop.run();
    }

    private void again(OpenLoop open) {
        if (++count < N) open.loop.execute(() -> again(open));
    }

    /// Four threads bring them, all by the same door.
    @Benchmark
    @OperationsPerInvocation(N)
    public void external(OpenLoop open) {
        count = 0;
        var door = open.loop.external("bench");
        var threads = new Thread[THREADS];
        for (int i = 0; i < THREADS; i++) {
            threads[i] = Thread.ofPlatform().start(() -> bring(open, door));
        }
        open.loop.run();
        if (count != N) throw new IllegalStateException("of " + N + " callbacks ran " + count);
    }

    private void bring(OpenLoop open, External door) {
        for (int i = 0; i < N / THREADS; i++) door.execute(() -> arrive(door));
    }

    private void arrive(External door) {
        if (++count == N) door.close();
    }
}
