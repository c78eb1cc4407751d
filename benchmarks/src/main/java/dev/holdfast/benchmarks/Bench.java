package dev.holdfast.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.NoBenchmarksException;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/// Runs the benchmarks in rounds, and prints the table. `Bench FOLDER [filter] [JMH options]`; the figures go to
/// `FOLDER/*.json`.
///
/// Each round runs every benchmark in a JVM of its own, so that a slow minute of the machine is shared by all.
final class Bench {
    private static final int ROUNDS = Integer.getInteger("rounds", 3);
    private static final List<String> FLAGS =
            List.of("--add-opens=java.base/java.lang=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");

    private Bench() {}

    public static void main(String... args)
            throws IOException, InterruptedException, CommandLineOptionException, RunnerException {
        var folder = Files.createDirectories(Path.of(args[0]));
        forget(folder);
        var wishes =
                new CommandLineOptions(List.of(args).subList(1, args.length).toArray(String[]::new));
        for (int round = 1; round <= ROUNDS; round++) {
            System.err.println("round " + round + " of " + ROUNDS);
            run(wishes, folder.resolve("round-" + round + ".json"));
        }
        if (isWanted(wishes, "Retained")) fork(folder, Retained.class, "-Xmx2g");
        if (isWanted(wishes, "Million")) fork(folder, Million.class, "-Xmx2g", "-XX:+UseG1GC");
        if (isWanted(wishes, "Idle")) fork(folder, Idle.class);
        System.out.println(Table.of(folder));
    }

    private static void forget(Path folder) throws IOException {
        try (var files = Files.newDirectoryStream(folder, "*.json")) {
            for (var file : files) Files.delete(file);
        }
    }

    private static void run(CommandLineOptions wishes, Path json) throws IOException, RunnerException {
        var options = new OptionsBuilder()
                .parent(wishes)
                .forks(1)
                .verbosity(wishes.verbosity().orElse(VerboseMode.SILENT))
                .timeout(TimeValue.minutes(1))
                .resultFormat(ResultFormatType.JSON)
                .result(json.toString());
        try {
            new Runner(options.build()).run();
            forgetPaths(json);
        } catch (NoBenchmarksException e) {
            System.err.println("no JMH benchmark matches");
        }
    }

    /// Where this machine keeps its JDK is no figure.
    private static void forgetPaths(Path json) throws IOException {
        Files.writeString(json, Files.readString(json).replaceAll("(?m)^ *\"jvm\" : .*\\R", ""));
    }

    private static boolean isWanted(CommandLineOptions wishes, String name) {
        var filters = wishes.getIncludes();
        return filters.isEmpty()
                || filters.stream()
                        .anyMatch(
                                filter -> Pattern.compile(filter).matcher(name).find());
    }

    private static void fork(Path folder, Class<?> program, String... flags) throws IOException, InterruptedException {
        var name = program.getSimpleName();
        System.err.println(name);
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(FLAGS);
        command.addAll(List.of(flags));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
        command.add(folder.resolve(name.toLowerCase(Locale.ROOT) + ".json").toString());
        int exit = new ProcessBuilder(command).inheritIO().start().waitFor();
        if (exit != 0) throw new IllegalStateException(name + " ended with " + exit);
    }
}
