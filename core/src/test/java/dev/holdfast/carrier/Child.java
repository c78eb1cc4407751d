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
        var command = new ArrayList<String>(List.of(flags));
        command.addFirst(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of("-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), main.getName()));
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (var out = process.getInputStream()) {
            var output = new String(out.readAllBytes()).strip();
            if (!process.waitFor(20, TimeUnit.SECONDS)) process.destroyForcibly();
            return new Child(process.waitFor(), output);
        }
    }
}
