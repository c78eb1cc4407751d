package dev.holdfast.net.netty;

import dev.holdfast.Holdfast;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.task.Action;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;

/// Runs tests of the floors above on a transport that nobody chose.
public final class Transports {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /// Loading their classes would hold the first loop for so long that it said so.
    static {
        for (var transport : Transport.values()) {
            try (var loop = IOLoop.open()) {
                open(loop, transport);
            }
        }
    }

    private Transports() {}

    /// Returns the names of all, for `@MethodSource`.
    public static Stream<String> names() {
        return Arrays.stream(Transport.values()).map(Transport::toString);
    }

    /// Runs `body` on a loop whose sockets go by the transport of that name.
    public static <X extends Throwable> void run(String name, Action<X> body) throws X {
        Holdfast.run(LIMIT, () -> {
            use(name);
            body.run();
        });
    }

    /// Has the sockets of the current loop go by the transport of that name.
    public static void use(String name) {
        open(IOLoop.current(), Transport.choose(name).transport());
    }

    private static void open(IOLoop loop, Transport transport) {
        Network.on(loop, transport, transport.handlers());
    }
}
