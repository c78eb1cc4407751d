package dev.holdfast.loop;

import static dev.holdfast.task.Coroutine.spawn;
import static java.time.Duration.ofNanos;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.holdfast.carrier.Callback;
import dev.holdfast.testing.Logged;
import dev.holdfast.testing.Trail;
import dev.holdfast.time.Clock;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Rule 6, law 3: the one door, with real threads.
@Tag("threads")
@Timeout(60)
class ExternalTest {
    private final Trail trail = new Trail();

    @Test
    void whatOtherThreadsBringRunsOnTheLoopInTheirOrder() { // law 3
        try (var loop = IOLoop.open()) {
            var door = loop.external("sensor");
            Thread.ofPlatform().start(() -> {
                try (door) {
                    for (var name : new String[] {"a", "b", "c"})
                        door.execute(() -> trail.mark(name + " on " + IOLoop.current()));
                }
            });
            loop.run(); // waits for it, because it is open
        }
        trail.expect("a on IOLoop[main]", "b on IOLoop[main]", "c on IOLoop[main]");
    }

    @Test
    void whatWasBroughtBeforeTheCloseStillRuns() { // rule 6
        try (var loop = IOLoop.open()) {
            var door = loop.external("sensor");
            assertThat(door.tryExecute(() -> trail.mark("a"))).isTrue();
            door.close();
            assertThat(door.tryExecute(() -> trail.mark("b"))).isFalse();
            assertThatExceptionOfType(RejectedExecutionException.class)
                    .isThrownBy(() -> door.execute(() -> trail.mark("c")))
                    .withMessage("External[sensor] is closed");
            door.close();
            loop.run();
        }
        trail.expect("a");
    }

    @Test
    void afterTheLoopsCloseNothingGetsIn() { // rule 6
        var loop = IOLoop.open();
        var door = loop.external("sensor");
        loop.close();
        assertThat(door.tryExecute(() -> trail.mark("a"))).isFalse();
        assertThatExceptionOfType(RejectedExecutionException.class)
                .isThrownBy(() -> door.execute(() -> trail.mark("b")))
                .withMessage("External[sensor] is closed");
        door.close();
        door.unref();
        trail.expect();
    }

    @Test
    void whatWasLetInRunsAlsoIfTheLoopIsClosedBeforeItsTurn() { // rule 6
        var loop = IOLoop.open();
        var door = loop.external("sensor");
        assertThat(door.tryExecute(() -> spawn("late", () -> trail.mark("never"))))
                .isTrue();
        for (int i = 0; i < 30_000; i++) door.execute(() -> {}); // more than one turn takes in
        assertThat(door.tryExecute(() -> trail.mark("let in"))).isTrue();
        loop.close();
        trail.expect("let in");
    }

    @Test
    void oneThatIsNotCountedDoesNotKeepTheLoop() { // design.md: the words users write
        try (var loop = IOLoop.open()) {
            var door = loop.external("sensor").unref();
            door.unref(); // once is enough
            loop.run();
            assertThat(door.tryExecute(() -> trail.mark("a"))).isTrue(); // it is still a door
            loop.run();
            door.close();
            loop.run();
        }
        trail.expect("a");
    }

    @Test
    void oneThatIsForgottenIsClosedWhenItIsCollected() { // External
        try (var loop = IOLoop.open()) {
            openAndForget(loop);
            try (var _ = collecting()) {
                loop.run(); // returns at all
            }
        }
    }

    private static void openAndForget(IOLoop loop) {
        loop.external("forgotten");
    }

    @Test
    void oneThatIsForgottenHasALastWord() { // External: for ExternalPromise
        try (var loop = IOLoop.open()) {
            External.open(loop, "forgotten", () -> trail.mark("forgotten on " + IOLoop.current()));
            try (var _ = collecting()) {
                loop.run(); // until it was heard
            }
        }
        trail.expect("forgotten on IOLoop[main]");
    }

