package dev.holdfast.net.tcp;

import static java.util.concurrent.CompletableFuture.supplyAsync;

import dev.holdfast.future.Outcome;
import dev.holdfast.task.Coroutine;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/// Finds the addresses of a host. May block: it is asked on a thread of its own. Who waits for it can be cancelled
/// all the same; what it finds then is nobody's.
@FunctionalInterface
public interface Resolver {
    /// The system's.
    Resolver SYSTEM = host -> List.of(InetAddress.getAllByName(host));

    /// {@return the addresses of `host`, best first; at least one}
    ///
    /// @param host a name
    /// @throws UnknownHostException if it has none
    List<InetAddress> resolve(String host) throws UnknownHostException;

    /// Asks `resolver`, off the loop; not for what is an address already.
    ///
    /// @param resolver who knows
    /// @param host a name, or an address
    /// @return the addresses of `host`, best first; at least one
    /// @throws UnknownHostException if `host` has no address
    static List<InetAddress> ask(Resolver resolver, String host) throws UnknownHostException {
        if (Lookup.ADDRESS.matcher(host).matches()) return List.of(literal(host));
        return Coroutine.await(supplyAsync(() -> Lookup.of(resolver, host), Lookup.THREADS));
    }

    private static InetAddress literal(String host) throws UnknownHostException {
        try {
            return InetAddress.ofLiteral(host);
        } catch (IllegalArgumentException e) {
            throw new UnknownHostException(host);
        }
    }

    /// A question that is out.
    final class Lookup {
        private static final int MOST = 16; // at a time
        private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|[0-9a-fA-F:.]*:.*");

        /// They may hang for as long as the system's resolver does, so there are several, and no task waits
        /// inside.
        private static final Executor THREADS = threads();

        private Lookup() {}

        private static Executor threads() {
            var pool = new ThreadPoolExecutor(
                    MOST,
                    MOST,
                    10,
                    TimeUnit.SECONDS,
                    new LinkedBlockingQueue<>(),
                    body -> Thread.ofPlatform()
                            .name("holdfast-resolver")
                            .daemon()
                            .unstarted(body));
            pool.allowCoreThreadTimeOut(true);
            return pool;
        }

        private static List<InetAddress> of(Resolver resolver, String host) {
            try {
                return resolver.resolve(host);
            } catch (UnknownHostException e) {
                throw Outcome.<RuntimeException>sneak(e);
            }
        }
    }
}
