package dev.holdfast.echo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/// All that was seen, round by round.
final class Figures {
    private final Map<Place, List<Sample>> samples = new LinkedHashMap<>();
    private final Map<Place, List<Double>> bytes = new LinkedHashMap<>();

    /// A cell of a server.
    private record Place(Cell cell, Contender contender) {
        String json() {
            return "\"cell\": \"" + cell + "\", \"server\": \"" + contender.title + "\"";
        }
    }

    void add(Cell cell, Contender contender, Sample sample) {
        samples.computeIfAbsent(new Place(cell, contender), _ -> new ArrayList<>())
                .add(sample);
    }

    /// Each idle connection has cost so many bytes of heap.
    void addBytes(Cell cell, Contender contender, double each) {
        bytes.computeIfAbsent(new Place(cell, contender), _ -> new ArrayList<>())
                .add(each);
    }

    /// {@return `what` of each round of a cell; nothing if it was not measured}
    List<Double> of(Cell cell, Contender contender, ToDoubleFunction<Sample> what) {
        return samples.getOrDefault(new Place(cell, contender), List.of()).stream()
                .mapToDouble(what)
                .boxed()
                .toList();
    }

    /// {@return how many bytes each connection has cost, as often as that was measured}
    List<Double> bytesOf(Cell cell, Contender contender) {
        return bytes.getOrDefault(new Place(cell, contender), List.of());
    }

    /// {@return `what` of `one` over that of `other`, round by round: what ran side by side is compared}
    List<Double> ratios(Cell cell, Contender one, Contender other, ToDoubleFunction<Sample> what) {
        return ratios(of(cell, one, what), of(cell, other, what));
    }

    /// {@return `above` over `below`, one by one}
    static List<Double> ratios(List<Double> above, List<Double> below) {
        return IntStream.range(0, Math.min(above.size(), below.size()))
                .mapToObj(round -> above.get(round) / below.get(round))
                .toList();
    }

    /// Writes a line for each round of each cell to `file`.
    void write(Path file) throws IOException {
        var lines = new ArrayList<String>();
        samples.forEach((place, rounds) -> {
            for (var sample : rounds) lines.add("{" + place.json() + ", " + sample.json() + "}");
        });
        bytes.forEach((place, each) -> {
            for (var one : each) lines.add("{" + place.json() + ", \"bytesEach\": " + one + "}");
        });
        Files.writeString(file, String.join(",\n", lines).transform(text -> "[\n" + text + "\n]\n"));
    }
}
