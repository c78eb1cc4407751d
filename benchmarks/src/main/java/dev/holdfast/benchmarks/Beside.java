package dev.holdfast.benchmarks;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// Measures something beside its baseline: the two take turns every few milliseconds, in one JVM, and what counts
/// is the CPU time of the one thread on which both run. So the ratio holds on a machine that others use too.
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.EVENTS)
public class Beside {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /// Of the baseline.
    public long bareNanos;

    /// Of what stands beside it.
    public long nanos;

    /// How many operations each of the two did.
    public long operations;

    /// Runs `bare`, then `subject`; `n` operations each.
    void run(int n, Runnable bare, Runnable subject) {
        long start = THREADS.getCurrentThreadCpuTime();
        bare.run();
        long between = THREADS.getCurrentThreadCpuTime();
        subject.run();
        bareNanos += between - start;
        nanos += THREADS.getCurrentThreadCpuTime() - between;
        operations += n;
    }
}
