package dev.holdfast.future;

import static dev.holdfast.task.Coroutine.await;
import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static dev.holdfast.task.Coroutine.yieldNow;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Holdfast;
import dev.holdfast.lifetime.Deadlock;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.scope.TaskScope;
import dev.holdfast.testing.Logged;
import dev.holdfast.testing.Sim;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// S22 `nobodyLooked`: what is logged, what is not, and that it is once.
class UnseenTest {
    private static final int PATIENCE = 60; // collections, each a few milliseconds
    private static final Duration LONGEST = ofSeconds(30); // for a thread that brings news

    private final IOException error = new IOException("nobody knows");

    // ---- logged

    @Test
    void S22_nobodyLooked(Logged log) { // rule 15
        var kept = new Promise<String>();
        Holdfast.run(() -> kept.fail(error));
        assertThat(log.take()).singleElement().satisfies(line -> {
            assertThat(line.getMessage()).isEqualTo("Promise failed and nobody looked");
            assertThat(line.getThrown()).isSameAs(error);
        });
        assertThat(kept.isDone()).isTrue();
    }

    @Test
    @Tag("threads")
    void S22_nobodyLooked_andItsFutureWasCollected(Logged log) { // rule 15
        Holdfast.run(() -> {
            dropAFailure();
            collectUntilLogged(log);
            log.expect("Promise failed and nobody looked");
        }); // and not again at the close
    }

    @Test
    void aTaskThatFailsIsLoggedByItsName(Logged log) { // rule 15: where it came from
        Holdfast.run(() -> {
            spawn("worker", this::fail);
            yieldNow();
        });
        log.expect("Task[worker] failed and nobody looked");
    }

    @Test
    @Tag("threads")
    void S22_nobodyLooked_atATaskThatWasDropped(Logged log) { // rule 15
        Holdfast.run(() -> {
            spawn("worker", this::fail);
            yieldNow();
            collectUntilLogged(log);
            log.expect("Task[worker] failed and nobody looked");
        });
    }

    @Test
    void S22_nobodyLooked_atWhatWasDerivedOfIt(Logged log) { // rule 15
        Holdfast.run(() -> {
            var a = new Promise<String>();
            var b = new Promise<String>();
            var all = Futures.all(a, b);
            a.fail(error);
            b.fail(new IOException("other"));
            assertThat(all.isDone()).isTrue();
        });
        log.expect("All[2/2] failed and nobody looked");
    }

    @Test
    void aFutureThatWasMadeFailedIsLogged(Logged log) { // rule 15
        Holdfast.run(() -> {
            Future.failed(error);
        });
        log.expect("Promise failed and nobody looked");
    }

    @Test
    void aFailureThatCameWhileTheLoopStoodStillIsLoggedAtItsClose(Logged log) { // rule 15
        var input = new Promise<String>();
        try (var loop = IOLoop.open()) {
            loop.execute(() -> Futures.all(input));
            loop.run();
            input.fail(error);
            log.expect();
        }
        log.expect("All[1/1] failed and nobody looked");
    }

    @Test
    void aFailureOfWhoeverOutlivedItsLoopIsLoggedAtOnce(Logged log) { // rule 15: there is no later
        var loop = IOLoop.open();
        loop.close();
        assertThat(Unseen.of(loop, new Promise<>("Task[stubborn]"), error)).isNull();
        log.expect("Task[stubborn] failed and nobody looked");
    }

    @Test
    void askingWhetherItIsDoneIsNotLooking(Logged log) { // rule 15
        Holdfast.run(() -> {
            var promise = new Promise<String>();
            promise.fail(error);
            assertThat(promise.isDone()).isTrue();
            assertThat(promise.isCancelled()).isFalse();
            assertThat(promise.isAwaited()).isFalse();
        });
        log.expect("Promise failed and nobody looked");
    }

    @Test
    void S22_nobodyLooked_underACancellation(Logged log) { // rule 15: silence is for cancellations alone
        Holdfast.run(() -> {
            var a = new Promise<String>();
            Futures.all(a, Future.failed(error));
            a.cancel();
        });
        log.expect("All[2/2] failed and nobody looked");
    }

    @Test
    void eachFailureIsLoggedInTheOrderInWhichTheyCame(Logged log) { // rule 15
        Holdfast.run(() -> {
            for (var name : List.of("a", "b", "c")) spawn(name, this::fail);
            yieldNow();
        });
        log.expect(
                "Task[a] failed and nobody looked",
                "Task[b] failed and nobody looked",
                "Task[c] failed and nobody looked");
    }

    @Test
    void aSupervisedFailureBelongsToItsFuture(Logged log) { // rules 15 and 50
        Holdfast.run(() -> {
            try (var scope = TaskScope.supervise()) {
                scope.start("child", this::fail);
                scope.join();
            }
        });
        log.expect("Task[child] failed and nobody looked");
    }

    // ---- silent

    @Test
    void S22_nobodyLooked_butWhoAwaited() { // rule 15
        Sim.run(() -> {
            var before = new Promise<String>();
            var waiter = spawn(
                    "waiter", () -> assertThatThrownBy(() -> await(before)).isSameAs(error));
            yieldNow();
            before.fail(error);
            waiter.join();

            var after = new Promise<String>();
            after.fail(error);
            assertThatThrownBy(() -> await(after)).isSameAs(error);
        });
    }

    @Test
    void whoJoinsHasLooked() { // rule 15
        Sim.run(() -> {
            var task = spawn("worker", this::fail);
            assertThatThrownBy(task::join).isSameAs(error);
        });
    }

    @Test
    void S22_nobodyLooked_butWhoListens() { // rule 15
        Sim.run(() -> {
            var before = new Promise<String>();
            before.onDone(_ -> {});
            before.fail(error);
            var after = new Promise<String>();
            after.fail(error);
            after.onDone(_ -> {});
        });
    }

