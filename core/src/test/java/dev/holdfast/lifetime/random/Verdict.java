package dev.holdfast.lifetime.random;

import static java.util.Comparator.comparing;
import static java.util.Comparator.comparingInt;
import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// Whom a verdict strikes when all is quiet: a leaf, who waits for nobody in particular; and only if there is none
/// somebody in a ring of those who wait for each other. Of them who met the fewest verdicts, and then the youngest.
final class Verdict {
    private static final Comparator<Figure> IN_TURN = comparingInt(Figure::verdicts)
            .thenComparing(comparingInt(Figure::number).reversed());

    private final Map<Figure, Wait> waits = new HashMap<>(); // of those who can be judged
    private final Map<Figure, Figure> blockers = new HashMap<>(); // for whom they wait, if for anybody

    private Verdict(List<Figure> figures) {
        for (var figure : figures) {
            var wait = figure.pending();
            if (wait == null || wait.isBeyondJudgement()) continue;
            waits.put(figure, wait);
            var blocker = wait.blocker();
            if (blocker != null) blockers.put(figure, blocker);
        }
    }

    /// Returns who is struck; null if all wait on purpose, or for one that does.
    static @Nullable Figure next(List<Figure> figures, SplittableRandom chance) {
        var verdict = new Verdict(figures);
        var leaf = verdict.waits.keySet().stream()
                .filter(figure -> !verdict.blockers.containsKey(figure))
                .min(IN_TURN)
                .orElse(null);
        return leaf != null ? leaf : verdict.oneInARing(chance);
    }

    /// Which ring, if there are several, is not said; so chance says it. Who guards the tasks of a scope comes last.
    private @Nullable Figure oneInARing(SplittableRandom chance) {
        var rings = new ArrayList<>(blockers.keySet().stream()
                .filter(this::isInARing)
                .sorted(comparingInt(Figure::number))
                .toList());
        if (rings.isEmpty()) return null;
        return ringOf(rings.get(chance.nextInt(rings.size()))).stream()
                .min(comparing((Figure figure) ->
                                requireNonNull(waits.get(figure)).isGuard())
                        .thenComparing(IN_TURN))
                .orElseThrow();
    }

    private boolean isInARing(Figure figure) {
        var at = blockers.get(figure);
        for (int steps = blockers.size(); steps > 0 && at != null && at != figure; steps--) at = blockers.get(at);
        return at == figure;
    }

    private List<Figure> ringOf(Figure member) {
        var ring = new ArrayList<Figure>();
        var at = member;
        do {
            ring.add(at);
            at = requireNonNull(blockers.get(at));
        } while (at != member);
        return ring;
    }
}
