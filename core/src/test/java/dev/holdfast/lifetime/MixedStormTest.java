package dev.holdfast.lifetime;

import static dev.holdfast.task.Coroutine.await;
import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static dev.holdfast.task.Coroutine.yieldNow;
import static java.time.Duration.ofNanos;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Holdfast;
import dev.holdfast.future.Promise;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.task.Task;
import dev.holdfast.testing.Logged;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// S34: demands 1 and 2 on one loop, in a storm. Tasks that somebody will wake who holds them weakly wait among tasks
/// that nobody will, all on promises of their own. The first must all succeed, the others all be told.
@Tag("threads")
@Timeout(60)
class MixedStormTest {
    private static final int MANY = 10_000; // of each
    private static final int BATCH = 200; // tasks at a time, at most
    private static final int CALM = 20; // of so many steps one collects

    @Test
    @Tag("collectors")
    void S34_storm(Logged log) {
        rage(MANY / 100, log);
    }

    @Test
    @Tag("collectors")
    @Tag("long")
    @Timeout(600)
    void S34_storm_atFullSize(Logged log) {
        rage(MANY, log);
    }

    private static void rage(int each, Logged log) {
        long seed = ThreadLocalRandom.current().nextLong();
        var storm = new Storm(seed);
        Holdfast.run(() -> storm.rage(each));
        assertThat(storm.crossed).as("crossed, with seed " + seed).isEmpty();
        assertThat(storm.successes).as("successes, with seed " + seed).isEqualTo(each);
        assertThat(storm.reports).as("reports, with seed " + seed).isEqualTo(each);
        assertThat(log.take())
                .extracting(line -> line.getMessage().lines().findFirst().orElseThrow())
                .doesNotHaveDuplicates()
                .hasSize(each)
                .allSatisfy(line -> assertThat(line).startsWith("Deadlock: nothing can wake Task[stuck-"));
    }

    /// All of it on the loop, but for the thread that brings some of the news.
    private static final class Storm {
        private final Random random;
        private final List<WeakReference<Promise<String>>> outside = new ArrayList<>(); // all that keeps the kept
        private final List<String> crossed = new ArrayList<>(); // who met the other's end
        private int successes;
        private int reports;

        Storm(long seed) {
            this.random = new Random(seed);
        }

        void rage(int each) {
            var names = new ArrayList<String>();
            for (int i = 0; i < each; i++) Collections.addAll(names, "kept-" + i, "stuck-" + i);
            Collections.shuffle(names, random);
            for (int done = 0; done < names.size(); ) {
                int size = Math.min(1 + random.nextInt(BATCH), names.size() - done);
                rage(names.subList(done, done += size));
            }
        }

        private void rage(List<String> names) {
            var batch = new ArrayList<Task<?>>();
            for (var name : names) batch.add(spawn(name, () -> waitOnMyOwn(name)));
            yieldNow(); // all have begun
            completeSomehow();
            Collections.shuffle(batch, random);
            for (var task : batch) task.join();
        }

        private void waitOnMyOwn(String name) {
            boolean isKept = name.startsWith("kept");
            var mine = new Promise<String>();
            if (isKept) outside.add(new WeakReference<>(mine));
            try {
                var end = await(mine);
                if (isKept && end.equals("success!")) successes++;
                else crossed.add(name + ": " + end);
            } catch (Deadlock e) {
                if (!isKept && e.getMessage().startsWith("nothing can wake Task[" + name + "]")) reports++;
                else crossed.add(name + ": " + e.getMessage());
            }
        }

        /// Each at once, by a timer, or by another thread, in any order; and now and then after a collection.
        private void completeSomehow() {
            Collections.shuffle(outside, random);
            var loop = IOLoop.current();
            var byThread = new ArrayList<Runnable>();
            for (var weak : List.copyOf(outside)) {
                switch (random.nextInt(3)) {
                    case 0 -> complete(weak);
                    case 1 -> loop.callLater(ofNanos(random.nextInt(1_000_000)), () -> complete(weak));
                    default -> byThread.add(() -> complete(weak));
                }
                if (random.nextInt(CALM) == 0) System.gc();
                if (random.nextInt(CALM) == 0) sleep(ofNanos(random.nextInt(100_000)));
            }
            outside.clear();
            bring(byThread, random.nextLong());
        }

        private static void complete(WeakReference<Promise<String>> weak) {
            var promise = weak.get();
            if (promise != null) promise.complete("success!"); // else its task is told, and that is a crossing
        }

        private static void bring(List<Runnable> news, long seed) {
            var door = IOLoop.current().external("outside");
            Thread.ofPlatform().start(() -> {
                var random = new Random(seed);
                for (var one : news) {
                    if (random.nextInt(CALM) == 0) System.gc();
                    door.execute(one);
                }
                door.close();
            });
        }
    }
}
