package dev.holdfast.benchmarks;

import static dev.holdfast.task.Coroutine.await;
import static dev.holdfast.task.Coroutine.spawn;

import dev.holdfast.Holdfast;
import dev.holdfast.future.Promise;
import dev.holdfast.task.Task;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Path;
import java.util.ArrayList;

/// Starts, parks, wakes and ends a million tasks, all alive at once. Meant for `-Xmx2g`. `Million FILE.json`
final class Million {
    private static final int N = 1_000_000;
    private static final int WARMUPS = 10;
    private static final double MEGABYTE = 1 << 20;

    private Million() {}

    public static void main(String... args) {
        var figures = new Figures();
        // What was compiled while everybody only parked would have to be thrown away, frame by frame, when they wake.
        for (int i = 0; i < WARMUPS; i++) Holdfast.run(() -> everybody(N / 50));
        long start = System.nanoTime();
        Holdfast.run(() -> everybody(N));
        figures.add("Million.nanosPerTask", (double) (System.nanoTime() - start) / N);
        figures.add("Million.peakHeapMegabytes", peakHeap() / MEGABYTE);
        figures.write(Path.of(args[0]));
    }

    private static void everybody(int n) {
        var gate = new Promise<Integer>();
        var tasks = new ArrayList<Task<Integer>>(n);
        for (int i = 0; i < n; i++) {
            int number = i;
            tasks.add(spawn("task", () -> number + await(gate)));
        }
        spawn("gatekeeper", () -> gate.complete(1)).join(); // behind them all: each has parked by then
        long sum = 0;
        for (var task : tasks) sum += task.join();
        if (sum != (long) n * (n + 1) / 2) throw new IllegalStateException("somebody was lost: " + sum);
    }

    private static double peakHeap() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .map(MemoryPoolMXBean::getPeakUsage)
                .mapToLong(peak -> peak.getUsed())
                .sum();
    }
}
