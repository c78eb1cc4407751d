package dev.holdfast;

import dev.holdfast.cancel.Cancelled;
import dev.holdfast.loop.External;
import dev.holdfast.loop.Signals;
import dev.holdfast.task.Task;
import dev.holdfast.task.Tasks;
import dev.holdfast.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/// Ctrl-C and SIGTERM end a program in order: each main task is cancelled, every `finally` block runs, and then the
/// process ends with the usual status, 130 or 143 (rule 9a).
///
/// Ten seconds are granted for that, or `-Dholdfast.shutdown=SECONDS`; who refuses is named. Whoever presses Ctrl-C
/// twice does not wait at all. A program that sees to these signals itself, with
/// [dev.holdfast.loop.IOLoop#onSignal] or by a handler of its own, is left alone; so is one that runs under `-Xrs`.
///
/// The list of runs is static because the signals are: they belong to the process. Each run leaves it as it ends.
final class Shutdown implements AutoCloseable {
    private static final String REASON = "shutdown";
    private static final Duration FAREWELL = Duration.ofSeconds(1); // for what stands around Holdfast.run
    private static final int SIGNALLED = 128; // what shells add to a signal's number

    private static final Set<Shutdown> RUNS = ConcurrentHashMap.newKeySet();
    private static final Set<Runnable> HANDLERS = ConcurrentHashMap.newKeySet(); // what gives each signal back
    private static final AtomicBoolean BEGUN = new AtomicBoolean();

    private final Task<?> main;
    private final Tasks tasks;
    private final External door;
    private final Thread runner = Thread.currentThread();
    private final CountDownLatch ended = new CountDownLatch(1);

    private Shutdown(Task<?> main) {
        this.main = main;
        this.tasks = Tasks.of(main.loop());
        this.door = main.loop().external(REASON).unref();
    }

    /// From now until it is closed, a signal cancels `main`, whose loop does not run yet.
    static Shutdown over(Task<?> main) {
        var run = new Shutdown(main);
        synchronized (RUNS) {
            if (RUNS.isEmpty()) listen();
            RUNS.add(run);
        }
        return run;
    }

    @Override
    public void close() {
        door.close();
        ended.countDown();
        synchronized (RUNS) {
            RUNS.remove(this);
            if (RUNS.isEmpty()) listenNoMore();
        }
    }

    private static void listen() {
        Stream.of("INT", "TERM")
                .map(name -> Signals.lastResort(name, Shutdown::heard))
                .filter(Objects::nonNull)
                .forEach(HANDLERS::add);
    }

    private static void listenNoMore() {
        HANDLERS.forEach(Runnable::run);
        HANDLERS.clear();
    }

    private static void heard(int signal) {
        int status = SIGNALLED + signal;
        Runnable end = BEGUN.compareAndSet(false, true) ? () -> endAll(status) : () -> System.exit(status);
        // No daemon, as this thread is: when main has thrown, the status is still ours to decide on.
        Thread.ofPlatform().name("holdfast-shutdown").daemon(false).start(end);
    }

    private static void endAll(int status) {
        var bound = Duration.ofSeconds(Long.getLong("holdfast.shutdown", 10));
        long end = Clock.SYSTEM.nanos() + bound.toNanos();
        var runs = List.copyOf(RUNS);
        for (var run : runs) run.door.tryExecute(() -> run.main.cancel(REASON));
        try {
            for (var run : runs) run.await(end, bound);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // by whom? then at once
        }
        System.exit(status);
    }

    private void await(long end, Duration bound) throws InterruptedException {
        if (ended.await(end - Clock.SYSTEM.nanos(), TimeUnit.NANOSECONDS)) runner.join(FAREWELL);
        else tasks.accuse("refuses to end; the process does, " + bound.toSeconds() + " s after a signal");
    }

    /// Returns what a run throws that failed with `error`: the cancellation itself if that was a shutdown's. It may
    /// then leave the current thread without a stack trace.
    static Throwable leaving(Throwable error) {
        if (!BEGUN.get() || !(error instanceof CancellationException)) return error;
        if (!(error.getCause() instanceof Cancelled cancelled)
                || !cancelled.reason().equals(REASON)) return error;
        var thread = Thread.currentThread();
        var usual = thread.getUncaughtExceptionHandler();
        thread.setUncaughtExceptionHandler((_, thrown) -> {
            if (thrown != cancelled) usual.uncaughtException(thread, thrown);
        });
        return cancelled;
    }
}
