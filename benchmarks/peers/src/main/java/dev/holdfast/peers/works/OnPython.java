package dev.holdfast.peers.works;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/// A peer on CPython. `-Dpython=` the interpreter, `-Dtornado=` the version of Tornado there.
///
/// @param peer as the script calls it
/// @param script does the works
record OnPython(String peer, Path script) implements Entrant.Way {
    static final String PYTHON = System.getProperty("python", "");
    static final String TORNADO = System.getProperty("tornado", "");
    private static final Set<Work> ONLY_ASYNCIO = Set.of(Work.SCOPE);

    @Override
    public String absence() {
        if (PYTHON.isEmpty()) return "no python3 of at least 3.11 is on the path";
        if (peer.equals("tornado") && TORNADO.isEmpty()) return "no python3 here has tornado; install python3-tornado";
        return "";
    }

    @Override
    public boolean has(Work work) {
        return peer.equals("asyncio") || !ONLY_ASYNCIO.contains(work);
    }

    @Override
    public List<Double> measure(Work work, Effort effort) throws IOException, InterruptedException {
        // A million coroutines take it a quarter of a minute; all else warms up once, for CPython adapts its bytecode.
        int warmups = work == Work.SKYNET ? 0 : 1;
        int iterations = work == Work.SKYNET ? 1 : effort.iterations();
        var process = new ProcessBuilder(
                        PYTHON,
                        "-B",
                        script.toString(),
                        peer,
                        work.name().toLowerCase(Locale.ROOT),
                        "" + work.n,
                        "" + work.sum(work.n),
                        "" + (warmups + iterations))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int exit = process.waitFor();
        if (exit != 0) throw new IllegalStateException(work + " on " + peer + " ended with " + exit);
        // A time is of the whole, in nanoseconds; bytes are of one.
        double share = work == Work.PARKED ? 1 : work.operations();
        return Stream.of(said.strip().split("\\s+"))
                .skip(warmups)
                .map(number -> Double.parseDouble(number) / share)
                .toList();
    }
}
