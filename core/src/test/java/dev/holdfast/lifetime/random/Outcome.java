package dev.holdfast.lifetime.random;

import java.util.List;
import java.util.Map;

/// How a program ended.
///
/// @param ends of each task that began
/// @param struck who met a verdict, once for each, in the order of the verdicts
record Outcome(Map<String, End> ends, List<String> struck) {
    /// How a task ended: by what it was thrown.
    enum End {
        WELL,
        CANCELLED,
        DEADLOCK,
        BROKEN,
        TOO_SLOW,
        OTHER_CANCELLED // it waited for one that was cancelled
    }
}
