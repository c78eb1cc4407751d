package dev.holdfast.peers;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Runs every program on every peer, several times, each time in a process of its own, and prints who hangs, who
/// vanishes and who tells. `Peers FOLDER`, where the programs in Python are; `-Dpython=` its
/// interpreter, if it is there, and `-Dpython.version=` its version.
final class Peers {
    private static final int ROUNDS = Integer.getInteger("rounds", 3);
    private static final String CLASS_PATH = System.getProperty("java.class.path");
    private static final String PYTHON = System.getProperty("python", "");
    private static final Pattern LIBRARY =
            Pattern.compile("(kotlin-stdlib|kotlinx-coroutines-core|vertx-core)(?:-jvm)?-(\\d[\\d.]*)\\.jar");

    private Peers() {}

    public static void main(String... args) throws IOException, InterruptedException {
        var rows = rows(Path.of(args[0]).resolve("peer.py"));
        for (int round = 1; round <= ROUNDS; round++) {
            System.err.println("round " + round + " of " + ROUNDS);
            for (var row : rows) row.run();
        }
        System.out.println(Stream.of(Case.values())
                .map(program -> program.title)
                .collect(Collectors.joining(" | ", "| | ", " |\n|---|---|---|---|---|")));
        for (var row : rows) System.out.println(row.inWords());
        System.out.println("\n" + versions());
    }

    private static List<Row> rows(Path script) {
        return List.of(
                java("`CompletableFuture`", CompletableFutures.class),
                java("Vert.x futures", VertxFutures.class),
                java("Kotlin coroutines, `GlobalScope` or a scope of their own", KotlinOnItsOwn.class),
                java("Kotlin coroutines, in the scope of who waits", KotlinInScope.class),
                java(
                        "virtual threads, `jdk.trackAllThreads=false`",
                        VirtualThreads.class,
                        "-Djdk.trackAllThreads=false"),
                java("virtual threads, tracked", VirtualThreads.class, "-Djdk.trackAllThreads=true"),
                python("asyncio, `create_task`", script, "create_task"),
                python("asyncio, `TaskGroup`", script, "task_group"),
                java("Holdfast", OnHoldfast.class, "--add-opens=java.base/java.lang=ALL-UNNAMED"));
    }

    private static Row java(String title, Class<? extends Peer> peer, String... flags) {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return Row.of(title, program -> {
            var command = new ArrayList<>(List.of(java, "-XX:+UseG1GC", "-cp", CLASS_PATH));
            command.addAll(List.of(flags));
            command.addAll(List.of(Scene.class.getName(), peer.getName(), program.name()));
            return command;
        });
    }

    private static Row python(String title, Path script, String way) {
        if (PYTHON.isEmpty()) return Row.of(title, _ -> List.of());
        return Row.of(title, program -> List.of(PYTHON, "-B", script.toString(), way, program.word()));
    }

    private static String versions() {
        var libraries = LIBRARY.matcher(CLASS_PATH)
                .results()
                .map(library -> library.group(1) + " " + library.group(2))
                .distinct()
                .sorted()
                .collect(Collectors.joining(", "));
        return "JDK " + Runtime.version() + ", " + libraries
                + (PYTHON.isEmpty() ? "" : ", CPython " + System.getProperty("python.version"));
    }

    /// A line of the table: how a program is run there, and what came of it.
    ///
    /// @param command empty where the peer is not installed
    private record Row(String title, Function<Case, List<String>> command, Map<Case, List<Run>> runs) {
        static Row of(String title, Function<Case, List<String>> command) {
            return new Row(title, command, new EnumMap<>(Case.class));
        }

        void run() throws IOException, InterruptedException {
            for (var program : Case.values()) {
                var line = command.apply(program);
                var sofar = runs.computeIfAbsent(program, _ -> new ArrayList<>());
                if (!line.isEmpty()) sofar.add(Run.of(line));
            }
        }

        String inWords() {
            return runs.values().stream()
                    .map(Run::inWords)
                    .collect(Collectors.joining(" | ", "| " + title + " | ", " |"));
        }
    }
}
