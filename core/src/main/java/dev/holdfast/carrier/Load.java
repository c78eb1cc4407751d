package dev.holdfast.carrier;

/// What a carrier carries, as seen from below: a loop.
public interface Load {
    /// Runs turn after turn until the loop has stopped. The poller's body.
    void turns();

    /// {@return whether something arrived or fell due, so that the next turn needs the poller}
    boolean isPressing();

    /// {@return whether the poller will end the run when it goes on}
    boolean isStopping();

    /// Ends the poller's sleep, if it sleeps.
    void wakeup();
}
