package dev.holdfast.net;

import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Fails a test class that has lost a buffer of Netty's. Every test is watched; Netty notices a loss when the
/// buffer has been collected and another one is made, so that is seen to.
public final class Leaks implements AfterAllCallback {
    private static final int PATIENCE = 10_000; // milliseconds

    private static final Queue<String> REPORTS = new ConcurrentLinkedQueue<>();

    static {
        ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(new ResourceLeakDetectorFactory() {
            @Override
            @SuppressWarnings("deprecation") // abstract in the class that is to be extended
            public <T> ResourceLeakDetector<T> newResourceLeakDetector(Class<T> resource, int interval, long active) {
                return new Detector<>(resource, interval);
            }
        });
    }

    @Override
    public void afterAll(ExtensionContext context) {
        expectNone();
    }

    /// Fails if a buffer was lost.
    public static void expectNone() {
        for (int i = 0; i < 2; i++) {
            collect();
            ByteBufAllocator.DEFAULT.directBuffer(1).release();
        }
        var report = REPORTS.poll();
        REPORTS.clear();
        if (report != null) throw new AssertionError("a buffer was lost" + report);
    }

    /// Collects, and waits until the JDK's handler of references has heard of it: it lags behind.
    private static void collect() {
        var heard = new ReferenceQueue<Object>();
        var canary = new WeakReference<>(new Object(), heard);
        do System.gc();
        while (heard.poll() == null);
        Reference.reachabilityFence(canary);
    }

    /// Returns how many files this process has open, sockets included.
    public static int files() {
        try (var files = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            int count = 0;
            for (var _ : files) count++;
            return count;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Fails if this process has more files open than `count`, and that does not change soon: the JDK closes the
    /// pipes of a process that has ended on a thread of its own.
    public static void expectFiles(int count) {
        for (int i = 0; i < PATIENCE && files() > count; i++) LockSupport.parkNanos(1_000_000);
        if (files() > count) throw new AssertionError(files() + " files are open, and not " + count);
    }

    /// Fails if a thread whose name begins with `name` lives, and does not end soon.
    public static void expectNoThread(String name) throws InterruptedException {
        for (var thread : Thread.getAllStackTraces().keySet()) {
            if (!thread.getName().startsWith(name)) continue;
            if (!thread.join(Duration.ofMillis(PATIENCE))) throw new AssertionError(thread + " lives");
        }
    }

    private static final class Detector<T> extends ResourceLeakDetector<T> {
        @SuppressWarnings("deprecation") // the only one that takes an interval
        Detector(Class<T> resource, int interval) {
            super(resource, interval);
        }

        @Override
        protected boolean needReport() {
            return true;
        }

        @Override
        protected void reportTracedLeak(String resource, String records) {
            REPORTS.add(records);
        }

        @Override
        protected void reportUntracedLeak(String resource) {
            REPORTS.add(": " + resource);
        }
    }
}
