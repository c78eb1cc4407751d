package dev.holdfast.proofs;

import java.util.Locale;

/// What came of a proof.
///
/// @param proof its name
/// @param holds whether nothing happened that is not allowed
/// @param story what was done, and if it does not hold, what happened
record Verdict(String proof, boolean holds, String story) {
    /// {@return a line: the name, and the verdict}
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%-32s  %s  %s", proof, holds ? "holds " : "FAILED", story);
    }
}
