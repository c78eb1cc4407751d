package dev.holdfast.loop;

import static dev.holdfast.task.Coroutine.await;
import static dev.holdfast.task.Coroutine.shielded;
import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static dev.holdfast.task.Coroutine.yieldNow;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofNanos;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.holdfast.future.Promise;
import dev.holdfast.task.Action;
import dev.holdfast.task.Tasks;
import dev.holdfast.testing.Logged;
import dev.holdfast.testing.Trail;
import dev.holdfast.time.Clock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Rules 1 to 8: callbacks, turns, and the life of a loop. Timers have their own test.
@Timeout(30)
class IOLoopTest {
    private final IOLoop loop = IOLoop.open();
    private final Trail trail = new Trail();

    @AfterEach
    void close() {
        loop.close();
    }

    // ---- callbacks

    @Test
    void callbacksRunInTheOrderTheyCame() { // rule 1
        for (var name : new String[] {"a", "b", "c"}) loop.execute(() -> trail.mark(name));
        loop.run();
        trail.expect("a", "b", "c");
    }

    @Test
    void aCallbackAddedInATurnBelongsToTheNext() { // rule 1
        loop.execute(() -> {
            trail.mark("a");
            loop.execute(() -> trail.mark("a2"));
        });
        loop.execute(() -> trail.mark("b"));
        loop.run();
        trail.expect("a", "b", "a2");
    }

    /// **fix** A loop that runs its line until it is empty never comes to its timers.
    @Test
    void aCallbackThatReaddsItselfStarvesNobody() { // rule 1
        var turns = new int[1];
        loop.execute(new Runnable() {
            @Override
            public void run() {
                turns[0]++;
                loop.execute(this);
            }
        });
        loop.callLater(ofMillis(1), loop::stop);
        loop.run();
        assertThat(turns[0]).isPositive();
    }

    @Test
    void callbacksAndTasksStandInOneLine() { // rule 1a
        var tasks = Tasks.of(loop);
        loop.execute(() -> {
            loop.execute(() -> trail.mark("callback 1"));
            var _ = tasks.start("task", tasks.root(), () -> {
                trail.mark("task 1");
                loop.execute(() -> trail.mark("callback 3"));
                yieldNow();
                trail.mark("task 2");
                return null;
            });
            loop.execute(() -> trail.mark("callback 2"));
        });
        loop.run();
        trail.expect("callback 1", "task 1", "callback 2", "callback 3", "task 2");
    }

    @Test
    void aCallbackThatThrowsIsLoggedOnceAndTheLoopGoesOn(Logged log) { // rule 7
        var failing = new Runnable() {
            @Override
            public void run() {
                throw new IllegalArgumentException("x < 0: -1");
            }

            @Override
            public String toString() {
                return "the failing one";
            }
        };
        loop.execute(failing);
        loop.execute(() -> trail.mark("next"));
        loop.run();
        trail.expect("next");
        assertThat(log.take()).singleElement().satisfies(line -> {
            assertThat(line.getMessage()).isEqualTo("a callback of IOLoop[main] failed: the failing one");
            assertThat(line.getThrown()).hasMessage("x < 0: -1");
        });
    }

    @Test
    void anErrorOfTheMachineLeavesRun() { // rule 7
        var error = new OutOfMemoryError("not really");
        loop.execute(() -> {
            throw error;
        });
        loop.execute(() -> trail.mark("same turn"));
        loop.execute(() -> loop.execute(() -> trail.mark("next run")));
        assertThatThrownBy(loop::run).isSameAs(error);
        trail.expect("same turn");
        loop.run(); // it can go on
        trail.expect("next run");
    }

    @Test
    void aCallbackRunsOnItsLoop() { // rule 8
        loop.execute(() -> trail.mark(IOLoop.current().toString()));
        loop.run();
        trail.expect("IOLoop[main]");
        assertThat(IOLoop.currentOrNull()).isNull();
    }

    @Test
    void nullIsRefused() {
        assertThatNullPointerException().isThrownBy(() -> loop.execute(null)).withMessage("callback");
        assertThatNullPointerException().isThrownBy(() -> loop.callLater(ofHours(1), null));
        assertThatNullPointerException().isThrownBy(() -> loop.external(null)).withMessage("name");
        assertThatNullPointerException().isThrownBy(() -> loop.onSignal("HUP", null));
    }

    // ---- run and stop

    @Test
    void runReturnsWhenNothingCanHappenAnyMore() { // design.md: quiescence ends a run
        loop.run();
        loop.execute(() -> trail.mark("a"));
        loop.run();
        assertThat(loop.wasStopped()).isFalse();
        trail.expect("a");
    }

