package dev.holdfast.lifetime;

import static dev.holdfast.task.Coroutine.await;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.holdfast.Holdfast;
import dev.holdfast.future.Future;
import dev.holdfast.future.Futures;
import dev.holdfast.future.Promise;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.testing.Logged;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Scenarios of lifetime.md in which somebody outside is to end a wait: another thread, which comes, comes late, comes
/// by the wrong door or will never come.
@Tag("threads")
@Timeout(60)
class OutsideTest {
    private static final int MANY = 100_000;
    private static final int BATCH = 1_000; // in flight at a time: under a storm each switch of threads takes long

    // ---- who will never come

    @Test
    @Tag("collectors")
    void S05_droppedCompleter() {
        Holdfast.run(() -> {
            var forgotten = openAndDrop();
            try (var _ = new Collecting()) {
                assertThatExceptionOfType(BrokenPromise.class)
                        .isThrownBy(() -> await(forgotten))
                        .withMessageMatching(
                                "ExternalPromise\\[lost answer] was dropped before anybody completed it; opened at"
                                        + " OutsideTest\\.openAndDrop\\(OutsideTest\\.java:\\d+\\)");
            }
        });
    }

    private static Future<String> openAndDrop() {
        return ExternalPromise.<String>open("lost answer").future();
    }

    @Test
    void S06_closedCompleter() {
        Holdfast.run(() -> {
            ExternalPromise<String> answer = ExternalPromise.open("answer");
            Thread.ofPlatform().start(() -> answer.close("the sensor is gone"));
            assertThatExceptionOfType(BrokenPromise.class)
                    .isThrownBy(() -> await(answer.future()))
                    .withMessageMatching("ExternalPromise\\[answer] was closed: the sensor is gone; opened at"
                            + " OutsideTest\\.S06_closedCompleter\\(OutsideTest\\.java:\\d+\\)");
        });
    }

    @Test
    void S20_emitterGone() { // with an ExternalPromise: broken
        Holdfast.run(() -> {
            var emitter = new Emitter();
            var next = emitter.next();
            emitter = null;
            try (var _ = new Collecting()) {
                assertThatExceptionOfType(BrokenPromise.class)
                        .isThrownBy(() -> await(next))
                        .withMessageContaining("next event");
            }
        });
    }

    private static final class Emitter {
        private final List<ExternalPromise<String>> waiting = new ArrayList<>();

        Future<String> next() {
            ExternalPromise<String> next = ExternalPromise.open("next event");
            waiting.add(next);
            return next.future();
        }
    }

    @Test
    void S20_emitterGone_ofTheSameLoop(Logged log) { // otherwise: quiescence
        Holdfast.run(() -> {
            var emitter = new LocalEmitter();
            var next = emitter.next();
            emitter = null;
            assertThatExceptionOfType(Deadlock.class)
                    .isThrownBy(() -> await(next))
                    .withMessageContaining("nothing can wake Task[main]");
        });
        Reports.expect(log, "main");
    }

    private static final class LocalEmitter {
        private final List<Promise<String>> waiting = new ArrayList<>();

        Future<String> next() {
            var next = new Promise<String>();
            waiting.add(next);
            return next;
        }
    }

    @Test
    void S25_externalThreadDied() {
        Holdfast.run(() -> {
            var answer = askAThreadThatDies();
            try (var _ = new Collecting()) {
                assertThatExceptionOfType(BrokenPromise.class)
                        .isThrownBy(() -> await(answer))
                        .withMessageContaining("ExternalPromise[answer]");
            }
        });
    }

    private static Future<Integer> askAThreadThatDies() {
        ExternalPromise<Integer> answer = ExternalPromise.open("answer");
        Thread.ofPlatform()
                .uncaughtExceptionHandler((_, _) -> {})
                .start(() -> answer.complete(Integer.parseInt("forty-two")));
        return answer.future();
    }

    // ---- who comes late

    @Test
    @Tag("collectors")
    void S24_lateExternal() throws Exception {
        awaitLate(ofSeconds(1));
    }

