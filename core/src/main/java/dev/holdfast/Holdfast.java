package dev.holdfast;

import dev.holdfast.loop.IOLoop;
import dev.holdfast.task.Action;
import dev.holdfast.task.Body;
import dev.holdfast.task.Task;
import dev.holdfast.task.Tasks;
import org.jspecify.annotations.Nullable;

/// The way in: runs a coroutine, and everything it starts, on a loop of its own.
public final class Holdfast {
    private Holdfast() {}

    /// Runs `body` as the main task, on a loop of its own on this thread; returns its value or throws its very
    /// error.
    public static <T extends @Nullable Object, X extends Throwable> T run(Body<T, X> body) throws X {
        try (var loop = IOLoop.open()) {
            var tasks = Tasks.of(loop);
            var main = new @Nullable Task<?>[1];
            loop.execute(() -> {
                Task<T> task = tasks.start("main", tasks.root(), body);
                main[0] = task;
                task.future().onDone(_ -> loop.stop());
            });
            loop.run();
            @SuppressWarnings("unchecked")
            var task = (Task<T>) main[0];
            if (task == null || !task.future().isDone()) {
                throw new IllegalStateException("nothing can happen any more");
            }
            return task.future().outcome().get();
        }
    }

    /// Runs `body` as the main task, like [#run(Body)].
    public static <X extends Throwable> void run(Action<X> body) throws X {
        run(body.asBody());
    }
}
