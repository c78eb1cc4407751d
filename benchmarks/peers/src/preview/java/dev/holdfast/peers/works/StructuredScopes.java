package dev.holdfast.peers.works;

import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.StructuredTaskScope;
import java.util.concurrent.StructuredTaskScope.Subtask;

/// The JDK's `StructuredTaskScope`, still a preview in 25: what is started in it has ended when it is closed, and a
/// failure cancels the others. Only what is made in scopes; the rest is that of other [VirtualThreads].
final class StructuredScopes implements Works {
    private long main(Callable<Long> body) throws Exception {
        try (var main = StructuredTaskScope.<Long>open()) {
            var result = main.fork(body);
            main.join();
            return result.get();
        }
    }

    @Override
    public long fan(int n) throws Exception {
        return main(() -> inScopes(n, BATCH));
    }

    @Override
    public long scopes(int n) throws Exception {
        return main(() -> inScopes(n, CHILDREN));
    }

    /// So many at a time.
    private static long inScopes(int n, int children) throws InterruptedException {
        long sum = 0;
        for (int i = 0; i < n; i += children) {
            try (var scope = StructuredTaskScope.<Integer>open()) {
                var tasks = new ArrayList<Subtask<Integer>>(children);
                for (int k = i; k < i + children; k++) {
                    int number = k;
                    tasks.add(scope.fork(() -> number));
                }
                scope.join();
                sum += sumOf(tasks);
            }
        }
        return sum;
    }

    private static long sumOf(Iterable<? extends Subtask<? extends Number>> tasks) {
        long sum = 0;
        for (var task : tasks) sum += task.get().longValue();
        return sum;
    }

    @Override
    public long skynet(int n) throws Exception {
        return main(() -> skynet(0, n));
    }

    private static long skynet(int first, int size) throws InterruptedException {
        if (size == 1) return first;
        try (var scope = StructuredTaskScope.<Long>open()) {
            var tasks = new ArrayList<Subtask<Long>>(CHILDREN);
            int part = size / CHILDREN;
            for (int k = 0; k < CHILDREN; k++) {
                int start = first + k * part;
                tasks.add(scope.fork(() -> skynet(start, part)));
            }
            scope.join();
            return sumOf(tasks);
        }
    }

    @Override
    public long sleepers(int n) throws Exception {
        return main(() -> {
            try (var scope = StructuredTaskScope.<Integer>open()) {
                var tasks = new ArrayList<Subtask<Integer>>(n);
                for (int i = 0; i < n; i++) {
                    int number = i;
                    tasks.add(scope.fork(() -> {
                        Thread.sleep(SOON);
                        return number;
                    }));
                }
                scope.join();
                return sumOf(tasks);
            }
        });
    }

    @Override
    public void close() {}
}
