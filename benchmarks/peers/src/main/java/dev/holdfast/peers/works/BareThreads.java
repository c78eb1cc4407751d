package dev.holdfast.peers.works;

import dev.holdfast.benchmarks.BareLoop;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Virtual threads on the calling thread, over a lock-free queue, that park and unpark each other: the least that does
/// the work, and so the limit. There are no futures, no queues, no scopes, no errors, no cancellation, and no way in
/// from elsewhere.
final class BareThreads implements Works {
    private final BareLoop loop = new BareLoop();
    private long result; // of main
    private int answer; // of the child that main waits for; -1 until it is there

    private long main(LongSupplier body) {
        loop.unstarted(() -> result = body.getAsLong()).start();
        loop.run();
        return result;
    }

    @Override
    public long switches(int n) {
        long waits = 0;
        for (int i = 0; i < n / GAME; i++) {
            var game = new Game();
            game.a = loop.unstarted(() -> game.play(0));
            game.b = loop.unstarted(() -> game.play(1));
            game.a.start();
            game.b.start();
            loop.run();
            waits += game.ball;
        }
        return waits;
    }

    private static final class Game {
        @Nullable Thread a;

        @Nullable Thread b;

        int ball; // for a if even, for b if odd

        void play(int me) {
            for (int i = 0; i < GAME / 2; i++) {
                while (ball % 2 != me) LockSupport.park(this);
                ball++;
                LockSupport.unpark(me == 0 ? b : a);
            }
        }
    }

    @Override
    public long startJoin(int n) {
        return main(() -> {
            long sum = 0;
            for (int i = 0; i < n; i++) sum += startJoinOne(i);
            return sum;
        });
    }

    private int startJoinOne(int number) {
        var main = Thread.currentThread();
        answer = -1;
        loop.unstarted(() -> {
                    answer = number;
                    LockSupport.unpark(main);
                })
                .start();
        while (answer < 0) LockSupport.park(this);
        return answer;
    }

    @Override
    public long fan(int n) {
        return main(() -> {
            long sum = 0;
            for (int i = 0; i < n; i += BATCH) {
                var fan = new Fan(BATCH);
                for (int k = i; k < i + BATCH; k++) {
                    int number = k;
                    loop.unstarted(() -> fan.add(number)).start();
                }
                sum += fan.join();
            }
            return sum;
        });
    }

    @Override
    public long skynet(int n) {
        return main(() -> skynet(0, n));
    }

    private long skynet(int first, int size) {
        if (size == 1) return first;
        var fan = new Fan(CHILDREN);
        int part = size / CHILDREN;
        for (int k = 0; k < CHILDREN; k++) {
            int start = first + k * part;
            loop.unstarted(() -> fan.add(skynet(start, part))).start();
        }
        return fan.join();
    }

    /// Several numbers for the thread that made it.
    private static final class Fan {
        private final Thread owner = Thread.currentThread();
        private int missing;
        private long sum;

        Fan(int missing) {
            this.missing = missing;
        }

        void add(long number) {
            sum += number;
            if (--missing == 0) LockSupport.unpark(owner);
        }

        long join() {
            while (missing > 0) LockSupport.park(this);
            return sum;
        }
    }

    @Override
    public Gate park(int n) {
        var threads = new Thread[n];
        var open = new boolean[1];
        for (int i = 0; i < n; i++) {
            threads[i] = loop.unstarted(() -> {
                while (!open[0]) LockSupport.park(loop);
            });
            threads[i].start();
        }
        loop.runReady();
        return () -> {
            open[0] = true;
            for (var thread : threads) LockSupport.unpark(thread);
            loop.run();
        };
    }

    @Override
    public void close() {}
}
