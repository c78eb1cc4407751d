package dev.holdfast.task;

import static dev.holdfast.task.Coroutine.alone;
import static dev.holdfast.task.Coroutine.await;
import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static dev.holdfast.task.Coroutine.yieldNow;
import static java.time.Duration.ZERO;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.holdfast.Holdfast;
import dev.holdfast.future.Future;
import dev.holdfast.future.Promise;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.queue.Queue;
import dev.holdfast.scope.TaskScope;
import dev.holdfast.scope.Timeouts;
import dev.holdfast.sync.Event;
import dev.holdfast.sync.Lock;
import dev.holdfast.sync.Semaphore;
import dev.holdfast.testing.Logged;
import dev.holdfast.testing.OnBaton;
import dev.holdfast.testing.OnMounted;
import dev.holdfast.testing.Sim;
import dev.holdfast.testing.Trail;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

final class CoroutineTest {
    private final Trail trail = new Trail();

    private String interleaved(Action<RuntimeException> pauseOfA, Action<RuntimeException> pauseOfB) {
        var letters = new StringBuilder();
        Sim.run(() -> {
            var a = spawn("a", () -> fiveTimes(letters, "a", pauseOfA));
            var b = spawn("b", () -> fiveTimes(letters, "b", pauseOfB));
            a.join();
            b.join();
        });
        return letters.toString();
    }

    private static void fiveTimes(StringBuilder letters, String letter, Action<RuntimeException> pause) {
        for (int i = 0; i < 5; i++) {
            letters.append(letter);
            pause.run();
        }
    }

    private static void awaitDone() {
        await(Future.of(1));
    }

    // ---- rule 17

    @Test
    void awaitingADoneFutureDoesNotGiveUpTheLoop() { // rule 17
        assertThat(interleaved(CoroutineTest::awaitDone, CoroutineTest::awaitDone))
                .isEqualTo("aaaaabbbbb");
    }

    @Test
    void yieldingDoesForOneTurn() { // rule 17
        assertThat(interleaved(Coroutine::yieldNow, Coroutine::yieldNow)).isEqualTo("ababababab");
    }

    @Test
    void sleepingForNothingDoesForOneTurn() { // rule 17
        assertThat(interleaved(() -> sleep(ZERO), () -> sleep(ofSeconds(-1)))).isEqualTo("ababababab");
    }

    @Test
    void whoYieldsLetsWhoAwaitsDoneFuturesFinish() { // rule 17
        assertThat(interleaved(Coroutine::yieldNow, CoroutineTest::awaitDone)).isEqualTo("abbbbbaaaa");
    }

    @Test
    void awaitReturnsTheValueOrThrowsTheVeryError() { // rule 17
        Sim.run(() -> {
            var error = new IOException("own");
            var value = new Promise<String>();
            var failure = new Promise<String>();
            IOLoop.current().callLater(ofSeconds(1), () -> value.complete("v"));
            IOLoop.current().callLater(ofSeconds(2), () -> failure.fail(error));
            assertThat(await(value)).isEqualTo("v");
            assertThat(catchThrowable(() -> await(failure))).isSameAs(error);
            assertThat(catchThrowable(() -> await(failure))).isSameAs(error); // done already
            assertThat(Sim.elapsed()).isEqualTo(ofSeconds(2));
        });
    }

    @Test
    void whoIsWokenByAFutureGoesOnLaterThanWhoSettledIt() { // rule 16
        Sim.run(() -> {
            var promise = new Promise<String>();
            var waiter = spawn("waiter", () -> trail.mark(await(promise)));
            yieldNow();
            promise.complete("woken");
            trail.mark("settled");
            waiter.join();
        });
        trail.expect("settled", "woken");
    }

    // ---- rule 19

    @Test
    void aReferenceThatMightBeEitherIsTheOneWithAValue() { // design.md: bodies have a void twin
        Sim.run(() -> {
            Task<String> task = spawn("task", CoroutineTest::overloaded);
            assertThat(task.join()).isEqualTo("value");
        });
    }

    private static String overloaded() {
        return "value";
    }

    private static String overloaded(String value) {
        return value;
    }

    @Test
    void spawnNeverRunsTheBodyBeforeItReturns() { // rule 19
        Sim.run(() -> {
            var task = spawn("task", () -> trail.mark("body"));
            trail.mark("spawned");
            task.join();
        });
        trail.expect("spawned", "body");
    }

