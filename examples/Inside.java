// A program that looks at itself: who waits on what, for how long, and where; also how to ask any one thing.
import static dev.holdfast.task.Coroutine.sleep;

import dev.holdfast.Holdfast;
import dev.holdfast.inspect.Inspector;
import dev.holdfast.inspect.TaskTree;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.queue.Queue;
import dev.holdfast.scope.TaskScope;
import dev.holdfast.sync.Lock;
import java.time.Duration;

void main() {
    Holdfast.run(() -> {
        var jobs = new Queue<String>(8).named("jobs");
        var pages = new Lock("pages");
        TaskScope.run(scope -> {
            scope.start("reader", () -> {
                try (var _ = pages.acquire()) {
                    jobs.get();
                }
            });
            scope.start("writer", () -> pages.acquire().close());
            sleep(Duration.ofMillis(10));
            IO.println(TaskTree.of(Inspector.snapshot(IOLoop.current())));
            IO.println(jobs.describe());
            IO.println(pages.describe());
            jobs.put("a page");
        });
    });
}
