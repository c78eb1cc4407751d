package dev.holdfast.lifetime.random;

import dev.holdfast.lifetime.random.Region.Thrown;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// A future (rules 13 to 16, 25 and 26).
final class Prospect {
    private final @Nullable Figure driver; // who settles it; null for nobody in particular
    private final List<Wait> waits = new ArrayList<>();
    private final List<Several> parts = new ArrayList<>(); // of what is made of this and others; told last
    private boolean done;
    private @Nullable Thrown failure;

    Prospect(@Nullable Figure driver) {
        this.driver = driver;
    }

    boolean isDone() {
        return done;
    }

    void settle(@Nullable Thrown failure) {
        if (done) return;
        done = true;
        this.failure = failure;
        for (var wait : List.copyOf(waits)) wait.end(failure);
        for (var part : List.copyOf(parts)) part.look();
    }

    void await(Figure figure) {
        begin(new Single(figure));
    }

    /// Waits for it, a moment at most (rule 27).
    void awaitAtMost(Figure figure, Turns turns) {
        var wait = new Single(figure);
        begin(wait);
        if (wait.isBegun()) turns.timer(() -> wait.breakOff(Thrown.TOO_SLOW));
    }

    private void begin(Wait wait) {
        var figure = wait.figure();
        if (!figure.mayWait()) return;
        if (done) {
            figure.meet(failure);
            return;
        }
        waits.add(wait);
        figure.await(wait);
    }

    private final class Single extends Wait {
        Single(Figure figure) {
            super(figure);
        }

        boolean isBegun() {
            return waits.contains(this);
        }

        @Override
        @Nullable Figure blocker() {
            return driver;
        }

        @Override
        void leave() {
            waits.remove(this);
        }
    }

    /// Waits for all of `prospects`, whatever becomes of them; then for the first failure in the list (rule 25).
    static void awaitAll(Figure figure, List<Prospect> prospects, SplittableRandom chance) {
        new Several(figure, prospects, chance) {
            @Override
            boolean isDecided() {
                return prospects.stream().allMatch(Prospect::isDone);
            }

            @Override
            @Nullable Thrown outcome() {
                return prospects.stream()
                        .map(prospect -> prospect.failure)
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse(null);
            }
        }.begin();
    }

    /// Waits for the first of `prospects` (rule 26).
    static void awaitFirst(Figure figure, List<Prospect> prospects, SplittableRandom chance) {
        new Several(figure, prospects, chance) {
            @Override
            boolean isDecided() {
                return prospects.stream().anyMatch(Prospect::isDone);
            }

            @Override
            @Nullable Thrown outcome() {
                return prospects.stream().filter(Prospect::isDone).findFirst().orElseThrow().failure;
            }
        }.begin();
    }

    /// A wait for several.
    private abstract static class Several extends Wait {
        private final List<Prospect> prospects;
        private final SplittableRandom chance;

        Several(Figure figure, List<Prospect> prospects, SplittableRandom chance) {
            super(figure);
            this.prospects = prospects;
            this.chance = chance;
        }

        abstract boolean isDecided();

        abstract @Nullable Thrown outcome();

        void begin() {
            if (!figure().mayWait()) return;
            if (isDecided()) {
                figure().meet(outcome());
                return;
            }
            for (var prospect : prospects) prospect.parts.add(this);
            figure().await(this);
        }

        void look() {
            if (isPending() && isDecided()) end(outcome());
        }

        /// Of several it is any that has not ended.
        @Override
        @Nullable Figure blocker() {
            var drivers = prospects.stream()
                    .filter(prospect -> !prospect.done)
                    .map(prospect -> prospect.driver)
                    .filter(Objects::nonNull)
                    .toList();
            return drivers.isEmpty() ? null : drivers.get(chance.nextInt(drivers.size()));
        }

        @Override
        void leave() {
            for (var prospect : prospects) prospect.parts.remove(this);
        }
    }
}
