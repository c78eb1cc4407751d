package dev.holdfast;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/// A program in a JVM of its own, with the same carrier, collector and compilers, and the same patience for slow turns:
/// for what concerns a whole process. Everything that it prints is one stream of lines.
public final class Program implements AutoCloseable {
    private static final int INT = 2;
    private static final Pattern INHERITED = Pattern.compile("-XX:\\+Use\\w+GC|-Xint");

    private final Process process;
    private final BufferedReader lines;

    private Program(Process process) {
        this.process = process;
        this.lines = process.inputReader();
    }

    /// Starts `main` with `flags` for the JVM.
    public static Program start(Class<?> main, String... flags) throws IOException {
        var carrier = System.getProperty("holdfast.carrier", "mounted");
        var command = new ArrayList<String>();
        if (isDeafToInt()) command.addAll(List.of("env", "--default-signal=INT"));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Dholdfast.carrier=" + carrier));
        command.add("-Dholdfast.slow=" + System.getProperty("holdfast.slow", "off"));
        if (carrier.equals("mounted")) command.addAll(List.of("--add-opens", "java.base/java.lang=ALL-UNNAMED"));
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(INHERITED.asMatchPredicate())
                .forEach(command::add);
        command.addAll(List.of(flags));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        return new Program(new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
                .start());
    }

    /// Returns whether this process was started with Ctrl-C ignored, as by `nohup` or by a script in the background:
    /// then so would its children be.
    private static boolean isDeafToInt() throws IOException {
        for (var line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (!line.startsWith("SigIgn:")) continue;
            return (Long.parseUnsignedLong(line.substring("SigIgn:".length()).strip(), 16) & 1L << INT - 1) != 0;
        }
        return false;
    }

    /// Waits until it prints `line`; anything else before that is an error.
    public Program awaitLine(String line) throws IOException {
        var printed = lines.readLine();
        if (!line.equals(printed)) throw new AssertionError("printed " + printed + ", not " + line + "\n" + rest());
        return this;
    }

    /// Waits for the next line that it prints, and returns it.
    public String line() throws IOException {
        return String.valueOf(lines.readLine());
    }

    /// Sends it a signal: `TERM`, `INT`, `HUP`.
    public Program kill(String signal) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                .start()
                .waitFor();
        return this;
    }

    /// Waits for its end, and returns what it printed since the last line asked for.
    public String rest() throws IOException {
        return String.join("\n", lines.readAllLines());
    }

    /// Waits for its end, and returns its status.
    public int status() throws InterruptedException {
        if (!process.waitFor(30, TimeUnit.SECONDS)) throw new AssertionError("does not end");
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
