package dev.holdfast.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/// One run of one program in a process of its own.
///
/// @param verdict what was seen
/// @param hasLogged whether it wrote anything else
record Run(Verdict verdict, boolean hasLogged) {
    private static final int LIMIT = 60; // seconds; a program decides itself after six or so

    static Run of(List<String> command) throws IOException, InterruptedException {
        var output = Files.createTempFile("peer", ".out");
        var log = Files.createTempFile("peer", ".log");
        try {
            var process = new ProcessBuilder(command)
                    .redirectOutput(output.toFile())
                    .redirectError(log.toFile())
                    .start();
            if (!process.waitFor(LIMIT, TimeUnit.SECONDS))
                process.destroyForcibly().waitFor();
            var said = Files.readString(output);
            if (!said.contains("verdict")) said += command + ": " + Files.readString(log);
            return new Run(Verdict.in(said), Files.size(log) > 0);
        } finally {
            Files.delete(output);
            Files.delete(log);
        }
    }

    /// {@return what several runs of one program say: `tells (Deadlock, 12 ms)`, the median} None say that the peer
    /// is not there.
    static String inWords(List<Run> runs) {
        if (runs.isEmpty()) return "not installed";
        var millis = runs.stream().map(run -> run.verdict.millis()).sorted().toList();
        long median = millis.get(millis.size() / 2);
        return runs.stream().map(run -> run.inWords(median)).distinct().collect(Collectors.joining(", or "));
    }

    private String inWords(long median) {
        if (verdict.word().equals("tells")) return "**tells** (`" + verdict.error() + "`, " + median + " ms)";
        return verdict.word() + (hasLogged ? " (logged)" : "");
    }
}
