package dev.holdfast.lifetime.random;

import static java.util.Objects.requireNonNull;

import dev.holdfast.lifetime.random.Outcome.End;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How far a cancellation reaches: a task, the tasks and the block of a scope, the body of a limit (rule 21). Where
/// two meet the outer one wins (rule 49).
final class Region {
    private final @Nullable Region around;
    private final @Nullable Figure occupant; // null for the outermost
    private final List<Region> inner = new ArrayList<>();
    private @Nullable Region cancelled; // the one that was, this or one around it
    private @Nullable Thrown failure; // for which this was cancelled
    private boolean failureThrown; // to the occupant, who gets it once
    private boolean felt; // somebody was thrown out of a wait by the cancellation of this

    /// What comes out of a wait, or out of a task.
    ///
    /// @param region whose cancellation it is; null if it is none
    record Thrown(End end, @Nullable Region region) {
        static final Thrown DEADLOCK = new Thrown(End.DEADLOCK, null);
        static final Thrown BROKEN = new Thrown(End.BROKEN, null);
        static final Thrown TOO_SLOW = new Thrown(End.TOO_SLOW, null);
        static final Thrown OTHER_CANCELLED = new Thrown(End.OTHER_CANCELLED, null);

        boolean isCancellation() {
            return end == End.CANCELLED;
        }

        boolean isOf(Region region) {
            return this.region == region;
        }
    }

    private Region(@Nullable Region around, @Nullable Figure occupant) {
        this.around = around;
        this.occupant = occupant;
    }

    static Region outermost() {
        return new Region(null, null);
    }

    Region inside(Figure occupant) {
        var region = new Region(this, occupant);
        inner.add(region);
        region.cancelled = cancelled;
        return region;
    }

    /// Ends it, and returns what is around it.
    Region close() {
        var around = requireNonNull(this.around);
        around.inner.remove(this);
        return around;
    }

    boolean isCancelled() {
        return cancelled != null;
    }

    /// Whether this was cancelled, and not overtaken by one around it.
    boolean isCancelledItself() {
        return cancelled == this;
    }

    boolean wasFelt() {
        return felt;
    }

    void cancel() {
        cancel(null);
    }

    void cancel(@Nullable Thrown failure) {
        if (cancelled != null) return;
        this.failure = failure;
        spread(this);
    }

    /// From above, the elder first. Who lives here is told when the innermost region that it stands in is reached.
    private void spread(Region source) {
        cancelled = source;
        if (occupant != null && occupant.standsIn(this)) occupant.cancelled();
        for (var region : List.copyOf(inner)) region.spread(source);
    }

    /// Returns what throws `figure` out of its wait.
    Thrown thrownTo(Figure figure) {
        var source = requireNonNull(cancelled);
        source.felt = true;
        if (source.failure == null || source.failureThrown || source.occupant != figure)
            return new Thrown(End.CANCELLED, source);
        source.failureThrown = true;
        return source.failure;
    }
}
