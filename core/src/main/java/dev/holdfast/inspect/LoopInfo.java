package dev.holdfast.inspect;

import java.util.List;

/// A loop, as it stood when somebody looked.
public sealed interface LoopInfo {
    /// {@return what it is called: `IOLoop[main]`}
    String name();

    /// It let itself be looked at, between two turns: so all this was true at one moment.
    ///
    /// @param name what it is called
    /// @param ready how many callbacks and tasks stand in line
    /// @param timers how many timers are set
    /// @param externals the names of the doors that are open, and counted
    /// @param tasks how many tasks have not ended
    /// @param waiting how many of them wait
    /// @param root what all of them stand in
    record Answered(String name, int ready, int timers, List<String> externals, int tasks, int waiting, ScopeInfo root)
            implements LoopInfo {
        /// Keeps copies.
        public Answered {
            externals = List.copyOf(externals);
        }
    }

    /// It runs, and did not answer in time: somebody holds it.
    ///
    /// @param name what it is called
    /// @param holder who that is: `Task[a]`, `a callback`, `the loop's own work`
    /// @param stack where he is, innermost first
    /// @param tasks the names of its tasks, in the order in which they were started
    record Busy(String name, String holder, List<StackTraceElement> stack, List<String> tasks) implements LoopInfo {
        /// Keeps copies.
        public Busy {
            stack = List.copyOf(stack);
            tasks = List.copyOf(tasks);
        }
    }

    /// It does not run, now.
    ///
    /// @param name what it is called
    /// @param tasks the names of its tasks, in the order in which they were started
    record Resting(String name, List<String> tasks) implements LoopInfo {
        /// Keeps copies.
        public Resting {
            tasks = List.copyOf(tasks);
        }
    }

    /// It was closed.
    ///
    /// @param name what it is called
    record Closed(String name) implements LoopInfo {}
}
