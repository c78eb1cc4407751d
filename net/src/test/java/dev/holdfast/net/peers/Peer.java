package dev.holdfast.net.peers;

import static dev.holdfast.task.Coroutine.await;
import static dev.holdfast.task.Coroutine.blocking;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.holdfast.scope.Timeouts;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A program that nobody here wrote: what is typed into it, and what it prints, its complaints included.
///
/// If it is not installed the test that starts it is not run, and `./test` says so in its last lines.
final class Peer implements AutoCloseable {
    private static final Path NOT_RUN = Path.of("target", "not-run"); // what `./test` prints at its end
    private static final Duration PATIENCE = Duration.ofSeconds(30); // for its end
    private static final int LONGEST = 60; // seconds that it may run

    private final Process process;
    private final BufferedReader printed;

    private Peer(Process process) {
        this.process = process;
        this.printed = process.inputReader(UTF_8);
        // Nobody can interrupt a read from a pipe; its end does.
        CompletableFuture.delayedExecutor(LONGEST, TimeUnit.SECONDS).execute(process::destroyForcibly);
    }

    /// Starts `program`, which is looked for where programs are.
    static Peer start(String program, Object... arguments) throws IOException {
        var command = new ArrayList<String>();
        command.add(find(program).toString());
        for (var argument : arguments) command.add(argument.toString());
        return start(command);
    }

    static Peer start(List<String> command) throws IOException {
        return new Peer(new ProcessBuilder(command).redirectErrorStream(true).start());
    }

    /// Returns where `program` is; if it is nowhere, the test ends here.
    static Path find(String program) throws IOException {
        for (var folder : folders()) {
            var file = folder.resolve(program);
            if (Files.isExecutable(file)) return file;
        }
        throw notRun(program, "not installed");
    }

    private static List<Path> folders() throws IOException {
        var folders = new ArrayList<Path>();
        for (var folder : System.getenv("PATH").split(File.pathSeparator)) folders.add(Path.of(folder));
        folders.add(Path.of("/usr/sbin"));
        var servers = Path.of("/usr/lib/postgresql"); // Debian has several versions side by side, none on the path
        if (!Files.isDirectory(servers)) return folders;
        try (Stream<Path> versions = Files.list(servers)) {
            versions.map(version -> version.resolve("bin")).forEach(folders::add);
        }
        return folders;
    }

    /// Ends the test, and has it told.
    static RuntimeException notRun(String program, String why) throws IOException {
        var line = program + " (" + why + ")";
        Files.writeString(NOT_RUN, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        return abort(line);
    }

    // ---- what a person would do with it

    /// Types `text`.
    Peer type(String text) throws IOException {
        blocking(() -> {
            process.getOutputStream().write(text.getBytes(UTF_8));
            process.getOutputStream().flush();
        });
        return this;
    }

    /// Types nothing more.
    Peer typeEnd() throws IOException {
        process.getOutputStream().close();
        return this;
    }

    /// Waits for a line in which `pattern` is found, and returns its first group.
    String awaitLine(Pattern pattern) throws IOException {
        var before = new StringBuilder();
        for (String line; (line = blocking(printed::readLine)) != null; ) {
            var found = pattern.matcher(line);
            if (found.find()) return found.group(1);
            before.append(line).append('\n');
        }
        throw new AssertionError("no " + pattern + " in:\n" + before);
    }

    /// Waits for its next line, and returns it.
    String line() throws IOException {
        return String.valueOf(blocking(printed::readLine));
    }

    /// Waits for its end, and returns what it has printed.
    String rest() throws IOException {
        return blocking(printed::readAllAsString);
    }

    /// Waits for its end, and returns its status.
    int status() {
        return Timeouts.failAfter(PATIENCE, () -> await(process.onExit())).exitValue();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public void close() throws IOException {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
        if (!Timeouts.moveOnAfter(PATIENCE, () -> await(process.onExit()))) process.destroyForcibly();
        process.getOutputStream().close();
        printed.close();
    }
}