    @Test
    @Tag("long")
    void S24_lateExternal_afterTenSeconds() throws Exception {
        awaitLate(ofSeconds(10));
    }

    /// **fix** To anybody who only looks at what a loop holds these are waits that nobody will end. Three loops at the
    /// same time, with nothing else on any of them.
    private static void awaitLate(Duration late) throws Exception {
        try (var storm = new Collecting();
                var threads = Executors.newThreadPerTaskExecutor(Thread::new)) {
            for (var end : threads.invokeAll(
                    List.<Callable<String>>of(() -> awaitPromise(late), () -> awaitDoor(late), () -> awaitStage(late))))
                assertThat(end.get()).isEqualTo("late");
            assertThat(storm.collections()).as("collections meanwhile").isPositive();
        }
    }

    private static String awaitPromise(Duration late) {
        return Holdfast.run(() -> {
            ExternalPromise<String> promise = ExternalPromise.open("late");
            after(late, () -> promise.complete("late"));
            return await(promise.future());
        });
    }

    private static String awaitDoor(Duration late) {
        return Holdfast.run(() -> {
            var promise = new Promise<String>();
            var door = IOLoop.current().external("late");
            after(late, () -> door.closeAfter(() -> promise.complete("late")));
            return await(promise);
        });
    }

    private static String awaitStage(Duration late) {
        return Holdfast.run(() -> {
            var stage = new CompletableFuture<String>();
            after(late, () -> stage.complete("late"));
            return await(stage);
        });
    }

    private static void after(Duration late, Runnable act) {
        Thread.ofPlatform().start(() -> {
            pause(late);
            act.run();
        });
    }

    private static void pause(Duration length) {
        long end = System.nanoTime() + length.toNanos();
        for (long left; (left = end - System.nanoTime()) > 0; ) LockSupport.parkNanos(left);
    }

    // ---- who comes by the wrong door

    @Test
    void S24b_wrongDoor() { // rule 18
        Holdfast.run(() -> {
            var loop = IOLoop.current();
            ExternalPromise<List<Throwable>> told = ExternalPromise.open("errors");
            Thread.ofPlatform()
                    .name("stranger")
                    .start(() -> told.complete(List.of(
                            catchThrowable(() -> loop.external("late")),
                            catchThrowable(() -> loop.execute(() -> {})),
                            catchThrowable(() -> loop.callLater(ofHours(1), () -> {})))));
            assertThat(await(told.future()))
                    .allSatisfy(error -> assertThat(error)
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessageMatching("Thread\\[stranger] touched IOLoop\\[main], which runs on Thread\\[.+];"
                                    + " open an External on the loop and hand it to this thread"));
        });
    }

    // ---- who comes while it is being collected

    @Test
    @Tag("collectors")
    void S30_fenced() {
        keepInAStorm(MANY / 100);
    }

    @Test
    @Tag("long")
    @Timeout(600)
    void S30_fenced_aHundredThousandTimes() {
        keepInAStorm(MANY);
    }

    /// Another thread completes each, and drops it in the same moment.
    private static void keepInAStorm(int rounds) {
        BlockingQueue<ExternalPromise<Integer>> handed = new LinkedBlockingQueue<>();
        var keeper = Thread.ofPlatform().daemon().start(() -> keep(handed));
        try (var _ = new Collecting()) {
            Holdfast.run(() -> {
                for (int i = 0; i < rounds / BATCH; i++) {
                    var batch = Stream.generate(() -> hand(handed)).limit(BATCH).toList();
                    assertThat(await(Futures.all(batch))).hasSize(BATCH);
                }
            });
        } finally {
            keeper.interrupt();
        }
    }

    private static Future<Integer> hand(BlockingQueue<ExternalPromise<Integer>> handed) {
        ExternalPromise<Integer> one = ExternalPromise.open("one");
        var future = one.future();
        handed.add(one);
        return future;
    }

    private static void keep(BlockingQueue<ExternalPromise<Integer>> handed) {
        try {
            while (true) handed.take().complete(1);
        } catch (InterruptedException e) {
            // the test is over
        }
    }
}
