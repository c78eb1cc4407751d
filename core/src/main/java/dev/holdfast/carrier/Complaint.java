package dev.holdfast.carrier;

import org.jspecify.annotations.Nullable;

/// Something that went wrong, and that nobody was thrown: what the program's log says of it.
///
/// @param text the line in the log
/// @param error what is logged with it, or null
public record Complaint(String text, @Nullable Throwable error) {
    /// {@return the line, and what went with it}
    @Override
    public String toString() {
        return error == null ? text : text + ": " + error;
    }
}
