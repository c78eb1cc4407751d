package dev.holdfast.testing;

import dev.holdfast.loop.Chance;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.loop.Poller;
import dev.holdfast.task.Body;
import dev.holdfast.task.Task;
import dev.holdfast.task.Tasks;
import dev.holdfast.time.Clock;
import dev.holdfast.time.Span;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// One run of a [Sim]: a loop whose clock is a number.
final class World {
    private static final Duration PATIENCE = Duration.ofSeconds(10); // real time

    private final Poller real = Poller.parking();
    private final IOLoop loop;
    private final Tasks tasks;
    private long now; // nanoseconds since the start

    private World(SplittableRandom random) {
        loop = IOLoop.open("sim", () -> now, new Jumping());
        loop.traceOrigins();
        Chance.replace(loop, random);
        tasks = Tasks.of(loop);
    }

    /// A world in which whoever is ready first goes on first.
    static World inOrder() {
        return new World(new SplittableRandom(0));
    }

    /// A world in which `seed` decides who goes on first.
    static World shuffled(long seed) {
        var random = new SplittableRandom(seed);
        var world = new World(random.split());
        world.loop.carrier().shuffle(random);
        return world;
    }

    <T extends @Nullable Object, X extends Throwable> T run(Body<T, X> body) throws X {
        try (loop) {
            Task<T> test = tasks.start("test", tasks.root(), body);
            loop.execute(() -> test.future().onDone(_ -> loop.stop()));
            loop.run();
            if (!test.future().isDone()) throw new AssertionError(withoutResult());
            var outcome = test.future().outcome();
            var value = outcome.get();
            if (!tasks.live().isEmpty()) throw new AssertionError("left behind: " + left());
            return value;
        }
    }

    private String withoutResult() {
        if (loop.wasStopped()) return loop + " was stopped before Task[test] had a result";
        return "nothing can happen any more: " + left();
    }

    private String left() {
        return tasks.live().stream().map(Task::describe).collect(Collectors.joining(", "));
    }

    /// Where others sleep, this jumps; unless somebody may still come from outside.
    private final class Jumping implements Poller {
        @Override
        public void poll(long nanos) {
            if (nanos == 0) return;
            if (loop.awaitsOutside()) awaitOutside();
            else if (nanos == Long.MAX_VALUE) throw new AssertionError("nothing can happen any more: " + left());
            else now += nanos;
        }

        private void awaitOutside() {
            long start = Clock.SYSTEM.nanos();
            real.poll(PATIENCE.toNanos());
            if (Clock.SYSTEM.nanos() - start < PATIENCE.toNanos()) return;
            throw new AssertionError("nobody came from outside in " + Span.words(PATIENCE) + ": " + left());
        }

        @Override
        public void wakeup() {
            real.wakeup();
        }
    }
}
