package dev.holdfast.benchmarks;

import static dev.holdfast.benchmarks.Figures.quantile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/// Prints what was measured, and whether it is good enough. `Table FOLDER`, where the folder holds the files that
/// [Bench] leaves.
///
/// What has a baseline was measured beside it ([Beside]): its ratio is taken iteration by iteration, and the
/// medians stand in the table.
final class Table {

    private static final List<Row> ROWS = List.of(
            Row.bare("bare: unpark + park", "SwitchBenchmark.awaitTask", 300),
            Row.beside("await, task to task", "SwitchBenchmark.awaitTask", 1.5),
            Row.beside("await what a callback completes", "SwitchBenchmark.awaitCallback", 0),
            Row.bare("bare: yield", "SwitchBenchmark.yieldTask", 0),
            Row.beside("yieldNow", "SwitchBenchmark.yieldTask", 0),
            Row.beside("queue of 1, per item", "QueueBenchmark.one", 2.0),
            Row.beside("queue without bound, per item", "QueueBenchmark.unbounded", 2.0),
            Row.bare("bare: start + finish", "StartBenchmark.start", 0),
            Row.beside("start + finish", "StartBenchmark.start", 1.6),
            Row.beside("start + finish in a scope", "StartBenchmark.startInScope", 0),
            Row.beside("start + join", "StartBenchmark.startJoin", 0),
            Row.bare("bare: new CompletableFuture", "PromiseBenchmark.make", 0),
            Row.beside("new Promise", "PromiseBenchmark.make", 0),
            Row.within("timer: set + cancel, a million pending", "TimerBenchmark.setAndCancel", "ns", 300),
            Row.within("timer: the same, the soonest of them", "TimerBenchmark.setAndCancelSoonest", "ns", 300),
            Row.plain("callback: execute + run, in batches", "CallbackBenchmark.execute", "ns"),
            Row.plain("callback: execute + run, one a turn", "CallbackBenchmark.executeAgain", "ns"),
            Row.plain("callback by an External, 4 threads", "CallbackBenchmark.external", "ns"),
            Row.plain("bare: parked", "Retained.bare", "bytes"),
            Row.bytes("a parked task", "Retained.task", 1.7),
            Row.bytes("a parked task and its promise", "Retained.taskAndPromise", 0),
            Row.plain("a million tasks under -Xmx2g, each", "Million.nanosPerTask", "ns"),
            Row.within("a million tasks, peak heap", "Million.peakHeapMegabytes", "MB", 2048),
            Row.within("an idle loop, CPU", "Idle.cpuPercent", "%", 0.1),
            Row.plain("an idle loop that waits for a handle, CPU", "Idle.waitingForAHandleCpuPercent", "%"),
            Row.within("the same, time in collections", "Idle.waitingForAHandleCollecting", "%", 0.1));

    private Table() {}

    /// A line of the table.
    ///
    /// @param name of the benchmark
    /// @param kind what of it the line shows
    /// @param gate the most that is good enough; 0 if there is none
    private record Row(String label, String name, Kind kind, String unit, double gate) {
        private enum Kind {
            PLAIN, // the benchmark's own figure
            BARE, // the baseline that it ran beside
            BESIDE, // itself, against that
            BYTES // against what a bare thread retains
        }

        static Row plain(String label, String name, String unit) {
            return new Row(label, name, Kind.PLAIN, unit, 0);
        }

        static Row within(String label, String name, String unit, double most) {
            return new Row(label, name, Kind.PLAIN, unit, most);
        }

        static Row bare(String label, String name, double most) {
            return new Row(label, name, Kind.BARE, "ns", most);
        }

        static Row beside(String label, String name, double most) {
            return new Row(label, name, Kind.BESIDE, "ns", most);
        }

        static Row bytes(String label, String name, double most) {
            return new Row(label, name, Kind.BYTES, "bytes", most);
        }

        /// Returns this row's line, or an empty text if it was not measured.
        String line(List<Figures> rounds) {
            var values = new ArrayList<Double>();
            var ratios = new ArrayList<Double>();
            for (var round : rounds) {
                values.addAll(
                        switch (kind) {
                            case PLAIN, BYTES -> round.of(name);
                            case BARE -> divide(round.of(name + ":bareNanos"), round.of(name + ":operations"));
                            case BESIDE -> divide(round.of(name + ":nanos"), round.of(name + ":operations"));
                        });
                ratios.addAll(
                        switch (kind) {
                            case PLAIN, BARE -> List.<Double>of();
                            case BESIDE -> divide(round.of(name + ":nanos"), round.of(name + ":bareNanos"));
                            case BYTES -> divide(round.of(name), round.of("Retained.bare"));
                        });
            }
            if (values.isEmpty()) return "";
            var judged = ratios.isEmpty() ? values : ratios;
            return "| %s | %s %s | %s – %s | %s | %s | %s |%n"
                    .formatted(
                            label,
                            number(quantile(0.5, values)),
                            unit,
                            number(quantile(0.1, values)),
                            number(quantile(0.9, values)),
                            ratios.isEmpty() ? "" : ratio(quantile(0.5, ratios)),
                            gate == 0 ? "" : "≤ " + (ratios.isEmpty() ? number(gate) : ratio(gate)),
                            gate == 0 ? "" : quantile(0.5, judged) <= gate ? "ok" : "**missed**");
        }

        private static List<Double> divide(List<Double> above, List<Double> below) {
            return IntStream.range(0, Math.min(above.size(), below.size()))
                    .mapToObj(i -> above.get(i) / below.get(i))
                    .toList();
        }

        private static String number(double value) {
            return String.format(Locale.ROOT, value < 1 ? "%.3f" : value < 100 ? "%.1f" : "%,.0f", value);
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
