package dev.holdfast.carrier;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A JVM of its own, for what happens once per JVM. It gets none of this one's flags.
record Child(int status, String output) {
    /// Runs `main` with `flags`, and waits for its end.
    static Child run(Class<?> main, String... flags) throws IOException, InterruptedException {
        var args = new ArrayList<>(List.of(flags));
        args.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        return java(args.toArray(String[]::new));
    }

    /// Runs `java` with `args`, and waits for its end.
    static Child java(String... args) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(args));
        command.addAll(
                0,
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Dholdfast.slow=off")); // how fast it starts is not the question
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (var out = process.getInputStream()) {
            var output = new String(out.readAllBytes()).strip();
            if (!process.waitFor(20, TimeUnit.SECONDS)) process.destroyForcibly();
            return new Child(process.waitFor(), output);
        }
    }
}
