package dev.holdfast.lifetime.random;

import dev.holdfast.lifetime.random.Region.Thrown;
import dev.holdfast.lifetime.random.Script.By;
import dev.holdfast.lifetime.random.Script.Fate;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// What comes from outside, as the oracle imagines it: some day, if it comes at all.
final class Outside {
    private final Turns turns;
    private final SplittableRandom chance;

    Outside(Turns turns, SplittableRandom chance) {
        this.turns = turns;
        this.chance = chance;
    }

    void sleep(Figure figure) {
        if (!figure.mayWait()) return;
        var wait = new Sleep(figure);
        figure.await(wait);
        wait.timer = turns.timer(wait::grant);
    }

    private static final class Sleep extends Wait {
        private Turns.@Nullable Arrival timer;

        Sleep(Figure figure) {
            super(figure);
        }

        @Override
        void leave() {
            if (timer != null) timer.cancel();
        }
    }

    void await(Figure figure, Fate fate) {
        switch (fate) {
            case COMPLETED -> await(figure, (Thrown) null);
            case CLOSED, DROPPED -> await(figure, Thrown.BROKEN);
            case STAGE -> awaitUnlessDone(figure);
            case WEAKLY -> sleep(figure); // the waiting task keeps what the timer knows weakly
        }
    }

    private void await(Figure figure, @Nullable Thrown failure) {
        if (!figure.mayWait()) return;
        var wait = new Wait(figure);
        figure.await(wait);
        turns.later(() -> wait.end(failure));
    }

    /// The other thread may have been there before anybody asked.
    private void awaitUnlessDone(Figure figure) {
        if (figure.mayWait() && chance.nextBoolean()) await(figure, (Thrown) null);
    }

    void hire(By by, Prospect slot) {
        Runnable settle = () -> slot.settle(null);
        switch (by) {
            case TIMER -> turns.timer(settle);
            case THREAD -> turns.later(settle);
            case CALLBACK -> turns.add(() -> perhapsLater(settle));
            case NOBODY -> {}
        }
    }

    /// Unless it was blocked in the JDK.
    private void perhapsLater(Runnable callback) {
        if (chance.nextBoolean()) callback.run();
        else turns.later(callback);
    }

    /// A word of the JDK's, which no cancellation ends: no wait of ours. On the carrier that cannot let others run
    /// meanwhile it takes no turn at all.
    void block(Figure figure) {
        if (chance.nextBoolean()) return;
        var wait = new Wait.Beyond(figure) {
            @Override
            void cancelled() {}

            @Override
            @Nullable Thrown over() {
                return null;
            }
        };
        figure.await(wait);
        turns.later(wait::grantAtItsTurn);
    }

    /// Waits until the call has ended, cancelled or not (rule 11). A cancellation may interrupt it in time (rule 23),
    /// or be too late.
    void offload(Figure figure) {
        if (!figure.mayWait()) return;
        var wait = new Wait.Beyond(figure) {
            private boolean interrupted;

            @Override
            void cancelled() {
                if (isPending()) interrupted = chance.nextBoolean();
            }

            @Override
            @Nullable Thrown over() {
                return interrupted ? figure.cancellation() : null;
            }
        };
        figure.await(wait);
        turns.later(wait::grant);
    }
}
