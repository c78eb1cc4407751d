package dev.holdfast.peers.works;

import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

/// A verticle of Vert.x on virtual threads: straight-line code, one thing at a time. Its queue is the event bus, by
/// request and reply. There are no scopes.
final class VertxThreads implements Works {
    private final Vertx vertx = Vertx.vertx();
    private final Context context = deploy();
    private long sum; // of what came from elsewhere

    private Context deploy() {
        var deployed = Promise.<Context>promise();
        var verticle = new VerticleBase() {
            @Override
            public Future<?> start() {
                deployed.complete(context);
                return Future.succeededFuture();
            }
        };
        vertx.deployVerticle(verticle, new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD))
                .await();
        return deployed.future().await();
    }

    /// Runs `body` on a virtual thread of its own, in turn with the others of the context.
    private <T> Future<T> start(Callable<T> body) {
        var result = Promise.<T>promise();
        context.runOnContext(_ -> {
            try {
                result.complete(body.call());
            } catch (Exception e) {
                result.fail(e);
            }
        });
        return result.future();
    }

    @Override
    public long switches(int n) {
        return start(() -> {
                    long waits = 0;
                    for (int i = 0; i < n / GAME; i++) waits += game();
                    return waits;
                })
                .await();
    }

    private int game() {
        var a = new Player<>(Promise.<Integer>promise());
        var b = new Player<>(Promise.<Integer>promise());
        var playerA = start(() -> play(a, b));
        var playerB = start(() -> play(b, a));
        a.ball.complete(0);
        playerA.await();
        return playerB.await() + 1;
    }

    private static int play(Player<Promise<Integer>> me, Player<Promise<Integer>> other) {
        int value = 0;
        for (int i = 0; i < GAME / 2; i++) {
            value = me.ball.future().await();
            me.ball = Promise.promise();
            other.ball.complete(value + 1);
        }
        return value;
    }

    @Override
    public long startJoin(int n) {
        return start(() -> {
                    long sum = 0;
                    for (int i = 0; i < n; i++) {
                        int number = i;
                        sum += start(() -> number).await();
                    }
                    return sum;
                })
                .await();
    }

    @Override
    public long pingPong(int n) {
        return start(() -> {
                    var bus = vertx.eventBus();
                    var echo = bus.<Integer>localConsumer("echo", message -> message.reply(message.body() + 1));
                    int value = 0;
                    while (value < n)
                        value = bus.<Integer>request("echo", value + 1).await().body();
                    echo.unregister().await();
                    return (long) value;
                })
                .await();
    }

    @Override
    public long fan(int n) {
        return start(() -> {
                    long sum = 0;
                    for (int i = 0; i < n; i += BATCH) sum += fanOf(i);
                    return sum;
                })
                .await();
    }

    private long fanOf(int first) {
        var futures = new ArrayList<Future<Integer>>(BATCH);
        for (int k = first; k < first + BATCH; k++) {
            int number = k;
            futures.add(start(() -> number));
        }
        return sumOf(futures);
    }

    private static long sumOf(List<? extends Future<? extends Number>> futures) {
        long sum = 0;
        for (var future : futures) sum += future.await().longValue();
        return sum;
    }

    @Override
    public long skynet(int n) {
        return start(() -> skynet(0, n)).await();
    }

    private long skynet(int first, int size) {
        if (size == 1) return first;
        var futures = new ArrayList<Future<Long>>(CHILDREN);
        int part = size / CHILDREN;
        for (int k = 0; k < CHILDREN; k++) {
            int start = first + k * part;
            futures.add(start(() -> skynet(start, part)));
        }
        return sumOf(futures);
    }

    @Override
    public long sleepers(int n) {
        return start(() -> {
                    var futures = new ArrayList<Future<Integer>>(n);
                    for (int i = 0; i < n; i++) {
                        int number = i;
                        futures.add(start(() -> {
                            vertx.timer(SOON.toMillis()).await();
                            return number;
                        }));
                    }
                    return sumOf(futures);
                })
                .await();
    }

    @Override
    public long callbacks(int n) {
        var all = Promise.<Long>promise();
        context.runOnContext(_ -> sum = 0);
        Thread.ofPlatform().start(() -> {
            for (int i = 0; i < n; i++) {
                int number = i;
                context.runOnContext(_ -> sum += number);
            }
            context.runOnContext(_ -> all.complete(sum));
        });
        return all.future().await();
    }

    @Override
    public Gate park(int n) {
        var gate = Promise.<Integer>promise();
        var ended = new CountDownLatch(n);
        for (int i = 0; i < n; i++) {
            context.runOnContext(_ -> {
                if (gate.future().await() == 1) ended.countDown();
            });
        }
        start(() -> 0).await(); // behind them all: each waits by then
        return () -> {
            gate.complete(1);
            ended.await();
        };
    }

    @Override
    public void close() {
        vertx.close().await();
    }
}
