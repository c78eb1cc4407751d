package dev.holdfast.task;

/// Told what coroutines do, as they do it, on their loop. Implementations must be quick and must not throw.
public interface Probe {
    /// Sees nothing.
    Probe SILENT = new Probe() {};

    /// {@return a probe that tells `first` and then `second`}
    ///
    /// @param first [#SILENT] if there is none
    /// @param second [#SILENT] if there is none
    static Probe both(Probe first, Probe second) {
        if (first == SILENT) return second;
        return second == SILENT ? first : new Both(first, second);
    }

    /// `task` was started; its body has not run yet.
    ///
    /// @param task stands in line for the first time
    default void started(Task<?> task) {}

    /// `task` begins to wait for `where`.
    ///
    /// @param task the current one
    /// @param where a queue, a lock, a future, or a word: its `toString` is for messages
    default void parked(Task<?> task, Object where) {}

    /// `task` was granted what it waited for, or its wait was cancelled; it stands in line.
    ///
    /// @param task goes on in a later turn
    default void granted(Task<?> task) {}

    /// The body of `task` has ended.
    ///
    /// @param task whose future is settled after this
    default void finished(Task<?> task) {}
}
