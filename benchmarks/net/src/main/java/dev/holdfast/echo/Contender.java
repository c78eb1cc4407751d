package dev.holdfast.echo;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A library, and how its echo server is started.
enum Contender {
    HOLDFAST("Holdfast", OnHoldfast.class),
    HOLDFAST_BY_ARRAYS("Holdfast, by arrays", OnHoldfastByArrays.class),
    NETTY("raw Netty", OnNetty.class),
    VERTX("Vert.x", OnVertx.class),
    VIRTUAL_THREADS("virtual threads", OnVirtualThreads.class),
    TORNADO("Tornado", null),
    HOLDFAST_ONCE_MORE("Holdfast, once more", OnHoldfastOnceMore.class),
    VIRTUAL_THREADS_ONCE_MORE("virtual threads, once more", OnVirtualThreadsOnceMore.class);

    private static final List<Contender> PLAIN = List.of(HOLDFAST, NETTY, VERTX, VIRTUAL_THREADS, TORNADO);
    private static final List<Contender> GATED =
            List.of(HOLDFAST, HOLDFAST_BY_ARRAYS, NETTY, VERTX, VIRTUAL_THREADS, TORNADO);
    private static final List<Contender> ONCE_MORE = List.of(HOLDFAST_ONCE_MORE, VIRTUAL_THREADS_ONCE_MORE);

    private static final String PYTHON = System.getProperty("python", ""); // one that has Tornado
    private static final String SCRIPTS = System.getProperty("scripts", "");
    private static final String CORE = System.getProperty("server.core", ""); // empty for any
    private static final List<String> FLAGS = List.of(
            "-Xms512m",
            "-Xmx512m",
            "-XX:+UseG1GC",
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow");

    final String title;
    private final @Nullable Class<?> program;

    Contender(String title, @Nullable Class<?> program) {
        this.title = title;
        this.program = program;
    }

    /// {@return those that are asked this, whether they are installed or not}
    static List<Contender> all(Cell cell) {
        if (cell.work() == Cell.Work.ONCE_MORE) return ONCE_MORE;
        return cell.isGated() ? GATED : PLAIN;
    }

    /// {@return those that are asked this and are installed}
    static List<Contender> of(Cell cell) {
        return all(cell).stream().filter(Contender::isHere).toList();
    }

    /// {@return whether it is installed}
    boolean isHere() {
        return program != null || !PYTHON.isEmpty();
    }

    /// {@return whether it runs on a JVM, and can be asked how much heap it has}
    boolean hasHeap() {
        return program != null;
    }

    /// {@return what starts it, on the core of the servers}
    List<String> command() {
        var command = new ArrayList<String>();
        if (!CORE.isEmpty()) command.addAll(List.of("taskset", "-c", CORE));
        if (program == null) {
            command.addAll(
                    List.of(PYTHON, "-B", Path.of(SCRIPTS, "on_tornado.py").toString()));
            return command;
        }
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(FLAGS);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
        return command;
    }
}
