package dev.holdfast.task;

/// Told what coroutines do, as they do it, on their loop. Implementations must be quick and must not throw.
public interface Probe {
    /// Sees nothing.
    Probe SILENT = new Probe() {};

    /// `task` was started; its body has not run yet.
    default void started(Task<?> task) {}

    /// `task` begins to wait for `where`.
    default void parked(Task<?> task, Object where) {}

    /// `task` was granted what it waited for, or its wait was cancelled; it stands in line.
    default void granted(Task<?> task) {}

    /// The body of `task` has ended.
    default void finished(Task<?> task) {}
}
