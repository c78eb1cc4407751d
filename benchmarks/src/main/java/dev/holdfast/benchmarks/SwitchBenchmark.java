package dev.holdfast.benchmarks;

import static dev.holdfast.task.Coroutine.await;
import static dev.holdfast.task.Coroutine.spawn;
import static dev.holdfast.task.Coroutine.yieldNow;

import dev.holdfast.future.Promise;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/// Going from one coroutine to another. Two play ball; an operation is one wait of one of them.
public class SwitchBenchmark extends Measured {

    /// Two bare virtual threads: unpark the other, park.
    @Benchmark
    @OperationsPerInvocation(N)
    public int bareSwitch() {
        var loop = new BareLoop();
        var game = new BareGame();
        var a = loop.unstarted(() -> game.play(0));
        var b = loop.unstarted(() -> game.play(1));
        game.players[0] = a;
        game.players[1] = b;
        a.start();
        b.start();
        loop.run();
        return game.waits;
    }

    private static final class BareGame {
        final @Nullable Thread[] players = new @Nullable Thread[2];
        int turn;
        int waits;

        void play(int me) {
            while (waits < N) {
                while (turn != me) LockSupport.park(this);
                waits++;
                turn = 1 - me;
                LockSupport.unpark(players[1 - me]);
            }
        }
    }

    /// Two tasks: complete the promise that the other awaits, await the next.
    @Benchmark
    @OperationsPerInvocation(N)
    public int awaitTask(OpenLoop open) {
        var game = new Game();
        open.run(() -> {
            spawn("a", () -> game.play(0));
            spawn("b", () -> game.play(1));
        });
        return game.waits;
    }

    private static final class Game {
        final Promise<?>[] next = {new Promise<Integer>(), new Promise<Integer>()};
        int waits;

        @SuppressWarnings("unchecked")
        void play(int me) {
            if (me == 0) ((Promise<Integer>) next[0]).complete(0);
            while (waits < N) {
                var ball = (Promise<Integer>) next[me];
                int value = await(ball);
                waits++;
                next[me] = new Promise<Integer>();
                ((Promise<Integer>) next[1 - me]).complete(value + 1);
            }
        }
    }

    /// A task awaits what a callback completes: two turns of the line for one wait.
    @Benchmark
    @OperationsPerInvocation(N)
    public void awaitCallback(OpenLoop open) {
        open.run(() -> {
            for (int i = 0; i < N; i++) {
                var promise = new Promise<Integer>();
                int value = i;
                open.loop.execute(() -> promise.complete(value));
                await(promise);
            }
        });
    }

    /// Two bare virtual threads that yield.
    @Benchmark
    @OperationsPerInvocation(N)
    @SuppressWarnings("ThreadPriorityCheck") // the scheduler is ours
    public void bareYield() {
        var loop = new BareLoop();
        Runnable player = () -> {
            for (int i = 0; i < N / 2; i++) Thread.yield();
        };
        loop.unstarted(player).start();
        loop.unstarted(player).start();
        loop.run();
    }

    /// Two tasks that yield.
    @Benchmark
    @OperationsPerInvocation(N)
    public void yieldTask(OpenLoop open) {
        open.run(() -> {
            for (int player = 0; player < 2; player++) {
                spawn("player", () -> {
                    for (int i = 0; i < N / 2; i++) yieldNow();
                });
            }
        });
    }
}
