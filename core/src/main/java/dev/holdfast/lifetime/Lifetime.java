package dev.holdfast.lifetime;

import dev.holdfast.loop.IOLoop;
import dev.holdfast.loop.Resident;

/// Brings the guarantee to every loop. For the service loader.
public final class Lifetime implements Resident {
    /// For the service loader.
    public Lifetime() {}

    @Override
    public void moveIn(IOLoop loop) {
        Quiescence.of(loop);
    }

    /// For the end of a run, before what is left is cancelled: reports each task that nothing could have woken any
    /// more (rule 9).
    ///
    /// @param loop which does not run
    public static void reportLost(IOLoop loop) {
        Quiescence.of(loop).reportLost();
    }
}
