package dev.holdfast.peers.works;

import dev.holdfast.benchmarks.Figures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Runs every work on everybody in rounds, and prints the table. `Compare SCRIPTS FOLDER [--quick] [filter]`; those
/// in Python are in `SCRIPTS`, the figures go to `FOLDER/round-*.json`, and the filter is a regular expression, looked
/// for in `WORK.NAME`.
///
/// In a round a work goes from one to the next, each in a process of its own, before the next work begins; every other
/// round goes backwards. So a slow minute of the machine is shared by those who are compared.
final class Compare {
    private static final Pattern LIBRARY =
            Pattern.compile("(kotlin-stdlib|kotlinx-coroutines-core|vertx-core|channels)(?:-jvm)?-(\\d[\\d.]*)\\.jar");

    private Compare() {}

    public static void main(String... args) throws Exception {
        var entrants = Entrant.all(Path.of(args[0]));
        var folder = Files.createDirectories(Path.of(args[1]));
        var wishes = new ArrayList<>(List.of(args).subList(2, args.length));
        var effort = wishes.remove("--quick") ? Effort.QUICK : Effort.FULL;
        var filter = Pattern.compile(wishes.isEmpty() ? "" : wishes.getFirst());
        forget(folder);
        var rounds = new ArrayList<Figures>();
        for (int round = 1; round <= effort.rounds(); round++) {
            System.err.println("round " + round + " of " + effort.rounds());
            var figures = run(round % 2 == 1 ? entrants : entrants.reversed(), filter, effort);
            figures.write(folder.resolve("round-" + round + ".json"));
            rounds.add(figures);
        }
        if (effort == Effort.QUICK) System.out.println("A quick look, at code that was hardly compiled: no figures.\n");
        System.out.println(new Standings(entrants, rounds).table());
        for (var entrant : entrants) tellAbsence(entrant);
        System.out.println(versions());
    }

    private static void forget(Path folder) throws IOException {
        try (var files = Files.newDirectoryStream(folder, "round-*.json")) {
            for (var file : files) Files.delete(file);
        }
    }

    private static Figures run(List<Entrant> order, Pattern filter, Effort effort) throws Exception {
        var figures = new Figures();
        for (var work : Work.values()) {
            for (var entrant : order) {
                var name = entrant.figure(work);
                if (!filter.matcher(name).find()) continue;
                if (!entrant.way().absence().isEmpty() || !entrant.way().has(work)) continue;
                System.err.println(name);
                for (double value : entrant.way().measure(work, effort)) figures.add(name, value);
            }
        }
        return figures;
    }

    private static void tellAbsence(Entrant entrant) {
        var absence = entrant.way().absence();
        if (!absence.isEmpty()) System.out.println("NOT RUN: " + entrant.title() + ", for " + absence + "\n");
    }

    private static String versions() {
        var libraries = LIBRARY.matcher(System.getProperty("java.class.path"))
                .results()
                .map(library -> library.group(1).replace("channels", "jox") + " " + library.group(2))
                .distinct()
                .sorted()
                .collect(Collectors.joining(", "));
        var python = OnPython.PYTHON.isEmpty() ? "" : ", CPython " + System.getProperty("python.version");
        var tornado = OnPython.TORNADO.isEmpty() ? "" : ", Tornado " + OnPython.TORNADO;
        return "JDK " + Runtime.version() + ", " + libraries + python + tornado + "; "
                + Runtime.getRuntime().availableProcessors() + " processors";
    }
}
