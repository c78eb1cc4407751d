package dev.holdfast.net.netty;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// Who computes what a handshake needs: keys, signatures, whether a certificate is good. Each takes some
/// milliseconds, for which no loop should stop (docs/decisions/0022); so there is a thread for each processor.
final class TlsTasks {
    /// Shared by all loops.
    static final Executor THREADS = threads(Runtime.getRuntime().availableProcessors());

    private TlsTasks() {}

    private static Executor threads(int count) {
        var pool = new ThreadPoolExecutor(
                count,
                count,
                10,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                body -> Thread.ofPlatform()
                        .name("holdfast-tls")
                        .daemon()
                        .inheritInheritableThreadLocals(false)
                        .unstarted(body));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }
}