    @Test
    void spawnNeverThrowsWhatTheBodyThrows() { // rule 19
        Sim.run(() -> {
            var error = new IOException("own");
            var task = spawn("task", () -> {
                throw error;
            });
            assertThat(catchThrowable(task::join)).isSameAs(error);
        });
    }

    @Test
    void noDeadlineAroundTheCallTouchesWhatIsSpawned() { // rule 19
        Sim.run(() -> {
            var task = new AtomicReference<Task<?>>();
            var limit = Deadline.around(Task.current(), ofSeconds(1));
            assertThat(limit.completes(() -> {
                        task.set(spawn("task", () -> sleep(ofSeconds(5))));
                        sleep(ofHours(1));
                        return 0;
                    }))
                    .isFalse();
            task.get().join();
            assertThat(Sim.elapsed()).isEqualTo(ofSeconds(5));
        });
    }

    @Test
    void aFailureOfWhatIsSpawnedCancelsNobody() { // rule 19
        Sim.run(() -> {
            var task = spawn("task", () -> {
                throw new IOException("own");
            });
            sleep(ofSeconds(1));
            assertThat(catchThrowable(task::join)).isInstanceOf(IOException.class);
        });
    }

    @Test
    void spawnMayBeCalledFromCallbacks() { // rule 19
        Sim.run(() -> {
            var loop = IOLoop.current();
            loop.execute(() -> spawn("fromCallback", () -> trail.mark("callback's")));
            loop.callLater(ofSeconds(1), () -> spawn("fromTimer", () -> trail.mark("timer's")));
            sleep(ofSeconds(2));
        });
        trail.expect("callback's", "timer's");
    }

    @Test
    void aWaitInACallbackOrListenerIsAnErrorThatSaysToStartATask() { // rule 19
        Sim.run(() -> {
            var promise = new Promise<String>();
            Action<RuntimeException> waits =
                    () -> trail.mark(catchThrowable(() -> sleep(ofSeconds(1))).getMessage());
            IOLoop.current().execute(waits::run);
            promise.onDone(_ -> waits.run());
            promise.complete("");
            IOLoop.current()
                    .execute(() ->
                            assertThat(catchThrowable(() -> await(promise))).isInstanceOf(IllegalStateException.class));
            sleep(ofSeconds(1));
        });
        var message = "a callback of IOLoop[sim] is no task and cannot wait; start one with spawn";
        trail.expect(message, message);
    }

    @Test
    void offALoopTheWordsSayWhatToCallInstead() { // rule 8
        assertThat(catchThrowable(Coroutine::yieldNow))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageEndingWith(" runs no loop; call Holdfast.run, or use an External that the loop opened");
    }

    // ---- rule 20

    @Test
    void aSleepsClockStartsWhenItIsCalled() { // rule 20
        Sim.run(() -> {
            sleep(ofSeconds(1));
            var task = spawn("task", () -> {
                sleep(ofSeconds(2));
                trail.mark("task@" + Sim.elapsed().toSeconds());
                sleep(ofSeconds(2));
                trail.mark("task@" + Sim.elapsed().toSeconds());
            });
            sleep(ofSeconds(1));
            trail.mark("test@" + Sim.elapsed().toSeconds());
            task.join();
        });
        trail.expect("test@2", "task@3", "task@5");
    }

    @Test
    void aSleepBeyondAllTimeIsLegal() { // rule 20
        Sim.run(() -> {
            var task = spawn("task", () -> sleep(Duration.ofSeconds(Long.MAX_VALUE)));
            sleep(ofHours(1));
            task.cancel("enough");
            assertThat(catchThrowable(task::join)).isNotNull();
        });
    }

    // ---- rule 12a

    @Test
    void nothingButAWaitLetsAnotherRun() { // rule 12a
        assertThat(interleaved(this::doAllThatNeedNotWait, this::doAllThatNeedNotWait))
                .isEqualTo("aaaaabbbbb");
    }

    private void doAllThatNeedNotWait() {
        var promise = new Promise<Integer>();
        var queue = new Queue<Integer>(1);
        var event = new Event();
        promise.onDone(_ -> trail.mark("later"));
        promise.complete(await(Future.of(42)));
        queue.tryPut(await(promise));
        queue.put(queue.get(ZERO));
        queue.close();
        event.set();
        event.await();
        try (var _ = new Lock().acquire();
                var _ = new Semaphore(1).acquire()) {
            spawn("cancelled before it begins", () -> {}).cancel("enough");
        }
        IOLoop.current().execute(() -> trail.mark("later"));
        IOLoop.current().callLater(ZERO, () -> trail.mark("later"));
        TaskScope.run(_ -> {});
        Timeouts.failAfter(ofHours(1), () -> alone(() -> {}));
        trail.expect();
    }

