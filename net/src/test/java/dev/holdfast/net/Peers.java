package dev.holdfast.net;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A program that nobody here wrote, as a peer for our streams. What it prints is one stream of lines.
public final class Peers implements AutoCloseable {
    private final Process process;
    private final BufferedReader lines;

    private Peers(Process process) {
        this.process = process;
        this.lines = process.inputReader();
    }

    /// Returns whether `program` is installed; if not, says that its test was not run.
    public static boolean has(String program) {
        boolean isThere = Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
        if (!isThere) IO.println("NOT RUN: " + program);
        return isThere;
    }

    /// Starts it.
    public static Peers start(String program, String... arguments) throws IOException {
        var command = new ArrayList<>(List.of(program));
        command.addAll(List.of(arguments));
        return new Peers(new ProcessBuilder(command).redirectErrorStream(true).start());
    }

    /// Types `text`.
    public void type(String text) throws IOException {
        var input = process.outputWriter();
        input.write(text);
        input.flush();
    }

    /// Reads on until there is a line that has `part` in it, and returns that.
    public String lineWith(String part) throws IOException {
        var seen = new StringBuilder();
        for (String line; (line = lines.readLine()) != null; ) {
            if (line.contains(part)) return line;
            seen.append(line).append('\n');
        }
        throw new AssertionError("no line with " + part + " in:\n" + seen);
    }

    /// Waits for its end, and returns what it had still to print.
    public String rest() throws IOException {
        var rest = new StringBuilder();
        for (String line; (line = lines.readLine()) != null; ) rest.append(line).append('\n');
        return rest.toString();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) throw new AssertionError(process + " does not end");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