    @Test
    void whoMakesAStageOfItHasLooked() { // rule 15: whoever has the stage sees to it
        Sim.run(() -> {
            var before = new Promise<String>();
            before.toCompletionStage();
            before.fail(error);
            var after = new Promise<String>();
            after.fail(error);
            after.toCompletionStage();
        });
    }

    @Test
    void S22_nobodyLooked_butWhoDerivedAnother() { // rule 15
        Sim.run(() -> {
            var before = new Promise<String>();
            var after = new Promise<String>();
            var early = Futures.allSettled(before);
            before.fail(error);
            after.fail(error);
            await(Futures.allSettled(early, after));
        });
    }

    @Test
    void S22_nobodyLooked_butWhoAskedForTheOutcome() { // rule 15
        Sim.run(() -> {
            var promise = new Promise<String>();
            promise.fail(error);
            promise.outcome();
        });
    }

    @Test
    void S22_nobodyLooked_butItWasThrownOutOfRun() { // rule 15
        assertThatThrownBy(() -> Sim.run(this::fail)).isSameAs(error);
        assertThatThrownBy(() -> Holdfast.run(this::fail)).isSameAs(error);
    }

    @Test
    void whatAScopeThrowsWasSeen() { // rule 15
        Sim.run(() -> assertThatThrownBy(() -> TaskScope.run(scope -> {
                    scope.start("child", this::fail);
                }))
                .isSameAs(error));
    }

    @Test
    void S22_nobodyLooked_atACancellation() { // rule 15
        Sim.run(() -> {
            new Promise<String>().cancel();
            new Promise<String>().fail(new CancellationException("mine"));
            var task = spawn("sleeper", () -> sleep(ofSeconds(1)));
            yieldNow();
            task.cancel("enough");
            Futures.all(task.future());
        });
    }

    @Test
    void S22_nobodyLooked_atADeadlock(Logged log) { // rule 15: it was reported when it was thrown
        Holdfast.run(() -> {
            var stuck = spawn("stuck", () -> await(new Promise<>()));
            while (!stuck.future().isDone())
                assertThatThrownBy(() -> await(new Promise<>())).isInstanceOf(Deadlock.class);
        });
        assertThat(log.take())
                .extracting(line -> line.getMessage().lines().findFirst().orElseThrow())
                .containsExactly(
                        "Deadlock: nothing can wake Task[stuck] any more (0 ready, 0 timers, 0 I/O, 0 externals)",
                        "Deadlock: nothing can wake Task[main] any more (0 ready, 0 timers, 0 I/O, 0 externals)");
    }

    @Test
    void aFutureThatWasLookedAtElsewhereIsSilent() { // rules 15 and 18: what was made failed belongs to nobody
        var made = new ArrayList<Future<String>>();
        try (var loop = IOLoop.open()) {
            loop.execute(() -> made.add(Future.failed(error)));
            loop.run();
            Sim.run(() -> assertThatThrownBy(() -> await(made.getFirst())).isSameAs(error));
        }
    }

    // ---- and nothing stays behind

    @Test
    void whatWasSeenIsNotKeptUntilTheFutureDies() { // naively the JDK's cleaner keeps it as long as the promise lives
        Sim.run(() -> {
            var promise = new Promise<String>();
            var seen = seenFailureOf(promise);
            for (int i = 0; i < PATIENCE && seen.get() != null; i++) System.gc();
            assertThat(seen.get()).isNull();
            assertThat(promise.isDone()).isFalse();
        });
    }

    private WeakReference<Unseen> seenFailureOf(Promise<String> promise) {
        var unseen = Unseen.of(IOLoop.current(), promise, error);
        unseen.seen();
        return new WeakReference<>(unseen);
    }

    @Test
    void whatWasSeenElsewhereIsNotKeptByItsLoop() { // rule 18: what was made failed belongs to nobody
        var promise = new Promise<String>();
        var unseen = new ArrayList<WeakReference<Unseen>>();
        try (var loop = IOLoop.open()) {
            loop.execute(() -> unseen.add(new WeakReference<>(Unseen.of(loop, promise, error))));
            loop.run();
            Sim.run(() -> unseen.getFirst().get().seen());
            loop.execute(() -> {});
            loop.run(); // hears of it
            for (int i = 0; i < PATIENCE && unseen.getFirst().get() != null; i++) System.gc();
            assertThat(unseen.getFirst().get()).isNull();
        }
        assertThat(promise.isDone()).isFalse();
    }

    @Test
    void aLoopThatWasDroppedUnclosedIsCollectedWithItsFailures(Logged log) { // L0: the JDK's cleaner must not root it
        var loop = droppedLoop();
        for (int i = 0; i < PATIENCE && loop.get() != null; i++) System.gc();
        assertThat(loop.get()).isNull();
        log.expectDropped("dropped");
    }

    private WeakReference<IOLoop> droppedLoop() {
        var loop = IOLoop.open("dropped");
        var promise = new Promise<String>(new Object[] {loop}); // as a task's is, it is reached from its loop …
        loop.execute(() -> promise.fail(error));
        loop.run();
        loop.callLater(ofSeconds(1), () -> promise.look()); // … and the other way round
        return new WeakReference<>(loop);
    }

    private void dropAFailure() {
        new Promise<String>().fail(error);
    }

    private Void fail() throws IOException {
        throw error;
    }

    /// The cleaner's thread takes its time: gives the loop turns until it has brought the news.
    private static void collectUntilLogged(Logged log) {
        long end = System.nanoTime() + LONGEST.toNanos();
        while (log.size() == 0 && System.nanoTime() < end) {
            System.gc();
            yieldNow();
        }
    }
}