    @Test
    void stopLetsTheTurnFinishAndTheRestWaitsForTheNextRun() { // rule 5
        loop.execute(() -> {
            trail.mark("a");
            loop.stop();
            loop.execute(() -> trail.mark("next run"));
        });
        loop.execute(() -> trail.mark("same turn"));
        loop.run();
        assertThat(loop.wasStopped()).isTrue();
        trail.expect("a", "same turn");
        loop.run();
        trail.expect("next run");
    }

    @Test
    void stopBeforeRunIsOneTurn() { // rule 5
        loop.execute(() -> {
            trail.mark("a");
            loop.execute(() -> trail.mark("second turn"));
        });
        loop.callLater(ofHours(1), () -> trail.mark("timer"));
        loop.stop();
        loop.run();
        trail.expect("a");
    }

    @Test
    void runInsideALoopIsAnErrorInWords() { // rule 5
        loop.execute(() -> {
            try (var other = IOLoop.open("other")) {
                trail.mark(messageOf(other::run));
                trail.mark(messageOf(loop::run).replaceAll("Thread\\[.*", "Thread[…]"));
            }
        });
        loop.run();
        trail.expect("cannot run IOLoop[other] inside IOLoop[main]", "IOLoop[main] runs already, on Thread[…]");
    }

    @Test
    void severalLoopsMayRunOnOneThreadOneAfterTheOther() { // rule 8
        try (var other = IOLoop.open("other")) {
            for (var each : new IOLoop[] {loop, other, loop}) {
                each.execute(() -> trail.mark(IOLoop.current().toString()));
                each.run();
            }
        }
        trail.expect("IOLoop[main]", "IOLoop[other]", "IOLoop[main]");
    }

    @Test
    void oneLoopMayRunOnSeveralThreadsOneAfterTheOther() throws InterruptedException { // rule 8
        for (int i = 0; i < 3; i++) {
            loop.execute(() -> trail.mark("ran"));
            Thread.ofPlatform().start(loop::run).join();
        }
        trail.expect("ran", "ran", "ran");
    }

    @Test
    @Tag("threads")
    void onAVirtualThreadItRunsAllTheSame() throws InterruptedException { // rule 8
        loop.execute(() -> trail.mark(IOLoop.current().toString()));
        Thread.ofVirtual().start(loop::run).join();
        trail.expect("IOLoop[main]");
    }

    // ---- close

    /// **fix** In Tornado 6.2 the second close is a KeyError.
    @Test
    void closeTwiceIsFine() { // rule 5
        loop.close();
        loop.close();
        assertThat(loop.isClosed()).isTrue();
    }

    @Test
    void closeWhileItRunsIsAnErrorInWords() { // rule 5
        loop.execute(() -> trail.mark(messageOf(loop::close)));
        loop.run();
        trail.expect("cannot close IOLoop[main] while it runs; call stop");
    }

    @Test
    void aClosedLoopRefusesEverythingInWords() { // rules 5, 6
        var timer = loop.callLater(ofHours(1), () -> trail.mark("never"));
        loop.close();
        var words = "IOLoop[main] is closed";
        assertThatIllegalStateException().isThrownBy(loop::run).withMessage(words);
        assertThatIllegalStateException().isThrownBy(loop::stop).withMessage(words);
        assertThatIllegalStateException()
                .isThrownBy(() -> loop.execute(() -> {}))
                .withMessage(words);
        assertThatIllegalStateException()
                .isThrownBy(() -> loop.callLater(Duration.ZERO, () -> {}))
                .withMessage(words);
        assertThatIllegalStateException()
                .isThrownBy(() -> loop.callAt(0, () -> {}))
                .withMessage(words);
        assertThatIllegalStateException()
                .isThrownBy(() -> loop.external("late"))
                .withMessage(words);
        assertThatIllegalStateException()
                .isThrownBy(() -> loop.onSignal("HUP", () -> {}))
                .withMessage(words);
        assertThat(timer.isListed()).isFalse();
    }

    @Test
    void whatStandsInLineHasItsTurnBeforeTheClose() { // rules 5, 6
        loop.execute(() -> {
            trail.mark("a");
            loop.execute(() -> trail.mark("second turn"));
        });
        loop.callLater(ofHours(1), () -> trail.mark("timer"));
        loop.close();
        trail.expect("a", "second turn");
    }

    @Test
    void aCallbackThatReaddsItselfDoesNotKeepItFromClosing() { // rule 5
        loop.execute(new Runnable() {
            @Override
            public void run() {
                loop.execute(this);
            }
        });
        loop.close();
        assertThat(loop.isClosed()).isTrue();
    }

