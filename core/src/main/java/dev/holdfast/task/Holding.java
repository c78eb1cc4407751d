package dev.holdfast.task;

import dev.holdfast.chain.Link;

/// Something that a task holds and must give back before it ends: a lock.
public abstract class Holding extends Link {
    /// For the floors above.
    protected Holding() {}

    /// `holder` has ended without giving it back.
    ///
    /// @param holder for messages; nothing of it runs any more
    protected abstract void abandoned(Task<?> holder);
}
