package dev.holdfast.benchmarks;

import static dev.holdfast.task.Coroutine.await;
import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static java.time.Duration.ofSeconds;

import com.sun.management.OperatingSystemMXBean;
import dev.holdfast.Holdfast;
import dev.holdfast.lifetime.ExternalPromise;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.ref.Reference;
import java.nio.file.Path;
import java.time.Duration;

/// What a loop costs while nothing happens: the CPU time of the whole process, in percent of one core, once the JVM
/// has come to rest. `Idle FILE.json`
final class Idle {
    private static final Duration REST = ofSeconds(10);
    private static final Duration WATCHED = ofSeconds(30);
    private static final double PERCENT = 100;

    private Idle() {}

    public static void main(String... args) {
        var figures = new Figures();
        Holdfast.run(() -> {
            sleep(REST);
            figures.add("Idle.cpuPercent", cpuPercent());
        });
        Holdfast.run(() -> {
            var held = ExternalPromise.<String>open("held");
            var waiting = spawn("waiting", () -> await(held.future()));
            long before = millisCollecting();
            figures.add("Idle.waitingForAHandleCpuPercent", cpuPercent());
            figures.add(
                    "Idle.waitingForAHandleCollecting", PERCENT * (millisCollecting() - before) / WATCHED.toMillis());
            Reference.reachabilityFence(held);
            held.complete("at last");
            waiting.join();
        });
        figures.write(Path.of(args[0]));
    }

    private static double cpuPercent() {
        var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long before = system.getProcessCpuTime();
        sleep(WATCHED);
        return PERCENT * (system.getProcessCpuTime() - before) / WATCHED.toNanos();
    }

    private static long millisCollecting() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionTime)
                .sum();
    }
}
