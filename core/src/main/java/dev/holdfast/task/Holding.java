package dev.holdfast.task;

import dev.holdfast.chain.Link;

/// Something that a task holds and must give back before it ends: a lock.
public abstract class Holding extends Link {
    /// For the floors above.
    protected Holding() {}

    /// `holder` has ended without giving it back.
    protected abstract void abandoned(Task<?> holder);
}
