package dev.holdfast.peers.works;

import static dev.holdfast.task.Coroutine.await;
import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;

import dev.holdfast.benchmarks.OpenLoop;
import dev.holdfast.future.Promise;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.loop.Timer;
import dev.holdfast.queue.Queue;
import dev.holdfast.scope.TaskScope;
import dev.holdfast.task.Body;
import dev.holdfast.task.Task;
import java.util.ArrayList;

/// Tasks of Holdfast, on one loop. What several of them make together they make in a scope.
final class HoldfastTasks implements Works {
    private final OpenLoop open = new OpenLoop();
    private long result; // of main
    private long sum; // of what came from elsewhere
    private int fired;

    private long main(Body<Long, ?> body) {
        open.run(() -> result = body.call());
        return result;
    }

    @Override
    public long switches(int n) {
        return main(() -> {
            long waits = 0;
            for (int i = 0; i < n / GAME; i++) waits += game();
            return waits;
        });
    }

    private static int game() {
        var a = new Player<>(new Promise<Integer>());
        var b = new Player<>(new Promise<Integer>());
        var taskA = spawn("a", () -> play(a, b));
        var taskB = spawn("b", () -> play(b, a));
        a.ball.complete(0);
        taskA.join();
        return taskB.join() + 1;
    }

    private static int play(Player<Promise<Integer>> me, Player<Promise<Integer>> other) {
        int value = 0;
        for (int i = 0; i < GAME / 2; i++) {
            value = await(me.ball);
            me.ball = new Promise<>();
            other.ball.complete(value + 1);
        }
        return value;
    }

    @Override
    public long startJoin(int n) {
        return main(() -> {
            long sum = 0;
            for (int i = 0; i < n; i++) {
                int number = i;
                sum += spawn("child", () -> number).join();
            }
            return sum;
        });
    }

    @Override
    public long pingPong(int n) {
        return main(() -> {
            long items = 0;
            for (int i = 0; i < n / GAME; i++) items += rally();
            return items;
        });
    }

    private static int rally() {
        var left = new Queue<Integer>(1);
        var right = new Queue<Integer>(1);
        var taskA = spawn("a", () -> pass(left, right));
        var taskB = spawn("b", () -> pass(right, left));
        left.put(0);
        taskA.join();
        return taskB.join() + 1;
    }

    private static int pass(Queue<Integer> from, Queue<Integer> to) {
        int value = 0;
        for (int i = 0; i < GAME / 2; i++) {
            value = from.get();
            to.put(value + 1);
        }
        return value;
    }

    @Override
    public long fan(int n) {
        return main(() -> inScopes(n, BATCH));
    }

    @Override
    public long scopes(int n) {
        return main(() -> inScopes(n, CHILDREN));
    }

    /// So many at a time.
    private static long inScopes(int n, int children) {
        long sum = 0;
        for (int i = 0; i < n; i += children) {
            int first = i;
            sum += TaskScope.run(scope -> {
                var tasks = new ArrayList<Task<Integer>>(children);
                for (int k = first; k < first + children; k++) {
                    int number = k;
                    tasks.add(scope.start("child", () -> number));
                }
                return sumOf(tasks);
            });
        }
        return sum;
    }

    private static long sumOf(Iterable<? extends Task<? extends Number>> tasks) {
        long sum = 0;
        for (var task : tasks) sum += task.join().longValue();
        return sum;
    }

    @Override
    public long skynet(int n) {
        return main(() -> skynet(0, n));
    }

    private static long skynet(int first, int size) {
        if (size == 1) return first;
        return TaskScope.run(scope -> {
            var tasks = new ArrayList<Task<Long>>(CHILDREN);
            int part = size / CHILDREN;
            for (int k = 0; k < CHILDREN; k++) {
                int start = first + k * part;
                tasks.add(scope.start("node", () -> skynet(start, part)));
            }
            return sumOf(tasks);
        });
    }

    @Override
    public long setCancel(int n) {
        return main(() -> {
            var loop = IOLoop.current();
            var timers = new ArrayList<Timer>(BATCH);
            long cancelled = 0;
            for (int i = 0; i < n / BATCH; i++) {
                for (int k = 0; k < BATCH; k++) timers.add(loop.callLater(LATER, () -> {}));
                for (var timer : timers) timer.cancel();
                cancelled += timers.size();
                timers.clear();
            }
            return cancelled;
        });
    }

    @Override
    public long setFire(int n) {
        return main(() -> {
            fired = 0;
            var all = new Promise<Integer>();
            var loop = IOLoop.current();
            for (int i = 0; i < n; i++) loop.callLater(SOON, () -> fire(n, all));
            return (long) await(all);
        });
    }

    private void fire(int n, Promise<Integer> all) {
        if (++fired == n) all.complete(fired);
    }

    @Override
    public long sleepers(int n) {
        return main(() -> TaskScope.run(scope -> {
            var tasks = new ArrayList<Task<Integer>>(n);
            for (int i = 0; i < n; i++) {
                int number = i;
                tasks.add(scope.start("sleeper", () -> {
                    sleep(SOON);
                    return number;
                }));
            }
            return sumOf(tasks);
        }));
    }

    @Override
    public long callbacks(int n) {
        return main(() -> {
            sum = 0;
            var all = new Promise<Long>();
            var door = IOLoop.current().external("elsewhere");
            Thread.ofPlatform().start(() -> {
                for (int i = 0; i < n; i++) {
                    int number = i;
                    door.execute(() -> sum += number);
                }
                door.closeAfter(() -> all.complete(sum));
            });
            return await(all);
        });
    }

    @Override
    public Gate park(int n) {
        var gate = new Promise<Boolean>();
        untilQuiet(() -> {
            for (int i = 0; i < n; i++) spawn("task", () -> await(gate));
        });
        return () -> untilQuiet(() -> gate.complete(true));
    }

    /// Stops when all that `callback` has started or woken has had its turn: at a run that ends by itself, whoever
    /// still waits is told that nobody will wake him.
    private void untilQuiet(Runnable callback) {
        open.loop().execute(() -> {
            callback.run();
            spawn("last", () -> open.loop().stop());
        });
        open.loop().run();
    }

    @Override
    public void close() {
        open.close();
    }
}