    @Test
    void ofSeveralWhoCloseItWithALastCallbackOneGetsIn() throws Exception { // External: for ExternalPromise
        for (int round = 0; round < 200; round++) {
            var ran = new AtomicInteger();
            var taken = new AtomicInteger();
            try (var loop = IOLoop.open();
                    var door = loop.external("racers")) {
                var start = new CyclicBarrier(2);
                Runnable racer = () -> {
                    meet(start);
                    if (door.closeAfter(ran::incrementAndGet)) taken.incrementAndGet();
                };
                var a = Thread.ofPlatform().start(racer);
                var b = Thread.ofPlatform().start(racer);
                loop.run(); // until the last callback has run
                a.join();
                b.join();
                assertThat(taken).hasValue(1);
                assertThat(ran).hasValue(1);
                assertThat(door.closeAfter(ran::incrementAndGet)).isFalse();
                assertThat(door.tryExecute(ran::incrementAndGet)).isFalse();
            }
        }
    }

    @Test
    void theLoopListsThoseThatKeepItRunning() { // the report of a deadlock says who may still come
        try (var loop = IOLoop.open()) {
            var a = loop.external("a");
            var b = loop.external("b");
            var c = loop.external("c");
            assertThat(loop.externals()).containsExactly("a", "b", "c");
            b.unref();
            a.close();
            loop.callLater(ofNanos(0), loop::stop);
            loop.run();
            assertThat(loop.externals()).containsExactly("c");
            c.close();
            b.close();
            loop.run();
            assertThat(loop.externals()).isEmpty();
        }
    }

    @Test
    void aLoopThatIsDroppedUnclosedTakesItsOpenExternalsAlong(Logged log) { // lifetime.md, L0
        var loops = List.of(droppedWithAnExternal(true), droppedWithAnExternal(false), droppedAfterARun());
        for (int i = 0; i < 60 && !loops.stream().allMatch(loop -> loop.refersTo(null)); i++) System.gc();
        assertThat(loops).allMatch(loop -> loop.refersTo(null));
        log.expectDropped("main", "main", "main");
    }

    private static WeakReference<IOLoop> droppedWithAnExternal(boolean forgotten) {
        var loop = IOLoop.open();
        var door = loop.external("open");
        if (forgotten) openAndForget(loop);
        assertThat(door.tryExecute(() -> {})).isTrue();
        return new WeakReference<>(loop);
    }

    private static WeakReference<IOLoop> droppedAfterARun() {
        var loop = IOLoop.open();
        loop.external("open");
        loop.execute(loop::stop);
        loop.run();
        return new WeakReference<>(loop);
    }

    /// Collects as long as it is open.
    private static Collecting collecting() {
        var over = new CountDownLatch(1);
        Thread.ofPlatform().start(() -> {
            while (over.getCount() > 0) System.gc();
        });
        return over::countDown;
    }

    @Test
    void aCallbackFromOutsideThatThrowsIsLoggedToo(Logged log) { // rule 7
        try (var loop = IOLoop.open();
                var door = loop.external("sensor")) {
            door.execute(() -> {
                throw new IllegalStateException("broken");
            });
            door.execute(loop::stop);
            loop.run();
        }
        assertThat(log.take())
                .singleElement()
                .satisfies(line -> assertThat(line.getThrown()).hasMessage("broken"));
    }

    @Test
    void itMayBeUsedOnItsOwnLoopToo() { // External
        try (var loop = IOLoop.open();
                var door = loop.external("self")) {
            loop.execute(() -> {
                door.execute(() -> {
                    trail.mark("later");
                    loop.stop();
                });
                trail.mark("first");
            });
            loop.run();
        }
        trail.expect("first", "later");
    }

