package dev.holdfast.examples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// What a person at a terminal does: runs a command in a folder and reads what it prints.
record Shell(Path folder, Map<String, String> environment) {
    static final Path ROOT = Path.of("").toAbsolutePath().getParent();

    /// Two minutes are what a first `./run` with an empty repository may take.
    private static final long PATIENCE = 120;

    record Printed(int exit, String out, String err) {}

    Shell(Path folder) {
        this(folder, Map.of());
    }

    Printed run(String... command) {
        try {
            var out = Files.createTempFile("out", "");
            var err = Files.createTempFile("err", "");
            try {
                return new Printed(exit(command, out, err), Files.readString(out), Files.readString(err));
            } finally {
                Files.delete(out);
                Files.delete(err);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int exit(String[] command, Path out, Path err) throws IOException {
        var builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        // Surefire's own, and what this shell might have set, are not the newcomer's.
        builder.environment()
                .keySet()
                .removeAll(List.of(
                        "JAVA_OPTS", "MAVEN_OPTS", "JAVA_TOOL_OPTIONS", "MAVEN_PROJECTBASEDIR", "MAVEN_CMD_LINE_ARGS"));
        builder.environment().putAll(environment);
        var process = builder.start();
        try {
            if (process.waitFor(PATIENCE, TimeUnit.SECONDS)) return process.exitValue();
            throw new AssertionError(String.join(" ", command) + " still runs after " + PATIENCE + " s; it printed\n"
                    + Files.readString(out) + Files.readString(err));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}
