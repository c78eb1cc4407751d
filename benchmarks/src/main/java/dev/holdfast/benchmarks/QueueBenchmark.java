package dev.holdfast.benchmarks;

import static dev.holdfast.task.Coroutine.spawn;

import dev.holdfast.queue.Queue;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Warmup;

/// Items that go from one task to another by a queue; an operation is one item. Its baseline is one switch for
/// each.
@Warmup(iterations = 12, time = 500, timeUnit = TimeUnit.MILLISECONDS) // compiled for good only then
public class QueueBenchmark extends Measured {
    private static final int RUNS = 200;
    private static final int ITEMS = N / RUNS;

    private final SwitchBenchmark switches = new SwitchBenchmark();
    private long sum;

    /// One place: both wait for each other all the time.
    @Benchmark
    public void one(OpenLoop open, Beside beside) {
        beside.run(N, switches::bareSwitch, () -> passAll(open, 1));
    }

    /// No bound: whoever is faster goes ahead.
    @Benchmark
    public void unbounded(OpenLoop open, Beside beside) {
        beside.run(N, switches::bareSwitch, () -> passAll(open, Integer.MAX_VALUE));
    }

    private void passAll(OpenLoop open, int capacity) {
        open.run(() -> {
            for (int i = 0; i < RUNS; i++) {
                var queue = new Queue<Integer>(capacity);
                var giver = spawn("giver", () -> give(queue));
                var taker = spawn("taker", () -> take(queue));
                giver.join();
                taker.join();
            }
        });
    }

    private static void give(Queue<Integer> queue) {
        for (int i = 0; i < ITEMS; i++) queue.put(i);
    }

    private void take(Queue<Integer> queue) {
        for (int i = 0; i < ITEMS; i++) sum += queue.get();
    }
}
