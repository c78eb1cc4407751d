package dev.holdfast.benchmarks;

import dev.holdfast.loop.IOLoop;
import java.time.Duration;
import java.util.Random;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Setup;

/// Timers that are set and cancelled, as limits mostly are, while a million others are pending.
public class TimerBenchmark extends Measured {
    private static final int PENDING = 1_000_000;
    private static final int LENGTHS = 1 << 12;
    private static final Duration LIMIT = Duration.ofMinutes(30);
    private static final Runnable NOTHING = () -> {};

    private final Duration[] lengths = new Duration[LENGTHS]; // between one hour and two

    /// Sets the pending ones. They do not keep the loop running.
    @Setup
    public void pending(OpenLoop open) {
        var random = new Random(1);
        for (int i = 0; i < LENGTHS; i++) lengths[i] = Duration.ofMillis(3_600_000 + random.nextInt(3_600_000));
        for (int i = 0; i < PENDING; i++) {
            open.loop
                    .callLater(Duration.ofNanos(3_600_000_000_000L + random.nextLong(3_600_000_000_000L)), NOTHING)
                    .unref();
        }
    }

    /// Their moments lie anywhere among the pending ones.
    @Benchmark
    @OperationsPerInvocation(N)
    public void setAndCancel(OpenLoop open) {
        on(open.loop, () -> {
            for (int i = 0; i < N; i++) {
                open.loop.callLater(lengths[i & (LENGTHS - 1)], NOTHING).cancel();
            }
        });
    }

    /// Their moments lie before all that are pending.
    @Benchmark
    @OperationsPerInvocation(N)
    public void setAndCancelSoonest(OpenLoop open) {
        on(open.loop, () -> {
            for (int i = 0; i < N; i++) open.loop.callLater(LIMIT, NOTHING).cancel();
        });
    }

    private static void on(IOLoop loop, Runnable callback) {
        loop.execute(callback);
        loop.run();
    }
}
