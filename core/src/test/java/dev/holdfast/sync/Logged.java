package dev.holdfast.sync;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/// What `dev.holdfast.sync` logs while this is open; it goes nowhere else.
final class Logged extends Handler implements AutoCloseable {
    private final Logger logger = Logger.getLogger("dev.holdfast.sync");
    private final List<String> lines = new ArrayList<>();

    Logged() {
        logger.setUseParentHandlers(false);
        logger.addHandler(this);
    }

    /// Returns what was logged so far, as `LEVEL message`.
    List<String> lines() {
        return lines;
    }

    @Override
    public void publish(LogRecord line) {
        lines.add(line.getLevel() + " " + line.getMessage());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        logger.removeHandler(this);
        logger.setUseParentHandlers(true);
    }
}