    @Test
    @OnMounted
    void aYieldOfTheJdkGivesUpTheLoopToo() { // rule 12a
        assertThat(interleaved(Thread::yield, Thread::yield)).isEqualTo("ababababab");
    }

    @Test
    @OnBaton
    void onTheBatonAYieldOfTheJdkKeepsTheLoop() { // rule 12a
        assertThat(interleaved(Thread::yield, Thread::yield)).isEqualTo("aaaaabbbbb");
    }

    @Test
    void aloneTurnsAWaitIntoAnErrorThatNamesTheFrame() { // rule 12a
        Sim.run(() -> {
            assertThat(catchThrowable(() -> alone(() -> transfer())))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageMatching("Task\\[test] may not wait inside alone: "
                            + "CoroutineTest.transfer\\(CoroutineTest.java:\\d+\\)");
            transfer(); // alone is over
        });
    }

    private static void transfer() {
        yieldNow();
    }

    @Test
    void aloneForbidsAlsoWhatNeedNotWaitAndIsGoodNested() { // rule 12a
        Sim.run(() -> alone(() -> {
            assertThat(Coroutine.<Integer, RuntimeException>alone(() -> 42)).isEqualTo(42);
            assertThat(catchThrowable(() -> await(Future.of(1)))).isInstanceOf(IllegalStateException.class);
            assertThat(catchThrowable(() -> await(Future.of(1), ZERO))).isInstanceOf(IllegalStateException.class);
            assertThat(catchThrowable(() -> sleep(ofSeconds(1)))).isInstanceOf(IllegalStateException.class);
            assertThat(catchThrowable(() -> spawn("task", () -> {}).join())).isInstanceOf(IllegalStateException.class);
        }));
    }

    @Test
    void aloneReturnsTheValueOrThrowsTheVeryError() { // rule 12a
        Sim.run(() -> {
            var error = new IOException("own");
            assertThat(catchThrowable(() -> alone(() -> {
                        throw error;
                    })))
                    .isSameAs(error);
            yieldNow();
        });
    }

    @Test
    @Tag("threads")
    @OnMounted
    void aloneTellsOfACallOfTheJdkThatLetOthersRun(Logged log) throws InterruptedException { // rule 12a
        Holdfast.run(() -> {
            for (int i = 0; i < 3; i++) sleepAlone(); // told once
            spawn("other\nplace", () -> alone(() -> Thread.sleep(1))).join();
        });
        assertThat(log.take())
                .hasSize(2)
                .extracting(LogRecord::getMessage)
                .anyMatch(line ->
                        line.matches("Task\\[main] let others run inside of alone\\(…\\), because a call of the "
                                + "JDK's blocked it, at CoroutineTest.sleepAlone\\(CoroutineTest.java:\\d+\\)"))
                .anyMatch(line -> line.startsWith("Task[other\\nplace] let others run"));
    }

    @Test
    @Tag("threads")
    @OnBaton
    void onTheBatonAloneIsAloneWhateverTheJdkDoes() throws InterruptedException { // rule 12a
        Holdfast.run(() -> {
            spawn("next", () -> trail.mark("next"));
            sleepAlone();
            trail.expect();
            yieldNow();
        });
        trail.expect("next");
    }

    private static void sleepAlone() throws InterruptedException {
        alone(() -> Thread.sleep(1));
    }

    @Test
    void aloneSaysNothingIfNobodyElseRan() { // rule 12a
        Sim.run(() -> alone(() -> new ReentrantLock().lock()));
    }

    @Test
    @Tag("threads")
    void whoWaitsOnPurposeKeepsTheLoopAlthoughNobodyMayCome() { // lifetime.md, false alarms (f)
        try (var loop = IOLoop.open()) {
            var tasks = Tasks.of(loop);
            var task = tasks.start(
                    "server", tasks.root(), ((Action<RuntimeException>) Coroutine::awaitCancelled).asBody());
            var door = loop.external("not counted").unref();
            Thread.ofPlatform().start(() -> door.execute(() -> task.cancel("enough")));
            loop.run();
            assertThat(task.future().isCancelled()).isTrue();
        }
    }
}
