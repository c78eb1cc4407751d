package dev.holdfast.lifetime.random;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// What was played.
final class Tally {
    private final Map<Construct, Integer> programsWith = new EnumMap<>(Construct.class);
    private final Map<Integer, Integer> constructs = new TreeMap<>(); // how many programs have so many
    private final Map<Integer, Integer> depths = new TreeMap<>();
    private final Map<Integer, Integer> tasks = new TreeMap<>();
    private final Map<Integer, Integer> verdicts = new TreeMap<>();
    private int played;
    private int tooSimple;
    private int leftToChance;
    private int overlooked;

    void tooSimple() {
        tooSimple++;
    }

    void leftToChance() {
        leftToChance++;
    }

    void overlooked() {
        overlooked++;
    }

    void add(Script script, Outcome outcome) {
        played++;
        var found = Construct.in(script);
        for (var construct : found) count(programsWith, construct);
        count(constructs, found.size());
        count(depths, script.depth());
        count(tasks, outcome.ends().size());
        count(verdicts, outcome.struck().size());
    }

    private static <K> void count(Map<K, Integer> counts, K key) {
        counts.merge(key, 1, Integer::sum);
    }

    /// Returns the percentage of programs that were not played because their end is a matter of chance.
    int percentLeftToChance() {
        return 100 * leftToChance / (leftToChance + played);
    }

    int overlookedChances() {
        return overlooked;
    }

    /// Returns the percentage of programs in which somebody met a verdict.
    int percentStuck() {
        return percent(played - verdicts.getOrDefault(0, 0));
    }

    int percentWith(Construct construct) {
        return percent(programsWith.getOrDefault(construct, 0));
    }

    private int percent(int programs) {
        return 100 * programs / played;
    }

    @Override
    public String toString() {
        var text = new StringBuilder();
        line(
                text,
                "%,d programs; not played: %,d that are too simple, %,d whose end is left to chance, and %d of those in"
                        + " which that was noticed late",
                played,
                tooSimple,
                leftToChance,
                overlooked);
        line(text, "  somebody stuck in %d %%; verdicts in a program (of how many): %s", percentStuck(), verdicts);
        line(text, "  constructs: %s; depth: %s", constructs, depths);
        line(text, "  tasks that ran: %s", tasks);
        programsWith.forEach((construct, programs) -> line(
                text, "  %3d %% with %s", percent(programs), construct.name().toLowerCase(Locale.ROOT)));
        return text.toString();
    }

    private static void line(StringBuilder text, String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
