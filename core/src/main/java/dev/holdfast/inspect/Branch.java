package dev.holdfast.inspect;

import java.util.List;

/// A scope or a task in the tree of a loop, as it stood when somebody looked.
public sealed interface Branch permits ScopeInfo, TaskInfo {
    /// {@return what it is called}
    String name();

    /// {@return what stands inside it, in the order in which it came: the blocks that a task is in, the tasks of a
    /// block}
    List<Branch> inside();

    /// {@return how many tasks are inside it that were not looked at, because they are too many or too deep}
    int hidden();
}
