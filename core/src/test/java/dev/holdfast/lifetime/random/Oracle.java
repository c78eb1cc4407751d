package dev.holdfast.lifetime.random;

import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Says how a program ends, by the rules alone: nothing that it is made of knows Holdfast.
///
/// On the loop there is no chance: all stand in one line. When something comes from outside, a thread or a collection
/// or a timer, nobody can say. So the oracle has many visions, and in each it comes at another moment. A program whose
/// end depends on that says nothing about Holdfast, and no end is foretold.
///
/// A [Vision] is a loop ([Turns]) on which [Figure]s act, in [Region]s that can be cancelled. They [Wait] for what
/// comes from [Outside], for a [Prospect], for [Props] or for their [Troupe]; and when all is quiet there is a
/// [Verdict].
final class Oracle {
    /// For each program.
    static final int VISIONS = 300;

    private static final int VERY_MANY = 100_000;

    private Oracle() {}

    /// Returns how `script` ends; null if that is a matter of chance, or it never does.
    static @Nullable Outcome ask(Script script) {
        var chance = new SplittableRandom(script.seed());
        var first = Vision.of(script, chance);
        for (int i = 1; first != null && i < VISIONS; i++) if (!first.equals(Vision.of(script, chance))) return null;
        return first;
    }

    /// Returns whether `script` might end like this too, by a chance that is rarer than one in [#VISIONS].
    static boolean isPossible(Script script, Outcome end) {
        var chance = new SplittableRandom(~script.seed());
        return Stream.generate(() -> Vision.of(script, chance))
                .limit(VERY_MANY)
                .filter(Objects::nonNull)
                .anyMatch(end::equals);
    }
}