    @Test
    void aStopBeforeTheCloseCutsNobodyShort() { // rule 9
        loop.execute(() -> spawn("tidy", () -> {
            try {
                sleep(ofHours(1));
            } finally {
                shielded(ofSeconds(5), () -> sleep(ofMillis(1)));
                trail.mark("tidied up");
            }
        }));
        loop.callLater(ofMillis(1), loop::stop);
        loop.run();
        loop.stop();
        loop.close();
        trail.expect("tidied up");
    }

    @Test
    void anErrorOfTheMachineDuringTheCloseLeavesItClosed() { // rules 6, 7
        var door = loop.external("outside");
        var error = new OutOfMemoryError("not really");
        door.execute(() -> {
            throw error;
        });
        assertThatThrownBy(loop::close).isSameAs(error);
        assertThat(loop.isClosed()).isTrue();
        assertThat(door.tryExecute(() -> {})).isFalse();
    }

    @Test
    void aPollerThatFailsLeavesRunAndTheLoopCanBeClosed() { // Poller
        var broken = new Poller() {
            @Override
            public void poll(long nanos) {
                throw new UncheckedIOException(new IOException("no such device"));
            }

            @Override
            public void wakeup() {}
        };
        var other = IOLoop.open("other", Clock.SYSTEM, broken);
        var door = other.external("outside");
        assertThatThrownBy(other::run).isInstanceOf(UncheckedIOException.class);
        door.execute(() -> trail.mark("never"));
        assertThatThrownBy(other::close).isInstanceOf(UncheckedIOException.class);
        assertThat(door.tryExecute(() -> {})).isFalse();
        other.close();
    }

    @Test
    void whoRefusesToEndIsNamedWithItsStack(Logged log) { // rule 9
        var tasks = Tasks.of(loop);
        var _ = tasks.start("stubborn", tasks.root(), IOLoopTest::refuse);
        loop.stop();
        loop.run();
        loop.close(ofMillis(5));
        assertThat(log.take())
                .singleElement()
                .satisfies(line -> assertThat(line.getMessage())
                        .startsWith("Task[stubborn]")
                        .contains("refuses to end although IOLoop[main] is closed")
                        .contains("at dev.holdfast.loop.IOLoopTest.refuse(IOLoopTest.java:"));
    }

    private static String refuse() {
        shielded(ofHours(1), () -> sleep(ofHours(1)));
        return "never";
    }

    // ---- the wrong door

    @Test
    void offALoopCurrentSaysWhatToCall() { // rule 8
        var here = Thread.currentThread().getName();
        assertThatIllegalStateException()
                .isThrownBy(IOLoop::current)
                .withMessage("Thread[" + here
                        + "] runs no loop; call Holdfast.run, or use an External that the loop opened");
        assertThat(IOLoop.currentOrNull()).isNull();
    }

    @Test
    void aThreadWithoutANameIsCalledByItsNumber() throws Exception { // rule 8
        var message = new CompletableFuture<String>();
        var thread = Thread.ofVirtual().start(() -> message.complete(messageOf(IOLoop::current)));
        assertThat(message.get()).startsWith("Thread[#" + thread.threadId() + "] runs no loop");
    }

    /// **fix** Elsewhere this works by chance until it does not: a queue without a lock, a selector that sleeps on.
    @Test
    @Tag("threads")
    void aRunningLoopRefusesOtherThreadsAndNamesBoth() { // rule 18, S24b
        var runner = Thread.currentThread().getName();
        var door = loop.external("stranger");
        var stranger = Thread.ofPlatform().name("stranger").unstarted(() -> {
            var messages = new String[] {
                messageOf(() -> loop.execute(() -> {})),
                messageOf(() -> loop.callLater(Duration.ZERO, () -> {})),
                messageOf(() -> loop.callAt(0, () -> {})),
                messageOf(() -> loop.external("second")),
                messageOf(() -> loop.onSignal("HUP", () -> {})),
                messageOf(loop::stop)
            };
            door.execute(() -> {
                for (var message : messages) trail.mark(message);
                door.close();
            });
        });
        loop.execute(stranger::start); // not before it runs
        loop.run();
        var words = "Thread[stranger] touched IOLoop[main], which runs on Thread[" + runner
                + "]; open an External on the loop and hand it to this thread";
        trail.expect(words, words, words, words, words, words);
    }

