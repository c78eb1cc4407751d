package dev.holdfast.benchmarks;

import static dev.holdfast.benchmarks.Figures.quantile;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Compares two revisions that were measured by turns, pair by pair: `Against BEFORE NOW`, folders with a folder for
/// each pair. `scripts/against` measures them.
///
/// In each JVM the subject stands beside its baseline; what is compared is that ratio, so a slow minute counts for
/// neither. The bound is the one that the median of all possible pairs lies below with 95 % certainty, whatever
/// their distribution: an order statistic of the pairs, by the binomial of the sign test (W. J. Conover, Practical
/// Nonparametric Statistics, 3rd edition, section 3.2).
final class Against {
    private static final List<String> NAMES = List.of("SwitchBenchmark.awaitTask", "StartBenchmark.start");
    private static final double CERTAINTY = 0.95;

    private Against() {}

    public static void main(String... args) throws Exception {
        System.out.println("| what | pairs | median of now / before | upper 95 % bound | bytes before | bytes now |");
        System.out.println("|---|---|---|---|---|---|");
        for (var name : NAMES) System.out.println(line(name, read(Path.of(args[0])), read(Path.of(args[1]))));
    }

    private static String line(String name, List<Figures> before, List<Figures> now) {
        var ratios = new ArrayList<Double>();
        for (int i = 0; i < before.size(); i++) ratios.add(toBare(name, now.get(i)) / toBare(name, before.get(i)));
        var sorted = ratios.stream().sorted().toList();
        return String.format(
                Locale.ROOT,
                "| %s | %d | %.3f | %.3f | %.1f | %.1f |",
                name,
                sorted.size(),
                quantile(0.5, sorted),
                sorted.get(boundOf(sorted.size())),
                bytes(name, before),
                bytes(name, now));
    }

    private static double toBare(String name, Figures figures) {
        var nanos = figures.of(name + ":nanos");
        var bare = figures.of(name + ":bareNanos");
        var ratios = new ArrayList<Double>();
        for (int i = 0; i < nanos.size(); i++) ratios.add(nanos.get(i) / bare.get(i));
        return quantile(0.5, ratios);
    }

    /// Of the subject and its baseline together, per operation.
    private static double bytes(String name, List<Figures> all) {
        var perInvocation = all.stream()
                .flatMap(figures -> figures.of(name + ":gc.alloc.rate.norm").stream())
                .toList();
        return quantile(0.5, perInvocation) / Measured.N;
    }

    /// Returns the index of the smallest of `n` sorted values that is an upper bound of the median.
    static int boundOf(int n) {
        double below = 0; // how likely at most so many of the values are less than the median
        double exactly = Math.pow(0.5, n);
        for (int i = 0; i < n; i++) {
            below += exactly;
            if (below >= CERTAINTY) return i;
            exactly *= (double) (n - i) / (i + 1);
        }
        return n - 1;
    }

    private static List<Figures> read(Path folder) throws Exception {
        try (var pairs = Files.list(folder)) {
            return pairs.sorted()
                    .map(pair -> Figures.read(pair.resolve("round-1.json")))
                    .toList();
        }
    }
}
