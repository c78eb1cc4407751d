package dev.holdfast.benchmarks;

import java.lang.reflect.Constructor;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;

/// The baseline: virtual threads on the calling thread, over a lock-free queue, and nothing else. Whatever Holdfast
/// adds to this is what it costs.
public final class BareLoop implements Executor {
    private final ConcurrentLinkedQueue<Runnable> line = new ConcurrentLinkedQueue<>();
    private final Thread.Builder.OfVirtual builder = builder(this);
    private int live; // started and not ended; only the calling thread and those it carries

    private static Thread.Builder.OfVirtual builder(Executor scheduler) {
        try {
            Constructor<?> constructor = Class.forName("java.lang.ThreadBuilders$VirtualThreadBuilder")
                    .getDeclaredConstructor(Executor.class);
            constructor.setAccessible(true);
            return (Thread.Builder.OfVirtual) constructor.newInstance(scheduler);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("no scheduler seam for virtual threads", e);
        }
    }

    /// From the JDK: `continuation` may run.
    @Override
    public void execute(Runnable continuation) {
        line.add(continuation);
    }

    /// Returns a thread that will run `body` here; [#run] waits for it.
    public Thread unstarted(Runnable body) {
        live++;
        return builder.unstarted(() -> {
            body.run();
            live--;
        });
    }

    /// Runs what stands in line until every thread has ended.
    public void run() {
        while (live > 0) runOne();
        while (!line.isEmpty()) runOne(); // the last steps of the last thread
    }

    /// Runs what stands in line until nothing does.
    public void runReady() {
        while (!line.isEmpty()) runOne();
    }

    private void runOne() {
        var next = line.poll();
        if (next != null) next.run();
    }
}
