package dev.holdfast.lifetime;

import static dev.holdfast.task.Coroutine.await;
import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Holdfast;
import dev.holdfast.Program;
import dev.holdfast.future.Future;
import dev.holdfast.future.Promise;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// L3: an idle loop asks for collections, and for how few.
class CollectorTest {
    private static final int TRIES = 5;
    private static final long A_SECOND = 1_500; // milliseconds, with what a slow machine adds

    // ---- how seldom

    private long now;
    private int collections;
    private Duration length = ofMillis(5); // of the next collection
    private final List<Runnable> elsewhere = new ArrayList<>();
    private final Collector collector = new Collector(() -> now, elsewhere::add, () -> {
        collections++;
        now += length.toNanos();
    });

    private void runElsewhere() {
        List.copyOf(elsewhere).forEach(Runnable::run);
        elsewhere.clear();
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    @Test
    void theFirstMayBeAskedForAtOnce() {
        assertThat(collector.mayAsk()).isTrue();
        collector.ask();
        runElsewhere();
        assertThat(collections).isOne();
    }

    @Test
    void oneAtATimeHoweverManyLoopsAsk() {
        collector.ask();
        collector.ask();
        pass(ofSeconds(100));
        collector.ask(); // the first has not even begun
        assertThat(elsewhere).hasSize(1);
    }

    @Test
    void theNextComesAThousandTimesAsLongLater() {
        collector.ask();
        runElsewhere();
        pass(ofMillis(4_999));
        assertThat(collector.mayAsk()).isFalse();
        collector.ask();
        assertThat(elsewhere).isEmpty();
        pass(ofMillis(1));
        assertThat(collector.mayAsk()).isTrue();
        collector.ask();
        assertThat(elsewhere).hasSize(1);
    }

    @Test
    void andASecondLaterAtLeast() {
        length = Duration.ofNanos(1);
        collector.ask();
        runElsewhere();
        pass(ofMillis(999));
        assertThat(collector.mayAsk()).isFalse();
        pass(ofMillis(1));
        assertThat(collector.mayAsk()).isTrue();
    }

    @Test
    void noThreadToBeHadIsNotWorthALoop() {
        var poor = new Collector(
                () -> now,
                _ -> {
                    throw new OutOfMemoryError("unable to create native thread");
                },
                () -> {});
        poor.ask();
        assertThat(poor.mayAsk()).isFalse();
        pass(ofSeconds(1));
        assertThat(poor.mayAsk()).isTrue();
    }

    // ---- in a JVM of its own

    @Test
    @Tag("threads")
    @Tag("collectors")
    void S05_droppedCompleter_inAnIdleLoop() throws Exception {
        expectBrokenWithinASecond();
    }

    @Test
    @Tag("threads")
    void evenIfExplicitCollectionsAreSwitchedOff() throws Exception {
        expectBrokenWithinASecond("-XX:+DisableExplicitGC");
    }

    /// The quickest of some tries: the machine may be busy.
    private static void expectBrokenWithinASecond(String... flags) throws IOException {
        var tries = new ArrayList<Long>();
        while (tries.size() < TRIES && tries.stream().noneMatch(millis -> millis < A_SECOND))
            tries.add(millisUntilBroken(flags));
        assertThat(tries).as("milliseconds").anyMatch(millis -> millis < A_SECOND);
    }

    private static long millisUntilBroken(String... flags) throws IOException {
        try (var program = Program.start(Forgetful.class, flags)) {
            return Long.parseLong(program.rest());
        }
    }

    @Test
    @Tag("threads")
    void alsoForOneThatNobodyAwaitsSinceItKeepsTheOthersFromBeingTold() throws Exception {
        try (var program = Program.start(Leaky.class)) {
            assertThat(program.rest()).contains("Deadlock: nothing can wake Task[main]");
        }
    }

    @Test
    @Tag("threads")
    void notIfThatIsSwitchedOff() throws Exception {
        try (var program = Program.start(Holding.class, "-Dholdfast.collect=off")) {
            program.awaitLine("0 collections");
        }
    }

    @Test
    @Tag("threads")
    void aFewAreEnoughForOneThatIsHeld() throws Exception {
        try (var program = Program.start(Holding.class)) {
            assertThat(program.rest()).matches("[1-3] collections"); // in three seconds
        }
    }

    /// Drops a handle, and prints how many milliseconds it took to be told.
    static final class Forgetful {
        public static void main(String... args) {
            Holdfast.run(() -> {
                var lost = lost();
                long start = System.nanoTime();
                try {
                    await(lost);
                } catch (BrokenPromise e) {
                    IO.println((System.nanoTime() - start) / 1_000_000);
                }
            });
        }

        private static Future<String> lost() {
            return ExternalPromise.<String>open("lost").future();
        }
    }

    /// Drops a handle that nobody waits for, and waits for something else, in vain.
    static final class Leaky {
        public static void main(String... args) {
            Holdfast.run(() -> {
                ExternalPromise.open("leaked");
                await(new Promise<>());
            });
        }
    }

    /// Holds a handle for three seconds, and prints how often the JVM collected meanwhile.
    static final class Holding {
        public static void main(String... args) {
            Holdfast.run(() -> {
                var held = ExternalPromise.<String>open("held");
                var waiting = spawn("waiting", () -> await(held.future()));
                long before = collections();
                sleep(ofSeconds(3));
                IO.println(collections() - before + " collections");
                Reference.reachabilityFence(held);
                held.complete("at last");
                waiting.join();
            });
        }

        private static long collections() {
            return ManagementFactory.getGarbageCollectorMXBeans().stream()
                    .mapToLong(GarbageCollectorMXBean::getCollectionCount)
                    .sum();
        }
    }
}
