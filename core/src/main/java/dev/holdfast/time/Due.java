package dev.holdfast.time;

/// Something with a moment of its own, kept in an [Agenda].
public abstract class Due {
    static final int NOWHERE = -1;

    final long moment; // nanoseconds on the agenda's clock
    long order; // ties: who was added first goes first
    int place = NOWHERE; // where it stands in the agenda's heap

    /// Something due at `moment`.
    ///
    /// @param moment in nanoseconds of the clock that its agenda goes by
    protected Due(long moment) {
        this.moment = moment;
    }

    /// {@return the moment it is due, in nanoseconds}
    public final long moment() {
        return moment;
    }

    /// {@return whether it stands in an agenda}
    public final boolean isListed() {
        return place != NOWHERE;
    }

    final boolean isBefore(Due that) {
        long later = this.moment - that.moment; // by difference: nanoTime may overflow
        return later < 0 || (later == 0 && this.order < that.order);
    }
}
