package dev.holdfast.future;

import dev.holdfast.chain.Link;
import org.jspecify.annotations.Nullable;

/// Somebody who is told at once when a future settles, in the middle of whoever settled it: so it must be quick,
/// must not throw and must run nobody's code. Waiting tasks and derived futures are such; users listen with
/// [Future#onDone].
///
/// @param <T> the future's value
public abstract class Listener<T extends @Nullable Object> extends Link {
    /// For the floors above.
    protected Listener() {}

    /// Takes note of the outcome. The listener has left the future already.
    ///
    /// @param outcome the future's
    protected abstract void settled(Outcome<T> outcome);

    /// Returns the future that [#settled] has settled without telling anybody, so that its listeners come next;
    /// null if there is none.
    @Nullable Future<?> derived() {
        return null;
    }
}
