package dev.holdfast.benchmarks;

import static dev.holdfast.task.Coroutine.await;
import static dev.holdfast.task.Coroutine.spawn;
import static dev.holdfast.task.Coroutine.yieldNow;

import dev.holdfast.future.Promise;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Warmup;

/// Going from one coroutine to another. Two play ball; an operation is one wait of one of them.
///
/// There are many short games to an invocation, and not one long one, so that the lowest frames of a coroutine get
/// compiled too, as they are in a program that has run for a while: a switch moves the whole stack.
@Warmup(iterations = 12, time = 500, timeUnit = TimeUnit.MILLISECONDS) // compiled for good only then
public class SwitchBenchmark extends Measured {
    private static final int GAMES = 200;
    private static final int WAITS = N / GAMES; // of both players together

    /// Two bare virtual threads: unpark the other, park.
    void bareSwitch() {
        var loop = new BareLoop();
        for (int i = 0; i < GAMES; i++) {
            var game = new BareGame();
            var a = loop.unstarted(() -> game.play(0));
            var b = loop.unstarted(() -> game.play(1));
            game.players[0] = a;
            game.players[1] = b;
            a.start();
            b.start();
            loop.run();
        }
    }

    private static final class BareGame {
        final @Nullable Thread[] players = new @Nullable Thread[2];
        int turn;
        int waits;

        void play(int me) {
            while (waits < WAITS) {
                while (turn != me) LockSupport.park(this);
                waits++;
                turn = 1 - me;
                LockSupport.unpark(players[1 - me]);
            }
        }
    }

    /// Two tasks: await a promise, and complete the one that the other awaits.
    @Benchmark
    public void awaitTask(OpenLoop open, Beside beside) {
        beside.run(N, this::bareSwitch, () -> awaitTask(open));
    }

    private void awaitTask(OpenLoop open) {
        open.run(() -> {
            for (int i = 0; i < GAMES; i++) {
                var game = new Game();
                var a = spawn("a", () -> game.play(game.a, game.b));
                var b = spawn("b", () -> game.play(game.b, game.a));
                game.a.ball.complete(0);
                a.join();
                b.join();
            }
        });
    }

    private static final class Game {
        final Player a = new Player();
        final Player b = new Player();
        int waits;

        void play(Player me, Player other) {
            while (waits < WAITS) {
                int value = await(me.ball);
                waits++;
                me.ball = new Promise<>();
                other.ball.complete(value + 1);
            }
        }
    }

    private static final class Player {
        Promise<Integer> ball = new Promise<>(); // the one that it waits for
    }

    /// A task awaits what a callback completes: two turns of the line for one wait.
    @Benchmark
    public void awaitCallback(OpenLoop open, Beside beside) {
        beside.run(N, this::bareSwitch, () -> awaitCallback(open));
    }

    private void awaitCallback(OpenLoop open) {
        open.run(() -> {
            for (int i = 0; i < GAMES; i++)
                spawn("waiter", () -> awaitCallbacks(open)).join();
        });
    }

    private static void awaitCallbacks(OpenLoop open) {
        for (int i = 0; i < WAITS; i++) {
            var promise = new Promise<Integer>();
            int value = i;
            open.loop.execute(() -> promise.complete(value));
            await(promise);
        }
    }

    /// Two bare virtual threads that yield.
    void bareYield() {
        var loop = new BareLoop();
        for (int i = 0; i < GAMES; i++) {
            loop.unstarted(SwitchBenchmark::bareYields).start();
            loop.unstarted(SwitchBenchmark::bareYields).start();
            loop.run();
        }
    }

    @SuppressWarnings("ThreadPriorityCheck") // the scheduler is ours
    private static void bareYields() {
        for (int i = 0; i < WAITS / 2; i++) Thread.yield();
    }

    /// Two tasks that yield.
    @Benchmark
    public void yieldTask(OpenLoop open, Beside beside) {
        beside.run(N, this::bareYield, () -> yieldTask(open));
    }

    private void yieldTask(OpenLoop open) {
        open.run(() -> {
            for (int i = 0; i < GAMES; i++) {
                var a = spawn("a", SwitchBenchmark::yields);
                var b = spawn("b", SwitchBenchmark::yields);
                a.join();
                b.join();
            }
        });
    }

    private static void yields() {
        for (int i = 0; i < WAITS / 2; i++) yieldNow();
    }
}
