package dev.holdfast.peers.works;

import static dev.holdfast.benchmarks.Figures.quantile;

import dev.holdfast.benchmarks.Figures;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/// Who took how long, of several rounds. In a round everybody did the same work one after the other, so a ratio is
/// taken
/// in each of them, from its medians; the median of the ratios stands in the table.
///
/// @param entrants Holdfast first
record Standings(List<Entrant> entrants, List<Figures> rounds) {
    private static final String HEAD = """
            | work | on | what it gives | median | 10 % – 90 % | to Holdfast | gate |
            |---|---|---|---|---|---|---|
            """;

    /// {@return the table, in Markdown} Who was not measured is left out.
    String table() {
        var table = new StringBuilder(HEAD);
        for (var work : Work.values()) {
            var lines = new ArrayList<String>();
            for (var entrant : entrants) {
                if (!all(work, entrant).isEmpty()) lines.add(line(lines.isEmpty(), work, entrant));
            }
            lines.forEach(table::append);
        }
        return table.toString();
    }

    private String line(boolean isFirst, Work work, Entrant entrant) {
        var values = all(work, entrant);
        var ratio = ratio(work, entrant, entrants.getFirst());
        return "| %s | %s | %s | %s %s | %s – %s | %s | %s |%n"
                .formatted(
                        isFirst ? work.title : "",
                        entrant.title(),
                        entrant.gives().words,
                        number(quantile(0.5, values)),
                        work.unit(),
                        number(quantile(0.1, values)),
                        number(quantile(0.9, values)),
                        ratio.isEmpty() ? "" : String.format(Locale.ROOT, "%.2f", ratio.getAsDouble()),
                        verdict(work, entrant, ratio));
    }

    private String verdict(Work work, Entrant entrant, OptionalDouble ratio) {
        if (work == Work.PARKED && entrant.gives() == Gives.ITSELF) {
            var limit = entrants.stream()
                    .filter(each -> each.gives() == Gives.LIMIT)
                    .findFirst();
            var toLimit = limit.isEmpty() ? OptionalDouble.empty() : ratio(work, entrant, limit.get());
            return toLimit.isEmpty() ? "" : Gives.verdictOnBytes(toLimit.getAsDouble());
        }
        return ratio.isEmpty() ? "" : entrant.gives().verdict(work, ratio.getAsDouble());
    }

    /// How many times as much it is as that of `base`; empty if they were not measured in the same round.
    private OptionalDouble ratio(Work work, Entrant entrant, Entrant base) {
        var ratios = new ArrayList<Double>();
        for (var round : rounds) {
            var above = round.of(entrant.figure(work));
            var below = round.of(base.figure(work));
            if (!above.isEmpty() && !below.isEmpty()) ratios.add(quantile(0.5, above) / quantile(0.5, below));
        }
        return ratios.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(quantile(0.5, ratios));
    }

    private List<Double> all(Work work, Entrant entrant) {
        return rounds.stream()
                .flatMap(round -> round.of(entrant.figure(work)).stream())
                .toList();
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value < 100 ? "%.1f" : "%,.0f", value);
    }
}
