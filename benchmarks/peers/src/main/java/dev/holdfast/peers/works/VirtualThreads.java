package dev.holdfast.peers.works;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;

/// The JDK's virtual threads, with the futures and queues of `java.util.concurrent`. On one carrier they too run one at
/// a time, unless one blocks the carrier; on several, shared state needs locks. A scope is an executor in a `try`: it
/// waits, and cancels nobody when a task fails. There are no timers beside `sleep`.
class VirtualThreads implements Works {
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

    /// Runs `body` on a virtual thread.
    final long main(Callable<Long> body) throws Exception {
        return executor.submit(body).get();
    }

    @Override
    public long switches(int n) throws Exception {
        return main(() -> {
            long waits = 0;
            for (int i = 0; i < n / GAME; i++) waits += game();
            return waits;
        });
    }

    private int game() throws InterruptedException, ExecutionException {
        var a = new Player<>(new CompletableFuture<Integer>());
        var b = new Player<>(new CompletableFuture<Integer>());
        var threadA = executor.submit(() -> play(a, b));
        var threadB = executor.submit(() -> play(b, a));
        a.ball.complete(0);
        threadA.get();
        return threadB.get() + 1;
    }

    private static int play(Player<CompletableFuture<Integer>> me, Player<CompletableFuture<Integer>> other) {
        int value = 0;
        for (int i = 0; i < GAME / 2; i++) {
            value = me.ball.join();
            me.ball = new CompletableFuture<>();
            other.ball.complete(value + 1);
        }
        return value;
    }

    @Override
    public long startJoin(int n) throws Exception {
        return main(() -> {
            long sum = 0;
            for (int i = 0; i < n; i++) {
                int number = i;
                sum += executor.submit(() -> number).get();
            }
            return sum;
        });
    }

    @Override
    public long pingPong(int n) throws Exception {
        return main(() -> {
            long items = 0;
            for (int i = 0; i < n / GAME; i++) items += rally();
            return items;
        });
    }

    private int rally() throws InterruptedException, ExecutionException {
        var left = new ArrayBlockingQueue<Integer>(1);
        var right = new ArrayBlockingQueue<Integer>(1);
        var threadA = executor.submit(() -> pass(left, right));
        var threadB = executor.submit(() -> pass(right, left));
        left.put(0);
        threadA.get();
        return threadB.get() + 1;
    }

    private static int pass(BlockingQueue<Integer> from, BlockingQueue<Integer> to) throws InterruptedException {
        int value = 0;
        for (int i = 0; i < GAME / 2; i++) {
            value = from.take();
            to.put(value + 1);
        }
        return value;
    }

    @Override
    public long fan(int n) throws Exception {
        return main(() -> {
            long sum = 0;
            for (int i = 0; i < n; i += BATCH) sum += sumOf(start(executor, i, BATCH));
            return sum;
        });
    }

    @Override
    public long scopes(int n) throws Exception {
        return main(() -> {
            long sum = 0;
            for (int i = 0; i < n; i += CHILDREN) {
                try (var scope = Executors.newVirtualThreadPerTaskExecutor()) {
                    sum += sumOf(start(scope, i, CHILDREN));
                }
            }
            return sum;
        });
    }

    private static List<Future<Integer>> start(ExecutorService scope, int first, int count) {
        var futures = new ArrayList<Future<Integer>>(count);
        for (int k = first; k < first + count; k++) {
            int number = k;
            futures.add(scope.submit(() -> number));
        }
        return futures;
    }

    private static long sumOf(Iterable<? extends Future<? extends Number>> futures)
            throws InterruptedException, ExecutionException {
        long sum = 0;
        for (var future : futures) sum += future.get().longValue();
        return sum;
    }

    @Override
    public long skynet(int n) throws Exception {
        return main(() -> skynet(0, n));
    }

    private long skynet(int first, int size) throws InterruptedException, ExecutionException {
        if (size == 1) return first;
        var futures = new ArrayList<Future<Long>>(CHILDREN);
        int part = size / CHILDREN;
        for (int k = 0; k < CHILDREN; k++) {
            int start = first + k * part;
            futures.add(executor.submit(() -> skynet(start, part)));
        }
        return sumOf(futures);
    }

    @Override
    public long sleepers(int n) throws Exception {
        return main(() -> {
            var futures = new ArrayList<Future<Integer>>(n);
            for (int i = 0; i < n; i++) {
                int number = i;
                futures.add(executor.submit(() -> {
                    Thread.sleep(SOON);
                    return number;
                }));
            }
            return sumOf(futures);
        });
    }

    @Override
    public long callbacks(int n) throws Exception {
        return main(() -> {
            var inbox = new LinkedBlockingQueue<Integer>();
            Thread.ofPlatform().start(() -> {
                for (int i = 0; i < n; i++) inbox.add(i);
            });
            long sum = 0;
            for (int i = 0; i < n; i++) sum += inbox.take();
            return sum;
        });
    }

    @Override
    public Gate park(int n) throws InterruptedException {
        var gate = new CompletableFuture<Boolean>();
        var ended = new CountDownLatch(n);
        var threads = new ArrayList<Thread>(n);
        for (int i = 0; i < n; i++) {
            threads.add(Thread.startVirtualThread(() -> {
                if (gate.join()) ended.countDown();
            }));
        }
        for (var thread : threads) {
            while (thread.getState() != Thread.State.WAITING) Thread.sleep(SOON);
        }
        return () -> {
            gate.complete(true);
            ended.await();
        };
    }

    @Override
    public void close() {
        executor.close();
    }
}
