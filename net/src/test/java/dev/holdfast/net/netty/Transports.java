package dev.holdfast.net.netty;

import static dev.holdfast.task.Coroutine.blocking;

import dev.holdfast.Holdfast;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.task.Action;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;

/// Runs tests of the floors above on a transport that nobody chose.
public final class Transports {
    private static final Duration LIMIT = Duration.ofSeconds(60);

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
        var transport = blocking(() -> Transport.choose(name).transport()); // the first time classes are loaded
        var handlers = blocking(transport::handlers);
        Network.on(IOLoop.current(), transport, handlers);
    }
}
