package dev.holdfast.peers.works;

import java.nio.file.Path;
import java.util.List;

/// Somebody who does the works.
///
/// @param name for the files of figures
/// @param title for the table
/// @param gives what its users get, and so what Holdfast is held to
/// @param way how it is run
record Entrant(String name, String title, Gives gives, Way way) {
    private static final String[] ONE_CARRIER = {
        "-Djdk.virtualThreadScheduler.parallelism=1", "-Djdk.virtualThreadScheduler.maxPoolSize=1"
    };
    private static final String OPEN = "--add-opens=java.base/java.lang=ALL-UNNAMED";
    private static final String PATIENT = "-Dholdfast.slow=60000"; // to start 100,000 tasks in one turn is slow indeed

    /// How the works are done: a process of its own for each.
    sealed interface Way permits OnJvm, OnPython {
        /// Returns why it cannot be run here, in words; empty if it can.
        String absence();

        /// Whether it has the work.
        boolean has(Work work);

        /// Does the work, and returns what an operation took each time.
        List<Double> measure(Work work, Effort effort) throws Exception;
    }

    /// All of them, Holdfast first; those in Python by the script in `scripts`.
    static List<Entrant> all(Path scripts) {
        var script = scripts.resolve("works.py");
        return List.of(
                java("HOLDFAST", "**Holdfast**", Gives.ITSELF, "HoldfastTasks", OPEN, PATIENT),
                java("BARE", "bare virtual threads, park and unpark", Gives.LIMIT, "BareThreads", OPEN),
                java("ONE_CARRIER", "virtual threads, one carrier", Gives.THE_SAME, "VirtualThreads", ONE_CARRIER),
                java("CARRIERS", "virtual threads, a carrier per core", Gives.SEVERAL_THREADS, "VirtualThreads"),
                java(
                        "STRUCTURED",
                        "`StructuredTaskScope`, one carrier",
                        Gives.THE_SAME,
                        "StructuredScopes",
                        "--enable-preview",
                        ONE_CARRIER[0],
                        ONE_CARRIER[1]),
                java("JOX", "Jox, one carrier", Gives.THE_SAME, "JoxChannels", ONE_CARRIER),
                java("VERTX_THREADS", "Vert.x, virtual threads", Gives.THE_SAME, "VertxThreads"),
                java("VERTX", "Vert.x, futures", Gives.CALLBACKS, "VertxCallbacks"),
                java("STAGES", "`CompletableFuture`, one thread", Gives.CALLBACKS, "Stages"),
                java("KOTLIN", "Kotlin, a dispatcher of one thread", Gives.STACKLESS, "KotlinOnOneThread"),
                java("RUN_BLOCKING", "Kotlin, `runBlocking`", Gives.STACKLESS, "KotlinInRunBlocking"),
                new Entrant("TORNADO", "Tornado", Gives.PYTHON, new OnPython("tornado", script)),
                new Entrant("ASYNCIO", "asyncio", Gives.PYTHON, new OnPython("asyncio", script)));
    }

    private static Entrant java(String name, String title, Gives gives, String type, String... flags) {
        return new Entrant(name, title, gives, new OnJvm(name, type, List.of(flags)));
    }

    /// Under which name its figures of `work` are kept.
    String figure(Work work) {
        return work + "." + name;
    }
}
