package dev.holdfast.lifetime.random;

import dev.holdfast.lifetime.random.Region.Thrown;
import org.jspecify.annotations.Nullable;

/// One wait of one figure. It ends once: by what was waited for, by a cancellation, or by a verdict. Then the figure
/// stands in line, and goes on when its turn comes.
class Wait {
    private final Figure figure;
    private boolean pending = true;
    private boolean undone; // by a cancellation
    private @Nullable Thrown thrown; // when the figure goes on

    Wait(Figure figure) {
        this.figure = figure;
    }

    final Figure figure() {
        return figure;
    }

    final boolean isPending() {
        return pending;
    }

    /// What was waited for is here.
    final void grant() {
        end(null);
    }

    /// What was waited for is here, and so is the turn of the figure.
    final void grantAtItsTurn() {
        pending = false;
        figure.act();
    }

    /// What was waited for is here, or has failed.
    final void end(@Nullable Thrown thrown) {
        if (!pending) return;
        pending = false;
        this.thrown = thrown;
        figure.standInLine();
    }

    final void breakOff(Thrown thrown) {
        if (!pending) return;
        leave();
        end(thrown);
    }

    /// The figure was.
    void cancelled() {
        if (!pending) return;
        undone = true;
        leave();
        grant();
    }

    /// The turn of the figure has come: returns what it is thrown. If it was cancelled since the grant, that is given
    /// back (rule 22), unless it cannot be any more.
    @Nullable Thrown over() {
        if (figure.isCancelled() && (undone || thrown != null || giveBack())) return figure.cancellation();
        if (thrown == null) had();
        return thrown;
    }

    // ---- what makes one wait another

    /// Leaves the line in which it stands.
    void leave() {}

    /// Undoes the grant; returns false if that cannot be.
    boolean giveBack() {
        return true;
    }

    /// The figure goes on with what it was granted.
    void had() {}

    /// Returns for whom it is; null for nobody in particular.
    @Nullable Figure blocker() {
        return null;
    }

    /// Whether no verdict ends it.
    boolean isBeyondJudgement() {
        return false;
    }

    /// Whether the tasks of a scope would be left behind if a verdict ended it.
    boolean isGuard() {
        return false;
    }

    /// A wait that no verdict ends: it is on purpose, or one of the JDK's, or for work elsewhere.
    static class Beyond extends Wait {
        Beyond(Figure figure) {
            super(figure);
        }

        @Override
        final boolean isBeyondJudgement() {
            return true;
        }
    }
}