    @Test
    @Tag("threads")
    void aThingOfALoopRefusesOtherThreadsToo() { // rule 18
        var runner = Thread.currentThread().getName();
        var door = loop.external("stranger");
        loop.execute(() -> {
            var timer = loop.callLater(ofHours(1), () -> {});
            Thread.ofPlatform().name("stranger").start(() -> {
                var message = messageOf(timer::cancel);
                door.execute(() -> {
                    trail.mark(message.replaceAll("Timer\\[[^]]*]", "Timer[…]"));
                    timer.cancel();
                    door.close();
                });
            });
        });
        loop.run();
        trail.expect("Thread[stranger] touched Timer[…] of IOLoop[main], which runs on Thread[" + runner
                + "]; open an External on the loop and hand it to this thread");
    }

    @Test
    void aThingOfAnotherLoopIsRefusedInWords() { // rule 18
        var promise = new Promise<String>();
        loop.execute(() -> promise.onDone(_ -> {}));
        loop.run();
        try (var other = IOLoop.open("other")) {
            other.execute(() -> trail.mark(messageOf(() -> promise.complete("x"))));
            other.run();
        }
        assertThat(trail.marks()).singleElement().asString().contains("Promise", "IOLoop[main]", "IOLoop[other]");
    }

    @Test
    void aThingOfAClosedLoopIsFreeAgain() { // rule 18
        var promise = new Promise<String>();
        var tasks = Tasks.of(loop);
        var _ = tasks.start("waits", tasks.root(), () -> await(promise));
        loop.execute(() -> loop.execute(loop::stop));
        loop.run();
        loop.close(); // and nobody waits any more
        try (var other = IOLoop.open("other")) {
            other.execute(() -> trail.mark("" + promise.complete("x")));
            other.run();
        }
        trail.expect("true");
    }

    // ---- the clock, and what hangs on a loop

    @Test
    void itGoesByItsOwnClock() { // rule 4
        try (var other = IOLoop.open("other", () -> 42, Poller.parking())) {
            assertThat(other.now()).isEqualTo(42);
        }
    }

    /// **fix** By the wall clock, which somebody sets back by an hour, a deadline is an hour further off.
    @Test
    void theMachinesClockNeverGoesBack() { // rule 4
        long before = loop.now();
        for (int i = 0; i < 1_000; i++) {
            long now = loop.now();
            assertThat(now - before).isNotNegative();
            before = now;
        }
        assertThat(ofNanos(loop.now() - System.nanoTime()).abs()).isLessThan(ofSeconds(10)); // not the wall clock
    }

    @Test
    void aLoopLocalIsMadeOncePerLoop() { // law 7
        var local = LoopLocal.withInitial(on -> {
            trail.mark("made for " + on);
            return new Object();
        });
        try (var other = IOLoop.open("other")) {
            assertThat(local.get(loop)).isSameAs(local.get(loop)).isNotSameAs(local.get(other));
        }
        trail.expect("made for IOLoop[main]", "made for IOLoop[other]");
    }

    private static String messageOf(Runnable wrong) {
        return "" + catchThrowable(wrong::run).getMessage();
    }

    @Test
    void aCallbackWhoseNameThrowsIsLoggedWithItsOwnError(Logged log) { // rule 7
        loop.execute(new Nameless());
        loop.run();
        assertThat(log.take()).singleElement().satisfies(line -> {
            assertThat(line.getMessage()).isEqualTo("a callback of IOLoop[main] failed: " + Nameless.class.getName());
            assertThat(line.getThrown()).hasMessage("its own");
        });
    }

    private static final class Nameless implements Runnable {
        @Override
        public void run() {
            throw new IllegalStateException("its own");
        }

        @Override
        public String toString() {
            throw new IllegalStateException("no name");
        }
    }

    @Test
    void aCallbackMayCloseAnotherLoopThatHasTasks() { // rule 8: it still runs on its own
        try (var other = IOLoop.open("other")) {
            var tasks = Tasks.of(other);
            tasks.start("left", tasks.root(), ((Action<RuntimeException>) () -> sleep(Duration.ofHours(1))).asBody());
            loop.execute(other::close);
            loop.execute(() -> trail.mark(IOLoop.current().toString()));
            loop.run();
            trail.expect("IOLoop[main]");
        }
    }

    @Test
    @Tag("threads")
    void aFloodOfArrivalsDoesNotKeepItFromStopping() throws Exception { // rule 5
        var over = new AtomicBoolean();
        var door = loop.external("flood");
        var flood = Thread.ofPlatform().start(() -> {
            while (!over.get()) door.execute(() -> {});
        });
        loop.callLater(Duration.ofMillis(20), loop::stop);
        loop.run();
        over.set(true);
        flood.join();
        door.close();
    }
}