    /// **fix** Between a check of "closed" and the enqueuing the loop closes: the callback is accepted, and lost.
    @Test
    void whatIsAcceptedBeforeTheCloseHasRunHoweverTheCloseFalls() throws Exception { // rule 6: no race
        for (int round = 0; round < 50; round++) {
            var loop = IOLoop.open();
            var door = loop.external("racer");
            var start = new CyclicBarrier(2);
            var ran = new AtomicInteger();
            var accepted = new CompletableFuture<Integer>();
            Thread.ofPlatform().start(() -> {
                meet(start);
                int count = 0;
                while (door.tryExecute(ran::incrementAndGet)) count++;
                accepted.complete(count);
            });
            loop.execute(() -> meet(start));
            loop.callLater(ofNanos(round * 1_000L), door::close);
            loop.run(); // until the door is closed, and what came before has run
            loop.close();
            assertThat(ran.get()).isEqualTo(accepted.get());
        }
    }

    /// What is brought keeps the loop from ending; taken back again, it must not have put it to sleep for nobody.
    @Test
    void anArrivalThatIsTakenBackLeavesNobodyAsleep() throws Exception { // rule 6: no race
        int rounds = 100_000;
        try (var loop = IOLoop.open()) {
            var round = new AtomicInteger();
            var fickle = Thread.ofPlatform().start(() -> {
                Callback arrival = () -> {};
                for (int next = 1; next <= rounds; next++) {
                    while (round.get() < next) Thread.onSpinWait();
                    loop.carrier().bring(arrival);
                    loop.carrier().takeBack(arrival);
                }
            });
            for (int i = 0; i < rounds; i++) {
                round.incrementAndGet();
                loop.run();
            }
            fickle.join();
        }
    }

    /// **fix** What comes between the last turn and the close is accepted, and lost: who waits for it hangs.
    @Test
    void whatIsAcceptedRunsAndWhatIsRefusedDoesNotHoweverTheLoopsCloseFalls() throws Exception { // rule 6: no race
        for (int round = 0; round < 500; round++) {
            var loop = IOLoop.open();
            var door = loop.external("racer");
            var start = new CyclicBarrier(2);
            var ran = new AtomicInteger();
            var accepted = new CompletableFuture<Integer>();
            Thread.ofPlatform().start(() -> {
                meet(start);
                int count = 0;
                while (door.tryExecute(ran::incrementAndGet)) count++;
                accepted.complete(count);
            });
            meet(start);
            if (round % 2 == 0) {
                loop.stop();
                loop.run();
            }
            loop.close();
            assertThat(ran.get()).isEqualTo(accepted.get());
        }
    }

    /// **fix** A wake-up per callback is a system call per callback.
    @Test
    void ofAHundredThousandNoneIsLostAndEachSleepIsEndedOnce() { // issue 2, "what it must show", 5
        var poller = new Counting();
        int threads = 4;
        int each = 25_000;
        var ran = new AtomicInteger();
        try (var loop = IOLoop.open("main", Clock.SYSTEM, poller)) {
            var door = loop.external("many");
            var left = new AtomicInteger(threads);
            for (int i = 0; i < threads; i++) {
                Thread.ofPlatform().start(() -> {
                    for (int n = 0; n < each; n++) door.execute(ran::incrementAndGet);
                    if (left.decrementAndGet() == 0) door.close();
                });
            }
            loop.run();
        }
        assertThat(ran).hasValue(threads * each);
        assertThat(poller.wakeups.get()).isLessThanOrEqualTo(poller.sleeps);
    }

    private static void meet(CyclicBarrier start) {
        try {
            start.await();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private interface Collecting extends AutoCloseable {
        @Override
        void close();
    }

    /// Counts the times it was asked to sleep, and to wake up by another thread: the loop's own calls cost nothing.
    private static final class Counting implements Poller {
        private final Thread runner = Thread.currentThread();
        private final Poller parking = Poller.parking();
        private final AtomicInteger wakeups = new AtomicInteger();
        private int sleeps;

        @Override
        public void poll(long nanos) {
            if (nanos > 0) sleeps++;
            parking.poll(nanos);
        }

        @Override
        public void wakeup() {
            if (Thread.currentThread() != runner) wakeups.incrementAndGet();
            parking.wakeup();
        }
    }
}
