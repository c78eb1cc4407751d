package dev.holdfast.echo;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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
    VIRTUAL_THREADS_ONCE_MORE("virtual threads, once more", OnVirtualThreadsOnceMore.class),
    HOLDFAST_TLS("Holdfast, TLS", OnHoldfastTls.class, Tls.JDK),
    NETTY_TLS("raw Netty, TLS", OnNettyTls.class, Tls.JDK),
    VERTX_TLS("Vert.x, TLS", OnVertxTls.class, Tls.JDK),
    VIRTUAL_THREADS_TLS("virtual threads, TLS", OnVirtualThreadsTls.class, Tls.JDK),
    HOLDFAST_OPENSSL("Holdfast, OpenSSL", OnHoldfastTls.class, Tls.OPENSSL),
    NETTY_OPENSSL("raw Netty, OpenSSL", OnNettyTls.class, Tls.OPENSSL);

    /// Whose TLS it is.
    enum Tls {
        NONE,
        JDK,
        OPENSSL
    }

    private static final List<Contender> PLAIN = List.of(HOLDFAST, NETTY, VERTX, VIRTUAL_THREADS, TORNADO);
    private static final List<Contender> GATED =
            List.of(HOLDFAST, HOLDFAST_BY_ARRAYS, NETTY, VERTX, VIRTUAL_THREADS, TORNADO);
    private static final List<Contender> ONCE_MORE = List.of(HOLDFAST_ONCE_MORE, VIRTUAL_THREADS_ONCE_MORE);

    private static final List<Contender> BY_TLS =
            List.of(HOLDFAST_TLS, NETTY_TLS, VERTX_TLS, VIRTUAL_THREADS_TLS, HOLDFAST_OPENSSL, NETTY_OPENSSL);

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
    private final Tls tls;

    Contender(String title, @Nullable Class<?> program) {
        this(title, program, Tls.NONE);
    }

    Contender(String title, @Nullable Class<?> program, Tls tls) {
        this.title = title;
        this.program = program;
        this.tls = tls;
    }

    /// {@return those that are asked this, whether they are installed or not}
    static List<Contender> all(Cell cell) {
        return switch (cell.work()) {
            case ONCE_MORE -> ONCE_MORE;
            case TLS -> BY_TLS;
            case ECHO, CONNECT, IDLE -> cell.isGated() ? GATED : PLAIN;
        };
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

    /// {@return whether it speaks TLS, and nothing else}
    boolean speaksTls() {
        return tls != Tls.NONE;
    }

    /// {@return bare Netty that speaks as this one does}
    Contender netty() {
        return switch (tls) {
            case NONE -> NETTY;
            case JDK -> NETTY_TLS;
            case OPENSSL -> NETTY_OPENSSL;
        };
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
        if (speaksTls()) command.add("-Dholdfast.tls=" + tls.name().toLowerCase(Locale.ROOT));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
        if (speaksTls()) command.addAll(List.of(Certificate.store().toString(), tls.name()));
        return command;
    }
}
