package dev.holdfast.peers.works;

import dev.holdfast.benchmarks.Figures;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/// A peer in a JVM: times by JMH, in a fork; bytes by [Parked].
///
/// @param name of its figures
/// @param type the class of its [Works], in this package
/// @param flags what its JVM is given
record OnJvm(String name, String type, List<String> flags) implements Entrant.Way {
    private static final String HEAP = "1g";
    private static final String LARGE_HEAP = "6g"; // a million coroutines at a time

    /// Makes the peer.
    static Works make(String type) throws ReflectiveOperationException {
        return find(type).asSubclass(Works.class).getDeclaredConstructor().newInstance();
    }

    private static Class<?> find(String type) throws ClassNotFoundException {
        return Class.forName(OnJvm.class.getPackageName() + "." + type);
    }

    @Override
    public String absence() {
        try {
            find(type);
            return "";
        } catch (ClassNotFoundException e) {
            return "the JDK's preview is another one in " + Runtime.version().feature(); // all others are there
        }
    }

    @Override
    public boolean has(Work work) {
        try {
            return work.isIn(find(type));
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    @Override
    public List<Double> measure(Work work, Effort effort) throws Exception {
        return work == Work.PARKED ? bytes(work, effort.forLong()) : times(work, effort);
    }

    private List<Double> times(Work work, Effort full) throws RunnerException {
        var effort = work == Work.SKYNET ? full.forLong() : full;
        var options = new OptionsBuilder()
                .include(WorkBenchmark.class.getName() + ".play$")
                .param("peer", type)
                .param("work", work.name())
                .operationsPerInvocation(work.operations())
                .forks(1)
                .jvmArgs(jvmArgs(work).toArray(String[]::new))
                .warmupIterations(effort.warmups())
                .warmupTime(TimeValue.milliseconds(effort.millis()))
                .measurementIterations(effort.iterations())
                .measurementTime(TimeValue.milliseconds(effort.millis()))
                .timeout(TimeValue.minutes(2))
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT);
        return new Runner(options.build())
                .runSingle().getAggregatedResult().getIterationResults().stream()
                        .map(IterationResult::getPrimaryResult)
                        .map(result -> result.getScore())
                        .toList();
    }

    private List<Double> bytes(Work work, Effort effort) throws Exception {
        var file = Files.createTempFile("parked", ".json");
        try {
            var figure = work + "." + name;
            var command = new ArrayList<String>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(jvmArgs(work));
            command.addAll(List.of("-cp", System.getProperty("java.class.path"), Parked.class.getName()));
            command.addAll(List.of(type, figure, "" + effort.warmups(), "" + effort.iterations(), file.toString()));
            int exit = new ProcessBuilder(command).inheritIO().start().waitFor();
            if (exit != 0) throw new IllegalStateException(figure + " ended with " + exit);
            return Figures.read(file).of(figure);
        } finally {
            Files.delete(file);
        }
    }

    private List<String> jvmArgs(Work work) {
        var heap = work == Work.SKYNET ? LARGE_HEAP : HEAP;
        var args = new ArrayList<>(List.of("-Xms" + heap, "-Xmx" + heap, "-XX:+UseG1GC"));
        args.add("--sun-misc-unsafe-memory-access=allow");
        args.addAll(flags);
        return args;
    }
}
