package dev.holdfast.lifetime.random;

import dev.holdfast.lifetime.random.Region.Thrown;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// The tasks of one scope, and the block that started them, which ends when they have ended (rules 43 to 47).
final class Troupe {
    private final Figure owner;
    private final SplittableRandom chance;
    private final Region block;
    private final List<Figure> playing = new ArrayList<>();
    private @Nullable Thrown failure; // the first of a task
    private @Nullable Wait wait; // of the owner, for the tasks

    /// The owner steps into its block.
    Troupe(Figure owner, SplittableRandom chance) {
        this.owner = owner;
        this.chance = chance;
        this.block = owner.enterRegion();
    }

    Region block() {
        return block;
    }

    void add(Figure figure) {
        playing.add(figure);
    }

    /// A failure cancels the other tasks, and the block.
    void ended(Figure figure, @Nullable Thrown failure) {
        playing.remove(figure);
        if (failure != null) {
            if (this.failure == null) this.failure = failure;
            block.cancel(failure);
        }
        if (playing.isEmpty() && wait != null) wait.grant();
    }

    /// Then the owner joins the tasks; or cancels them and awaits them, if it was thrown something.
    @Nullable Thrown blockLeft(@Nullable Thrown thrown) {
        if (thrown == null) {
            owner.begin(this::join, this::joined);
        } else {
            if (!playing.isEmpty()) block.cancel();
            owner.begin(this::guard, _ -> afterFailure(thrown));
        }
        return null;
    }

    private void join() {
        if (owner.mayWait() && !playing.isEmpty()) await(new Join());
    }

    /// Who is thrown out of the join still awaits the tasks (rule 45).
    private @Nullable Thrown joined(@Nullable Thrown thrown) {
        if (thrown == null) return afterJoin();
        owner.begin(this::guard, _ -> afterJoin());
        return null;
    }

    private void guard() {
        if (!playing.isEmpty()) await(new Guard());
    }

    private void await(Wait wait) {
        this.wait = wait;
        owner.await(wait);
    }

    private @Nullable Thrown afterJoin() {
        var around = owner.leaveRegion();
        return around.isCancelled() ? around.thrownTo(owner) : failure;
    }

    /// What the block throws is thrown on (rule 46). If that is but the block's own cancellation, what it came of is.
    private @Nullable Thrown afterFailure(Thrown thrown) {
        return thrown.isOf(block) ? afterJoin() : leave(thrown);
    }

    private Thrown leave(Thrown thrown) {
        owner.leaveRegion();
        return thrown;
    }

    private class Join extends Wait {
        Join() {
            super(owner);
        }

        /// For any of them.
        @Override
        @Nullable Figure blocker() {
            return playing.isEmpty() ? null : playing.get(chance.nextInt(playing.size()));
        }

        @Override
        boolean isGuard() {
            return true;
        }
    }

    /// No cancellation ends this one.
    private final class Guard extends Join {
        @Override
        void cancelled() {}

        @Override
        @Nullable Thrown over() {
            return null;
        }
    }
}
