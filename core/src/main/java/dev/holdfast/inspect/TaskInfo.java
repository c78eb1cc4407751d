package dev.holdfast.inspect;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A task, as it stood when somebody looked.
///
/// @param name the name it was started with, whatever that says
/// @param state what it does
/// @param waitsFor what it waits for, in words: `Queue[0/8] "jobs"`, `Lock[a] of Task[b]`; null if it does not wait
/// @param waited for how long, to a hundredth of a second; zero if it does not wait
/// @param at the line of the user's code in which it waits, is blocked or runs; null if there is none, and for one
/// that is ready
/// @param startedAt the line of the user's code that started it, if that was noted: see [dev.holdfast.loop.Origin]
/// @param holds the locks that it holds
/// @param cancelled the reason for which it was cancelled; null if it was not, or only with what is around it
/// @param inside the blocks that it is in
/// @param hidden how many tasks stand in them that were not looked at
public record TaskInfo(
        String name,
        State state,
        @Nullable String waitsFor,
        Duration waited,
        @Nullable String at,
        @Nullable String startedAt,
        List<String> holds,
        @Nullable String cancelled,
        List<Branch> inside,
        int hidden)
        implements Branch {
    /// What a task does.
    public enum State {
        /// Stands in line, to begin or to go on.
        READY,
        /// Is the one who looks.
        RUNNING,
        /// Stands in a call of the JDK's, and others run meanwhile.
        BLOCKED,
        /// Stands in one of Holdfast's waits.
        WAITING
    }

    /// Keeps copies.
    public TaskInfo {
        holds = List.copyOf(holds);
        inside = List.copyOf(inside);
    }
}
