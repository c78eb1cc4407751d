package dev.holdfast.peers.works;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/// Vert.x's futures on one of its event loops. One thing at a time, and no straight-line code, as in [Stages]. Its
/// promises call their handlers at once, so to complete one that somebody else waits for, or to start something, is a
/// turn of the loop. Its queue is the event bus. There are no tasks that could be parked, and no scopes.
final class VertxCallbacks implements Works {
    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();
    private int fired;
    private long sum; // of what came from elsewhere

    @Override
    public long switches(int n) {
        return repeat(n / GAME, _ -> game());
    }

    private Future<Long> game() {
        var a = new Player<>(Promise.<Integer>promise());
        var b = new Player<>(Promise.<Integer>promise());
        var end = Promise.<Long>promise();
        play(a, b, GAME / 2, Promise.promise());
        play(b, a, GAME / 2, end);
        a.ball.complete(0);
        return end.future();
    }

    private void play(Player<Promise<Integer>> me, Player<Promise<Integer>> other, int left, Promise<Long> end) {
        me.ball.future().onSuccess(value -> {
            me.ball = Promise.promise();
            var next = other.ball;
            if (left == 1) end.complete(value + 1L);
            else play(me, other, left - 1, end);
            context.runOnContext(_ -> next.complete(value + 1));
        });
    }

    @Override
    public long startJoin(int n) {
        return repeat(n, i -> start(() -> (long) i));
    }

    @Override
    public long pingPong(int n) {
        var bus = vertx.eventBus();
        var all = Promise.<Integer>promise();
        context.runOnContext(_ -> {
            var left = bus.<Integer>localConsumer("left", message -> bus.send("right", message.body() + 1));
            var right = bus.<Integer>localConsumer("right", message -> {
                if (message.body() == n - 1) all.complete(n);
                else bus.send("left", message.body() + 1);
            });
            all.future().onComplete(_ -> Future.all(left.unregister(), right.unregister()));
            bus.send("left", 0);
        });
        return all.future().await();
    }

    @Override
    public long fan(int n) {
        return repeat(n / BATCH, i -> fanOf(i * BATCH));
    }

    private Future<Long> fanOf(int first) {
        var futures = new ArrayList<Future<Long>>(BATCH);
        for (int k = first; k < first + BATCH; k++) {
            long number = k;
            futures.add(start(() -> number));
        }
        return sumOf(futures);
    }

    private static Future<Long> sumOf(List<Future<Long>> futures) {
        return Future.all(futures)
                .map(all -> all.<Long>list().stream().mapToLong(Long::longValue).sum());
    }

    @Override
    public long skynet(int n) {
        return skynet(0, n).await();
    }

    private Future<Long> skynet(int first, int size) {
        if (size == 1) return start(() -> (long) first);
        return start(() -> children(first, size)).compose(VertxCallbacks::sumOf);
    }

    private List<Future<Long>> children(int first, int size) {
        var futures = new ArrayList<Future<Long>>(CHILDREN);
        int part = size / CHILDREN;
        for (int k = 0; k < CHILDREN; k++) futures.add(skynet(first + k * part, part));
        return futures;
    }

    @Override
    public long setCancel(int n) {
        return start(() -> setCancelHere(n)).await();
    }

    private long setCancelHere(int n) {
        var pending = new ArrayList<Long>(BATCH);
        long cancelled = 0;
        for (int i = 0; i < n / BATCH; i++) {
            for (int k = 0; k < BATCH; k++) pending.add(vertx.setTimer(LATER.toMillis(), _ -> {}));
            for (long timer : pending) {
                if (vertx.cancelTimer(timer)) cancelled++;
            }
            pending.clear();
        }
        return cancelled;
    }

    @Override
    public long setFire(int n) {
        var all = Promise.<Integer>promise();
        context.runOnContext(_ -> {
            fired = 0;
            for (int i = 0; i < n; i++) vertx.setTimer(SOON.toMillis(), _ -> fire(n, all));
        });
        return all.future().await();
    }

    private void fire(int n, Promise<Integer> all) {
        if (++fired == n) all.complete(fired);
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

    private <T> Future<T> start(Supplier<T> body) {
        var result = Promise.<T>promise();
        context.runOnContext(_ -> result.complete(body.get()));
        return result.future();
    }

    /// Takes `n` steps, each when the one before has ended, and returns the sum of their results.
    private long repeat(int n, IntFunction<Future<Long>> step) {
        var end = Promise.<Long>promise();
        context.runOnContext(_ -> repeatFrom(0, n, 0, step, end));
        return end.future().await();
    }

    private void repeatFrom(int i, int n, long sum, IntFunction<Future<Long>> step, Promise<Long> end) {
        if (i == n) end.complete(sum);
        else step.apply(i).onSuccess(result -> repeatFrom(i + 1, n, sum + result, step, end));
    }

    @Override
    public void close() {
        vertx.close().await();
    }
}
