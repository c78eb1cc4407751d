package dev.holdfast.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Named figures, each measured several times, in files laid out as JMH's are.
public final class Figures {
    private static final Pattern ENTRY = Pattern.compile("(?=\"benchmark\" *:)");
    private static final Pattern NAME = Pattern.compile("\"benchmark\" *: *\"(?:[\\w.]*\\.)?(\\w+\\.\\w+)\"");
    private static final Pattern METRIC = // its name, and what was measured
            Pattern.compile("\"([\\w.]+)\" *: *\\{[^{}]*?(?:\\{[^{}]*}[^{}]*?)*?\"rawData\" *: *\\[([^{}\"]*)]");
    private static final Pattern NUMBER = Pattern.compile("-?\\d[\\d.]*(?:[eE][+-]?\\d+)?");

    private final Map<String, List<Double>> all = new LinkedHashMap<>();

    /// Reads those of `file`. The counters of a benchmark are called `Class.method:counter`.
    public static Figures read(Path file) {
        var figures = new Figures();
        try {
            ENTRY.splitAsStream(Files.readString(file)).forEach(figures::readEntry);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return figures;
    }

    private void readEntry(String entry) {
        var name = NAME.matcher(entry);
        if (!name.find()) return;
        for (var metric = METRIC.matcher(entry); metric.find(); ) {
            var suffix = metric.group(1).equals("primaryMetric") ? "" : ":" + metric.group(1);
            NUMBER.matcher(metric.group(2))
                    .results()
                    .forEach(number -> add(name.group(1) + suffix, Double.parseDouble(number.group())));
        }
    }

    /// Adds one measurement of what is called `name`, as `Class.method`.
    public void add(String name, double value) {
        all.computeIfAbsent(name, _ -> new ArrayList<>()).add(value);
    }

    /// Returns all measurements of what is called `name`.
    public List<Double> of(String name) {
        return all.getOrDefault(name, List.of());
    }

    /// Writes them to `file`.
    public void write(Path file) {
        var text = all.entrySet().stream()
                .map(entry -> "{\"benchmark\": \"" + entry.getKey() + "\", \"primaryMetric\": {\"rawData\": ["
                        + entry.getValue() + "]}}")
                .collect(Collectors.joining(",\n", "[\n", "\n]\n"));
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Returns the value that `share` of `values` lie below: 0.5 for the median.
    public static double quantile(double share, List<Double> values) {
        var sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        double place = share * (sorted.length - 1);
        int below = (int) place;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }
}
