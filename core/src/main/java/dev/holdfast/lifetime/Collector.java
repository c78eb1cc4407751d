package dev.holdfast.lifetime;

import dev.holdfast.time.Clock;
import dev.holdfast.time.Span;
import java.lang.System.Logger.Level;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import javax.management.ObjectName;

/// Asks the JVM for collections, and so seldom that they take no more than a thousandth of the time, all loops
/// taken together: they stop everybody.
final class Collector {
    static final Collector OF_THIS_JVM = new Collector(Clock.SYSTEM, Collector::onAThreadOfItsOwn, Collector::collect);

    private static final System.Logger LOG = System.getLogger(Collector.class.getPackageName());
    private static final int REST = 1_000; // times as long as the last one took
    private static final Duration SHORTEST_REST = Duration.ofSeconds(1);
    private static final Duration FOREVER = Duration.ofNanos(Long.MAX_VALUE);

    private final Clock clock;
    private final Executor elsewhere;
    private final Runnable collection;
    private final AtomicLong next; // not before this moment; all loops ask

    Collector(Clock clock, Executor elsewhere, Runnable collection) {
        this.clock = clock;
        this.elsewhere = elsewhere;
        this.collection = collection;
        this.next = new AtomicLong(clock.nanos());
    }

    /// Returns whether none is going on, and the last one has been paid for.
    boolean mayAsk() {
        return clock.nanos() - next.get() >= 0;
    }

    /// Collects, elsewhere, unless it is too early.
    void ask() {
        long due = next.get();
        if (mayAsk() && next.compareAndSet(due, Span.after(clock.nanos(), FOREVER))) start();
    }

    private void start() {
        try {
            elsewhere.execute(this::measured);
        } catch (OutOfMemoryError e) { // no thread to be had; that is not worth a loop
            rest(SHORTEST_REST);
        }
    }

    private void measured() {
        long start = clock.nanos();
        collection.run();
        var rest = Duration.ofNanos(clock.nanos() - start).multipliedBy(REST);
        rest(rest.compareTo(SHORTEST_REST) > 0 ? rest : SHORTEST_REST);
    }

    private void rest(Duration length) {
        next.set(Span.after(clock.nanos(), length));
    }

    /// Collects now. That takes milliseconds, or as many seconds as there are gigabytes.
    static void collect() {
        var canary = new WeakReference<>(new Object());
        System.gc();
        if (!canary.refersTo(null)) command();
    }

    /// For a JVM that was told to ignore the usual way. On Shenandoah it ignores this one too.
    private static void command() {
        try {
            var name = new ObjectName("com.sun.management:type=DiagnosticCommand");
            ManagementFactory.getPlatformMBeanServer().invoke(name, "gcRun", null, null);
        } catch (Exception | LinkageError e) { // a runtime without management
            LOG.log(Level.DEBUG, "cannot ask for a collection", e);
        }
    }

    private static void onAThreadOfItsOwn(Runnable collection) {
        Thread.ofPlatform()
                .name("holdfast-collect")
                .daemon()
                .inheritInheritableThreadLocals(false)
                .start(collection);
    }
}
