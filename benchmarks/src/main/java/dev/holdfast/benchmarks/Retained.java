package dev.holdfast.benchmarks;

import static dev.holdfast.task.Coroutine.await;
import static dev.holdfast.task.Coroutine.spawn;

import dev.holdfast.future.Promise;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.task.Task;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// How many bytes of heap a parked coroutine holds, with all that hangs on it: what full collections leave with a
/// hundred thousand of them parked, less what they leave without. `Retained FILE.json`
final class Retained {
    private static final int N = 100_000;
    private static final int WARMUPS = 3;
    private static final int ROUNDS = 3;
    private static final int COLLECTIONS = 2; // some of what a collection frees is only found by the next

    private Retained() {}

    public static void main(String... args) {
        var figures = new Figures();
        for (int i = 0; i < WARMUPS; i++) { // what is interpreted has larger frames
            bare();
            tasks();
            tasksWithPromises();
        }
        for (int i = 0; i < ROUNDS; i++) {
            figures.add("Retained.bare", bare());
            figures.add("Retained.task", tasks());
            figures.add("Retained.taskAndPromise", tasksWithPromises());
        }
        figures.write(Path.of(args[0]));
    }

    /// Bare virtual threads.
    private static double bare() {
        var loop = new BareLoop();
        var threads = new @Nullable Thread[N];
        var open = new boolean[1];
        long before = used();
        for (int i = 0; i < N; i++) {
            var thread = loop.unstarted(() -> {
                while (!open[0]) LockSupport.park(loop);
            });
            threads[i] = thread;
            thread.start();
        }
        loop.runReady();
        long after = used();
        open[0] = true;
        for (var thread : threads) LockSupport.unpark(thread);
        loop.run();
        return perCoroutine(before, after);
    }

    /// Tasks that all await one promise.
    private static double tasks() {
        var gate = new Promise<Boolean>();
        try (var loop = IOLoop.open("retained")) {
            var tasks = new @Nullable Task<?>[N];
            long before = used();
            onLoop(loop, () -> {
                for (int i = 0; i < N; i++) tasks[i] = spawn("task", () -> await(gate));
            });
            long after = used();
            onLoop(loop, () -> gate.complete(true));
            return perCoroutine(before, after);
        }
    }

    /// Tasks that await a promise each, which is counted too.
    private static double tasksWithPromises() {
        try (var loop = IOLoop.open("retained")) {
            @SuppressWarnings("unchecked")
            var gates = (Promise<Boolean>[]) new Promise<?>[N];
            long before = used();
            onLoop(loop, () -> {
                for (int i = 0; i < N; i++) {
                    var gate = new Promise<Boolean>();
                    gates[i] = gate;
                    spawn("task", () -> await(gate));
                }
            });
            long after = used();
            onLoop(loop, () -> {
                for (var gate : gates) gate.complete(true);
            });
            return perCoroutine(before, after);
        }
    }

    /// Stops when all that `callback` has started or woken has had its turn: at a run that ends by itself, whoever
    /// still waits is told that nobody will wake him.
    private static void onLoop(IOLoop loop, Runnable callback) {
        loop.execute(() -> {
            callback.run();
            spawn("last", () -> loop.stop());
        });
        loop.run();
    }

    private static double perCoroutine(long before, long after) {
        return (double) (after - before) / N;
    }

    private static long used() {
        for (int i = 0; i < COLLECTIONS; i++) System.gc();
        var runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
