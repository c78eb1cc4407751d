package dev.holdfast.net.process;

import static dev.holdfast.task.Coroutine.blocking;
import static java.util.Objects.requireNonNull;

import dev.holdfast.task.Task;
import dev.holdfast.time.Span;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/// How a [Subprocess] is started. Only the program need be said; what else is, is said before [#start].
///
/// ```
/// var child = Subprocess.command("make", "-j", "4").directory(sources).environment("CC", "clang").start();
/// ```
public final class Command {
    private static final Pattern REASON = Pattern.compile(".*error: \\d+ \\((.*)\\)\\s*");

    private final ProcessBuilder builder;
    private boolean separate;
    private Duration patience = Subprocess.PATIENCE;

    Command(List<String> words) {
        if (words.isEmpty()) throw new IllegalArgumentException("no program to start");
        this.builder = new ProcessBuilder(words).redirectError(Redirect.INHERIT);
    }

    /// Says where it runs: where this process does if nothing is said.
    ///
    /// @param directory a folder
    /// @return this command
    public Command directory(Path directory) {
        builder.directory(directory.toFile());
        return this;
    }

    /// Gives it a variable, beside those of this process, which it has if nothing is said.
    ///
    /// @param name of the variable
    /// @param value for the program alone
    /// @return this command
    public Command environment(String name, String value) {
        builder.environment().put(requireNonNull(name, "name"), requireNonNull(value, "value"));
        return this;
    }

    /// Takes all variables from it, but for those that are given to it after this.
    ///
    /// @return this command
    public Command emptyEnvironment() {
        builder.environment().clear();
        return this;
    }

    /// Has its errors read by [Subprocess#errors]. If nothing is said, they go where those of this process go.
    ///
    /// @return this command
    public Command separateErrors() {
        builder.redirectError(Redirect.PIPE);
        separate = true;
        return this;
    }

    /// Mixes its errors into what it prints, as they come.
    ///
    /// @return this command
    public Command mergeErrors() {
        builder.redirectErrorStream(true);
        return this;
    }

    /// Says how long [Subprocess#close] lets it end by itself: [Subprocess#PATIENCE] if nothing is said.
    ///
    /// @param patience not negative; zero kills it at once
    /// @return this command
    public Command patience(Duration patience) {
        if (patience.isNegative()) throw new IllegalArgumentException("patience < 0: " + Span.words(patience));
        this.patience = patience;
        return this;
    }

    /// Starts it, off the loop.
    ///
    /// @return the process, which runs from now on
    /// @throws UncheckedIOException if there is no such program, or no such directory
    public Subprocess start() {
        var loop = Task.current().loop();
        try {
            var process = blocking(builder::start);
            return new Subprocess(loop, this.toString(), process, separate, patience);
        } catch (IOException e) {
            var where = builder.directory() == null ? "" : " in " + builder.directory();
            throw new UncheckedIOException("cannot start " + program() + where + ": " + inWords(e), e);
        }
    }

    private String program() {
        return builder.command().getFirst();
    }

    private static String inWords(IOException e) {
        var message = String.valueOf(e.getMessage());
        var reason = REASON.matcher(message);
        return reason.matches() ? reason.group(1) : message;
    }

    /// {@return `Subprocess[program]`}
    @Override
    public String toString() {
        return "Subprocess[" + program() + "]";
    }
}
