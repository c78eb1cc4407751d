package dev.holdfast.testing;

import dev.holdfast.carrier.Complaint;
import dev.holdfast.future.Outcome;
import dev.holdfast.inspect.Inspector;
import dev.holdfast.inspect.TaskTree;
import dev.holdfast.loop.Chance;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.loop.LoopLocal;
import dev.holdfast.loop.Poller;
import dev.holdfast.loop.Timer;
import dev.holdfast.task.Body;
import dev.holdfast.task.Task;
import dev.holdfast.task.Tasks;
import dev.holdfast.time.Clock;
import dev.holdfast.time.Span;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// One run of a [Sim]: a loop whose clock is a number, and what may be said against how it went.
///
/// The number stands still while anybody can run. When nobody can, it jumps to the next timer; unless somebody may
/// still come from outside, and then this really waits for him.
final class World {
    /// So much virtual time may pass, unless the test says otherwise: a year, and a leap day.
    static final Duration LIMIT = Duration.ofDays(366);

    private static final Duration PATIENCE = Duration.ofSeconds(10); // real time
    private static final LoopLocal<Place> PLACE = LoopLocal.withInitial(_ -> new Place());

    private final Poller real = Poller.parking();
    private final Duration patience;
    private final IOLoop loop;
    private final Tasks tasks;
    private List<Complaint> complaints = new ArrayList<>(); // that the test has not asked for
    private long limit = LIMIT.toNanos(); // nanoseconds since the start
    private long now; // nanoseconds since the start
    private boolean over; // what is left is being cancelled

    /// What a loop knows of its world.
    private static final class Place {
        private @Nullable World world;
    }

    World(Duration patience, SplittableRandom random) {
        this.patience = patience;
        loop = IOLoop.open("sim", () -> now, new Jumping());
        loop.traceOrigins();
        loop.carrier().heed(complaint -> complaints.add(complaint));
        Chance.replace(loop, random);
        PLACE.get(loop).world = this;
        tasks = Tasks.of(loop);
    }

    /// Returns a world in which whoever is ready first goes on first.
    static World inOrder() {
        return new World(PATIENCE, new SplittableRandom(0));
    }

    /// Returns a world in which `seed` decides who goes on first.
    static World shuffled(long seed) {
        var random = new SplittableRandom(seed);
        var world = new World(PATIENCE, random.split());
        world.loop.carrier().shuffle(random);
        return world;
    }

    /// Returns the world that the current code runs in.
    static World current() {
        var loop = IOLoop.current();
        var world = PLACE.get(loop).world;
        if (world == null) throw new IllegalStateException(loop + " is no Sim");
        return world;
    }

    // ---- what a test may say

    void limit(Duration limit) {
        this.limit = Span.nanos(limit);
    }

    List<Complaint> takeComplaints() {
        var taken = complaints;
        complaints = new ArrayList<>();
        return taken;
    }

    // ---- the run

    <T extends @Nullable Object, X extends Throwable> T run(Body<T, X> body) throws X {
        Outcome<T> outcome;
        String left;
        try (loop) {
            Task<T> test = tasks.start("test", tasks.root(), body);
            loop.execute(() -> test.future().onDone(_ -> loop.stop()));
            try {
                loop.run();
            } finally {
                over = true;
            }
            if (!test.future().isDone()) throw new AssertionError(withoutResult());
            outcome = test.future().outcome();
            FaultyExternal.loseAll(loop);
            left = left();
        }
        var value = outcome.get();
        judge(left);
        return value;
    }

    private String withoutResult() {
        if (loop.wasStopped()) return loop + " was stopped before Task[test] had a result";
        return "nothing can happen any more: " + left();
    }

    /// The body has done its part; but is that all there is to say?
    private void judge(String left) {
        var charges = new ArrayList<String>();
        if (!left.isEmpty()) charges.add("left behind: " + left);
        for (var complaint : complaints) charges.add("logged: " + complaint);
        if (charges.isEmpty()) return;
        var error = new AssertionError(String.join("\n", charges));
        for (var complaint : complaints) if (complaint.error() != null) error.addSuppressed(complaint.error());
        throw error;
    }

    /// Returns what has not ended: tasks, or if there are none, timers.
    private String left() {
        var live = tasks.live();
        if (!live.isEmpty()) return live.stream().map(Task::describe).collect(Collectors.joining(", "));
        return loop.timers().stream().map(Timer::toString).collect(Collectors.joining(", "));
    }

    /// Where others sleep, this jumps.
    private final class Jumping implements Poller {
        @Override
        public void poll(long nanos) {
            if (!over) Blocked.check(loop, nanos > 0);
            if (nanos == 0) return;
            if (loop.awaitsOutside()) awaitOutside(nanos);
            else if (nanos == Long.MAX_VALUE) throw new AssertionError("nothing can happen any more\n" + tree());
            else jump(nanos);
        }

        private void awaitOutside(long nanos) {
            if (cameInTime()) return;
            if (!over) throw nobodyCame();
            jump(nanos); // to where the loop loses its patience with those who are left
        }

        private boolean cameInTime() {
            long start = Clock.SYSTEM.nanos();
            real.poll(patience.toNanos());
            return Clock.SYSTEM.nanos() - start < patience.toNanos();
        }

        private AssertionError nobodyCame() {
            var blocked = Blocked.find(loop);
            if (blocked != null) return blocked;
            return new AssertionError("nobody came from outside in " + Span.words(patience) + "\n" + tree());
        }

        private void jump(long nanos) {
            now += nanos;
            if (over || now <= limit) return;
            var most = Span.words(Duration.ofNanos(limit));
            throw new AssertionError("more than " + most + " of virtual time have passed\n" + tree());
        }

        /// Returns who does what, as the poller can see it.
        private String tree() {
            return TaskTree.of(Inspector.snapshot(loop));
        }

        @Override
        public void wakeup() {
            real.wakeup();
        }
    }
}
