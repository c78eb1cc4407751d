package dev.holdfast.benchmarks;

import static dev.holdfast.task.Coroutine.spawn;

import dev.holdfast.loop.IOLoop;
import dev.holdfast.task.Action;
import dev.holdfast.task.Task;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// A loop that stays open over all invocations of a benchmark.
@State(Scope.Thread)
public class OpenLoop {
    final IOLoop loop = IOLoop.open("bench");

    /// Refuses to measure the wrong thing.
    public OpenLoop() {
        var kind = loop.carrier().kind();
        var wish = System.getProperty("holdfast.carrier", "mounted");
        if (!kind.equals(wish)) throw new IllegalStateException("the carrier is " + kind + ", not " + wish);
    }

    /// {@return the loop, for what is no task}
    public IOLoop loop() {
        return loop;
    }

    /// Runs `body` as a task, and everything that it starts, to the end.
    public void run(Action<?> body) {
        var main = new @Nullable Task<?>[1];
        loop.execute(() -> main[0] = spawn("main", body));
        loop.run();
        var task = main[0];
        if (task == null) throw new IllegalStateException("the main task was not started");
        task.future().outcome().get();
    }

    /// Ends it.
    @TearDown
    public void close() {
        loop.close();
    }
}
