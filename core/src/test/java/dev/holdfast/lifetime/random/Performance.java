package dev.holdfast.lifetime.random;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One program, how it was to end, and how it ended on Holdfast.
///
/// @param trouble what else went wrong; null if nothing did
record Performance(
        Script script,
        Outcome foretold,
        Outcome seen,
        @Nullable String trouble) {
    boolean isAsForetold() {
        return trouble == null && foretold.equals(seen);
    }

    /// Returns who was reported as stuck although nobody should have been: a false alarm.
    List<String> falselyReported() {
        return less(seen.struck(), foretold.struck());
    }

    /// Returns who was stuck, and nobody said so.
    List<String> missed() {
        return less(foretold.struck(), seen.struck());
    }

    private static List<String> less(List<String> all, List<String> others) {
        var rest = new ArrayList<>(all);
        others.forEach(rest::remove);
        return rest;
    }

    @Override
    public String toString() {
        return "-Dholdfast.program=" + script.seed() + (trouble == null ? "" : ": " + trouble) + "\n  foretold: "
                + foretold + "\n  seen:     " + seen + "\n" + script;
    }
}
