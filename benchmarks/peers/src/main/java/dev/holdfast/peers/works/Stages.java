package dev.holdfast.peers.works;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

/// `CompletableFuture` on an executor of one thread. One thing at a time, and no straight-line code: what would wait is
/// a callback, and a loop that waits is a method that calls itself. There are no tasks that could be parked, no queues
/// and no scopes.
@SuppressWarnings("FutureReturnValueIgnored") // what fails here completes nothing, and the measurement is given up
final class Stages implements Works {
    private final ExecutorService executor = Executors.newSingleThreadExecutor();
    private final ScheduledThreadPoolExecutor timers = new ScheduledThreadPoolExecutor(1);
    private int fired; // only on the timers' thread
    private long sum; // of what came from elsewhere; only on the executor's

    Stages() {
        timers.setRemoveOnCancelPolicy(true);
    }

    @Override
    public long switches(int n) {
        return repeat(n / GAME, _ -> game());
    }

    private CompletableFuture<Long> game() {
        var a = new Player<>(new CompletableFuture<Integer>());
        var b = new Player<>(new CompletableFuture<Integer>());
        var end = new CompletableFuture<Long>();
        play(a, b, GAME / 2, new CompletableFuture<>());
        play(b, a, GAME / 2, end);
        a.ball.complete(0);
        return end;
    }

    private void play(
            Player<CompletableFuture<Integer>> me,
            Player<CompletableFuture<Integer>> other,
            int left,
            CompletableFuture<Long> end) {
        me.ball.thenAcceptAsync(
                value -> {
                    me.ball = new CompletableFuture<>();
                    var next = other.ball;
                    if (left == 1) end.complete(value + 1L);
                    else play(me, other, left - 1, end);
                    next.complete(value + 1);
                },
                executor);
    }

    @Override
    public long startJoin(int n) {
        return repeat(n, i -> CompletableFuture.supplyAsync(() -> (long) i, executor));
    }

    @Override
    public long fan(int n) {
        return repeat(n / BATCH, i -> fanOf(i * BATCH));
    }

    private CompletableFuture<Long> fanOf(int first) {
        var futures = new ArrayList<CompletableFuture<Long>>(BATCH);
        for (int k = first; k < first + BATCH; k++) {
            long number = k;
            futures.add(CompletableFuture.supplyAsync(() -> number, executor));
        }
        return sumOf(futures);
    }

    private static CompletableFuture<Long> sumOf(List<CompletableFuture<Long>> futures) {
        return CompletableFuture.allOf(futures.toArray(CompletableFuture<?>[]::new))
                .thenApply(_ -> futures.stream().mapToLong(Future::resultNow).sum());
    }

    @Override
    public long skynet(int n) {
        return skynet(0, n).join();
    }

    private CompletableFuture<Long> skynet(int first, int size) {
        if (size == 1) return CompletableFuture.supplyAsync(() -> (long) first, executor);
        return CompletableFuture.supplyAsync(() -> children(first, size), executor)
                .thenCompose(Stages::sumOf);
    }

    private List<CompletableFuture<Long>> children(int first, int size) {
        var futures = new ArrayList<CompletableFuture<Long>>(CHILDREN);
        int part = size / CHILDREN;
        for (int k = 0; k < CHILDREN; k++) futures.add(skynet(first + k * part, part));
        return futures;
    }

    @Override
    public long setCancel(int n) {
        return CompletableFuture.supplyAsync(() -> setCancelHere(n), executor).join();
    }

    private long setCancelHere(int n) {
        var pending = new ArrayList<Future<?>>(BATCH);
        long cancelled = 0;
        for (int i = 0; i < n / BATCH; i++) {
            for (int k = 0; k < BATCH; k++)
                pending.add(timers.schedule(() -> {}, LATER.toNanos(), TimeUnit.NANOSECONDS));
            for (var timer : pending) {
                if (timer.cancel(false)) cancelled++;
            }
            pending.clear();
        }
        return cancelled;
    }

    @Override
    public long setFire(int n) {
        var all = new CompletableFuture<Integer>();
        timers.execute(() -> {
            fired = 0;
            for (int i = 0; i < n; i++) timers.schedule(() -> fire(n, all), SOON.toNanos(), TimeUnit.NANOSECONDS);
        });
        return all.join();
    }

    private void fire(int n, CompletableFuture<Integer> all) {
        if (++fired == n) all.complete(fired);
    }

    @Override
    public long callbacks(int n) {
        var all = new CompletableFuture<Long>();
        executor.execute(() -> sum = 0);
        Thread.ofPlatform().start(() -> {
            for (int i = 0; i < n; i++) {
                int number = i;
                executor.execute(() -> sum += number);
            }
            executor.execute(() -> all.complete(sum));
        });
        return all.join();
    }

    /// Takes `n` steps, each when the one before has ended, and returns the sum of their results.
    private long repeat(int n, IntFunction<CompletableFuture<Long>> step) {
        var end = new CompletableFuture<Long>();
        executor.execute(() -> repeatFrom(0, n, 0, step, end));
        return end.join();
    }

    private void repeatFrom(
            int i, int n, long sum, IntFunction<CompletableFuture<Long>> step, CompletableFuture<Long> end) {
        if (i == n) end.complete(sum);
        else step.apply(i).thenAccept(result -> repeatFrom(i + 1, n, sum + result, step, end));
    }

    @Override
    public void close() {
        executor.close();
        timers.shutdownNow();
    }
}
