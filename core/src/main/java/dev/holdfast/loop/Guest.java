package dev.holdfast.loop;

/// Somebody who lives on a loop, as the value of a [LoopLocal] or because a [Resident] sent him, and is asked when
/// the loop would like to end.
public interface Guest {
    /// {@return whether it is doing something of its own accord, so that the loop must not yet call it a day}
    default boolean isBusy() {
        return false;
    }

    /// {@return whether it waits on purpose, for an end that only the outside can bring} Then the loop waits with
    /// it, although nobody may come.
    default boolean isPatient() {
        return false;
    }

    /// Nothing that the loop counts can happen any more: nobody stands in line, nobody is busy, no timer and no
    /// door is open. The last moment to set something going.
    default void quiescent() {}

    /// It was quiescent, and is no more, or its run ends.
    default void awake() {}

    /// {@return whether something of it is left that has to end before the loop is closed}
    default boolean isLeft() {
        return false;
    }

    /// The loop is being closed: end what is left, as soon as it goes.
    default void leave() {}

    /// The loop's patience is over: say who refuses to leave. The last to come is asked first.
    default void evicted() {}
}
