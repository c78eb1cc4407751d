package dev.holdfast.benchmarks;

import static dev.holdfast.benchmarks.Figures.quantile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Prints what was measured, and whether it is good enough. `Table FOLDER`, where the folder holds the files that
/// [Bench] leaves.
///
/// A ratio is taken within a round, where subject and baseline ran within a minute or two of each other; what
/// stands in the table is the median over the rounds.
final class Table {
    private static final String SWITCH = "SwitchBenchmark.bareSwitch";
    private static final String START = "StartBenchmark.bareStart";

    private static final List<Row> ROWS = List.of(
            Row.within("bare: unpark + park", SWITCH, "ns", 300),
            Row.against("await, task to task", "SwitchBenchmark.awaitTask", SWITCH, 1.5),
            Row.against("await what a callback completes", "SwitchBenchmark.awaitCallback", SWITCH),
            Row.against("bare: yield", "SwitchBenchmark.bareYield", SWITCH),
            Row.against("yieldNow", "SwitchBenchmark.yieldTask", SWITCH),
            Row.against("queue of 1, per item", "QueueBenchmark.one", SWITCH, 2.0),
            Row.against("queue without bound, per item", "QueueBenchmark.unbounded", SWITCH, 2.0),
            Row.plain("bare: start + finish", START, "ns"),
            Row.against("start + finish", "StartBenchmark.start", START, 1.6),
            Row.against("start + finish in a scope", "StartBenchmark.startInScope", START),
            Row.against("start + join", "StartBenchmark.startJoin", START),
            Row.within("timer: set + cancel, a million pending", "TimerBenchmark.setAndCancel", "ns", 300),
            Row.within("timer: the same, the soonest of them", "TimerBenchmark.setAndCancelSoonest", "ns", 300),
            Row.plain("callback: execute + run, in batches", "CallbackBenchmark.execute", "ns"),
            Row.plain("callback: execute + run, one a turn", "CallbackBenchmark.executeAgain", "ns"),
            Row.plain("callback by an External, 4 threads", "CallbackBenchmark.external", "ns"),
            Row.plain("bare: parked", "Retained.bare", "bytes"),
            Row.against("a parked task", "Retained.task", "Retained.bare", 1.7),
            Row.against("a parked task and its promise", "Retained.taskAndPromise", "Retained.bare"),
            Row.plain("a million tasks under -Xmx2g, each", "Million.nanosPerTask", "ns"),
            Row.within("a million tasks, peak heap", "Million.peakHeapMegabytes", "MB", 2048));

    private Table() {}

    /// A line of the table. What has no baseline or no gate has 0 and an empty name there.
    private record Row(String label, String name, String unit, String baseline, double gate) {
        static Row plain(String label, String name, String unit) {
            return new Row(label, name, unit, "", 0);
        }

        static Row within(String label, String name, String unit, double most) {
            return new Row(label, name, unit, "", most);
        }

        static Row against(String label, String name, String baseline) {
            return against(label, name, baseline, 0);
        }

        static Row against(String label, String name, String baseline, double most) {
            return new Row(label, name, baseline.startsWith("Retained") ? "bytes" : "ns", baseline, most);
        }

        /// Returns this row's line, or an empty text if it was not measured.
        String line(List<Figures> rounds) {
            var values = new ArrayList<Double>();
            var ratios = new ArrayList<Double>();
            for (var round : rounds) {
                var mine = round.of(name);
                var bare = round.of(baseline);
                values.addAll(mine);
                if (!mine.isEmpty() && !bare.isEmpty()) ratios.add(quantile(0.5, mine) / quantile(0.5, bare));
            }
            if (values.isEmpty()) return "";
            return "| %s | %s %s | %s – %s | %s | %s | %s |%n"
                    .formatted(
                            label,
                            number(quantile(0.5, values)),
                            unit,
                            number(quantile(0.1, values)),
                            number(quantile(0.9, values)),
                            ratios.isEmpty() ? "" : ratio(quantile(0.5, ratios)),
                            gate == 0 ? "" : baseline.isEmpty() ? "≤ " + number(gate) : "≤ " + ratio(gate),
                            verdict(values, ratios));
        }

        private String verdict(List<Double> values, List<Double> ratios) {
            if (gate == 0) return "";
            var measured = baseline.isEmpty() ? values : ratios;
            if (measured.isEmpty()) return "no baseline";
            return quantile(0.5, measured) <= gate ? "ok" : "**missed**";
        }

        private static String number(double value) {
            return String.format(Locale.ROOT, value < 100 ? "%.1f" : "%,.0f", value);
        }

        private static String ratio(double value) {
            return String.format(Locale.ROOT, "%.2f", value);
        }
    }

    public static void main(String... args) throws IOException {
        System.out.print(of(Path.of(args[0])));
    }

    /// Returns the table of what `folder` holds, in Markdown.
    static String of(Path folder) throws IOException {
        List<Figures> rounds;
        try (var files = Files.list(folder)) {
            rounds = files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .map(Figures::read)
                    .toList();
        }
        var table =
                new StringBuilder("| what | median | 10 % – 90 % | to bare | gate | |\n|---|---|---|---|---|---|\n");
        for (var row : ROWS) table.append(row.line(rounds));
        return table.toString();
    }
}
