package dev.holdfast.lifetime;

import static dev.holdfast.task.Coroutine.await;
import static dev.holdfast.task.Coroutine.spawn;
import static dev.holdfast.task.Coroutine.yieldNow;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.holdfast.Holdfast;
import dev.holdfast.future.Future;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.testing.Logged;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// L1 and L3 of lifetime.md: promises that other threads keep, close, or forget.
@Tag("threads")
@Timeout(60)
class ExternalPromiseTest {
    private static final int BATCH = 1_000; // in flight at a time: under a storm each switch of threads takes long

    // ---- kept

    @Test
    void anotherThreadKeepsIt() { // L1
        var value = Holdfast.run(() -> {
            ExternalPromise<Integer> answer = ExternalPromise.open("answer");
            Thread.ofPlatform().start(() -> answer.complete(42));
            return await(answer.future());
        });
        assertThat(value).isEqualTo(42);
    }

    @Test
    void anErrorArrivesAsItself() { // L1
        var error = new IOException("line cut");
        Holdfast.run(() -> {
            ExternalPromise<Integer> answer = ExternalPromise.open("answer");
            Thread.ofPlatform().start(() -> answer.fail(error));
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> await(answer.future()))
                    .isSameAs(error);
        });
    }

    @Test
    void aValueMayBeNull() { // rule 33 is of queues alone
        Holdfast.run(() -> {
            ExternalPromise<@Nullable Void> done = ExternalPromise.open("done");
            Thread.ofPlatform().start(() -> done.complete(null));
            assertThat(await(done.future())).isNull();
        });
    }

    @Test
    void whoIsFirstIsTold() { // rule 13
        Holdfast.run(() -> {
            ExternalPromise<String> answer = ExternalPromise.open("answer");
            assertThat(answer.complete("first")).isTrue();
            assertThat(answer.complete("second")).isFalse();
            assertThat(answer.fail(new IOException())).isFalse();
            assertThat(answer.close("too late")).isFalse();
            assertThat(await(answer.future())).isEqualTo("first");
        });
    }

    @Test
    void ofTwoThreadsOneGetsIn() throws Exception { // rule 13
        for (int round = 0; round < 200; round++) {
            var taken = new AtomicInteger();
            var start = new CyclicBarrier(2);
            var racers = new ArrayList<Thread>();
            Holdfast.run(() -> {
                ExternalPromise<Integer> answer = ExternalPromise.open("answer");
                for (int i = 0; i < 2; i++) {
                    int mine = i;
                    racers.add(Thread.ofPlatform().start(() -> {
                        meet(start);
                        if (answer.complete(mine)) taken.incrementAndGet();
                    }));
                }
                await(answer.future());
            });
            for (var racer : racers) racer.join();
            assertThat(taken).hasValue(1);
        }
    }

    @Test
    void whatIsKeptOnTheLoopArrivesInALaterTurn() { // rule 16
        Holdfast.run(() -> {
            ExternalPromise<String> answer = ExternalPromise.open("answer");
            answer.complete("here");
            assertThat(answer.future().isDone()).isFalse();
            assertThat(await(answer.future())).isEqualTo("here");
        });
    }

    // ---- counted

    @Test
    void itKeepsItsLoopRunningUntilItHasArrived() { // L2: no open External or unsettled ExternalPromise
        try (var loop = IOLoop.open()) {
            var answers = new ArrayList<String>();
            loop.execute(() -> {
                ExternalPromise<String> answer = ExternalPromise.open("answer");
                answer.future().onDone(outcome -> answers.add(outcome.get()));
                assertThat(loop.externals()).containsExactly("answer");
                Thread.ofPlatform().start(() -> answer.complete("here"));
            });
            loop.run();
            assertThat(answers).containsExactly("here");
            assertThat(loop.externals()).isEmpty();
            assertThat(loop.awaitsOutside()).isFalse();
        }
    }

    @Test
    void afterTheLoopsCloseItIsFalseAndNeverThrows() { // rule 6
        var promises = new ArrayList<ExternalPromise<String>>();
        Holdfast.run(() -> {
            for (int i = 0; i < 3; i++) promises.add(ExternalPromise.open("answer"));
        });
        assertThat(promises.get(0).complete("late")).isFalse();
        assertThat(promises.get(1).fail(new IOException())).isFalse();
        assertThat(promises.get(2).close("late")).isFalse();
        assertThat(promises.get(2).complete("later")).isFalse();
        assertThat(promises.get(0)).hasToString("ExternalPromise[answer]");
    }

    @Test
    void completingAgainstTheLoopsCloseNeverThrows() throws Exception { // rule 6: no race with the close
        for (int round = 0; round < 200; round++) {
            var start = new CyclicBarrier(2);
            var racers = new ArrayList<Thread>();
            var errors = new ArrayList<Throwable>();
            Holdfast.run(() -> {
                ExternalPromise<String> answer = ExternalPromise.open("answer");
                racers.add(Thread.ofPlatform()
                        .uncaughtExceptionHandler((_, e) -> errors.add(e))
                        .start(() -> {
                            meet(start);
                            answer.complete("perhaps");
                            if (answer.complete("again")) throw new AssertionError("twice");
                        }));
                meet(start);
            });
            for (var racer : racers) racer.join();
            assertThat(errors).isEmpty();
        }
    }

    // ---- broken

    private static Future<String> forgotten() {
        return ExternalPromise.<String>open("lost answer").future();
    }

    @Test
    void oneThatNobodyLookedAtIsLoggedWhenItBreaks(Logged log) { // rule 15
        try (var loop = IOLoop.open()) {
            loop.execute(() -> ExternalPromise.open("answer").close("not needed"));
            loop.run();
        }
        log.expect("ExternalPromise[answer] failed and nobody looked");
    }

    @Test
    void whoWaitsDoesNotKeepTheHandle() { // L3: neither the core nor the task may reference the facade
        Holdfast.run(() -> {
            var waiter = spawn("waiter", () -> await(forgotten()));
            yieldNow();
            try (var _ = new Collecting()) {
                assertThatExceptionOfType(BrokenPromise.class).isThrownBy(waiter::join);
            }
        });
    }

    // ---- let go

    @Test
    void aLoopThatIsDroppedUnclosedTakesItsPromisesAlong(Logged log) { // L0
        var held = new ArrayList<Object>();
        assertThat(Collecting.clears(droppedLoop(held))).isTrue();
        log.expectDropped("main");
        assertThat(held).isNotEmpty();
    }

    private static WeakReference<IOLoop> droppedLoop(List<Object> held) {
        var loop = IOLoop.open();
        loop.execute(() -> {
            held.add(new WeakReference<>(ExternalPromise.open("open"))); // forgotten, and not heard of
            loop.stop();
        });
        loop.run();
        return new WeakReference<>(loop);
    }

    @Test
    void oneThatIsSettledLeavesNothingOnTheLoop() { // L0
        Holdfast.run(() -> assertThat(Collecting.clears(settled())).isTrue());
    }

    private static WeakReference<Future<Object>> settled() {
        ExternalPromise<Object> answer = ExternalPromise.open("answer");
        answer.complete(new Object());
        await(answer.future());
        return new WeakReference<>(answer.future());
    }

    // ---- wrong use

    @Test
    void itIsOpenedOnALoopOnly() { // rule 18
        assertThatIllegalStateException()
                .isThrownBy(() -> ExternalPromise.open("answer"))
                .withMessageContaining("runs no loop; call Holdfast.run");
    }

    @Test
    void whatMustNotBeNullIsNamed() {
        Holdfast.run(() -> {
            assertThatNullPointerException()
                    .isThrownBy(() -> ExternalPromise.open(null))
                    .withMessage("name");
            ExternalPromise<String> answer = ExternalPromise.open("answer");
            assertThatNullPointerException()
                    .isThrownBy(() -> answer.close(null))
                    .withMessage("reason");
            assertThatNullPointerException().isThrownBy(() -> answer.fail(null)).withMessage("error");
            assertThat(answer.complete("still open")).isTrue();
        });
    }

    private static void meet(CyclicBarrier start) {
        try {
            start.await();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
