package dev.holdfast.testing;

import dev.holdfast.loop.IOLoop;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/// What Holdfast logged during a test. Every test is watched, and a line that it did not expect fails it; one that
/// expects some takes this as a parameter.
///
/// ```
/// @Test
/// void aFailureThatNobodyLookedAtIsLogged(Logged log) {
///     …
///     log.expect("Promise failed and nobody looked");
/// }
/// ```
public final class Logged implements BeforeEachCallback, AfterEachCallback, ParameterResolver {
    private static final Logger ROOT = Logger.getLogger("dev.holdfast"); // held: the JDK forgets loggers
    private static final Book BOOK = new Book();
    private static final Duration PATIENCE = Duration.ofSeconds(30); // for the thread that brings news of collections
    private static final Pattern DROPPED = Pattern.compile("IOLoop\\[(\\w+)] was dropped and never closed: whoever"
            + " waited on it is gone, finally blocks and all; opened at \\w+\\.\\w+\\(\\w+\\.java:\\d+\\)");

    static {
        IOLoop.open().close(); // whatever is said once, about the carrier say, is said before anybody listens
        ROOT.setUseParentHandlers(false);
        ROOT.addHandler(BOOK);
    }

    /// Checks that lines with exactly these messages were logged, in this order, and forgets them.
    public void expect(String... messages) {
        var records = take();
        var logged = records.stream().map(LogRecord::getMessage).toList();
        if (!logged.equals(List.of(messages)))
            throw new AssertionError("expected to be logged: " + List.of(messages) + "\nbut was: " + inWords(records));
    }

    /// Waits for the news that these loops were collected unclosed, and checks that nothing else was logged. The news
    /// come from a thread of its own, after a collection; in which order is not said.
    public void expectDropped(String... loops) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (size() < loops.length && System.nanoTime() < end) Thread.onSpinWait();
        var lines = take();
        var dropped = lines.stream()
                .map(line -> DROPPED.matcher(line.getMessage()))
                .filter(Matcher::matches)
                .map(line -> line.group(1))
                .sorted()
                .toList();
        if (lines.size() != loops.length
                || !dropped.equals(Stream.of(loops).sorted().toList()))
            throw new AssertionError("expected to be dropped: " + List.of(loops) + "\nbut was: " + inWords(lines));
    }

    /// Takes the lines that were logged since the last look, with what was thrown. Inside of a [Sim] they are then
    /// asked for.
    public List<LogRecord> take() {
        var loop = IOLoop.currentOrNull();
        if (loop != null && loop.toString().equals("IOLoop[sim]")) Sim.complaints();
        return BOOK.take();
    }

    /// Returns how many lines were logged and not yet taken. For those who wait for another thread to log.
    public int size() {
        return BOOK.size();
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        BOOK.take();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        var records = BOOK.take();
        if (!records.isEmpty()) throw new AssertionError("unexpected log lines: " + inWords(records));
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Logged.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return this;
    }

    private static String inWords(List<LogRecord> records) {
        var words = new StringWriter();
        for (var record : records) {
            words.append(record.getLoggerName())
                    .append(": ")
                    .append(record.getMessage())
                    .append('\n');
            if (record.getThrown() != null) record.getThrown().printStackTrace(new PrintWriter(words));
        }
        return words.toString();
    }

    /// Any thread may log.
    private static final class Book extends Handler {
        private final List<LogRecord> records = new ArrayList<>();

        Book() {
            setLevel(Level.ALL);
        }

        @Override
        public synchronized void publish(LogRecord record) {
            records.add(record);
        }

        synchronized List<LogRecord> take() {
            var taken = List.copyOf(records);
            records.clear();
            return taken;
        }

        synchronized int size() {
            return records.size();
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
