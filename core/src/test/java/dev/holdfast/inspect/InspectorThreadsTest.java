package dev.holdfast.inspect;

import static dev.holdfast.task.Coroutine.await;
import static dev.holdfast.task.Coroutine.awaitCancelled;
import static dev.holdfast.task.Coroutine.spawn;
import static dev.holdfast.task.Coroutine.yieldNow;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.holdfast.Holdfast;
import dev.holdfast.future.Promise;
import dev.holdfast.inspect.TaskInfo.State;
import dev.holdfast.lifetime.Deadlock;
import dev.holdfast.lifetime.ExternalPromise;
import dev.holdfast.loop.External;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.scope.TaskScope;
import dev.holdfast.task.LoopGroup;
import dev.holdfast.testing.Logged;
import dev.holdfast.testing.OnBaton;
import dev.holdfast.testing.OnMounted;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Looks from other threads, at loops that sleep, compute, come and go.
@Tag("threads")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class InspectorThreadsTest {
    private static final int PATIENCE = 100; // collections

    private final AtomicBoolean over = new AtomicBoolean();
    private IOLoop loop;
    private External door;
    private Thread runner;

    /// Not as the fields are made: a test that is skipped would leave an open loop behind.
    @BeforeEach
    void open() {
        loop = IOLoop.open("kitchen");
        door = loop.external("door");
        runner = Thread.ofPlatform().name("runner").unstarted(loop::run);
    }

    @AfterEach
    void end() throws InterruptedException {
        over.set(true);
        door.close();
        runner.join();
        loop.close();
    }

    /// Runs the loop, and looks when what `first` started is about to run.
    private LoopInfo lookAfter(Runnable first) throws InterruptedException {
        var begun = new CountDownLatch(1);
        loop.execute(() -> {
            loop.execute(begun::countDown);
            first.run(); // what it starts runs in the same turn, before the answer
        });
        runner.start();
        begun.await();
        return Inspector.snapshot(loop);
    }

    /// For a machine that is too busy to answer in time.
    private LoopInfo.Answered answered(LoopInfo info) {
        while (!(info instanceof LoopInfo.Answered)) info = Inspector.snapshot(loop);
        return (LoopInfo.Answered) info;
    }

    // ---- one that sleeps

    @Test
    void aLoopThatSleepsWakesAndAnswersAndSleepsAgain() throws InterruptedException {
        var info = answered(lookAfter(() -> spawn("cook", () -> await(new Promise<>()))));
        assertThat(info.name()).isEqualTo("IOLoop[kitchen]");
        assertThat(info.externals()).containsExactly("door");
        assertThat(info.tasks()).isEqualTo(1);
        assertThat(info.waiting()).isEqualTo(1);
        assertThat(info.root().inside()).singleElement().isInstanceOfSatisfying(TaskInfo.class, cook -> {
            assertThat(cook.state()).isEqualTo(State.WAITING);
            assertThat(cook.waitsFor()).isEqualTo("Promise");
            assertThat(cook.at()).startsWith("InspectorThreadsTest.aLoopThatSleeps");
        });
        for (int i = 0; i < 100; i++)
            assertThat(answered(Inspector.snapshot(loop)).waiting()).isEqualTo(1);
        door.execute(loop::stop);
        runner.join();
        assertThat(Inspector.snapshot(loop)).isEqualTo(new LoopInfo.Resting("IOLoop[kitchen]", List.of("cook")));
    }

    @Test
    void anInterruptOfWhoLooksIsKept() throws InterruptedException {
        lookAfter(() -> {});
        Thread.currentThread().interrupt();
        assertThat(answered(Inspector.snapshot(loop)).tasks()).isZero();
        assertThat(Thread.interrupted()).isTrue();
    }

    // ---- one that is held

    @Test
    void aLoopThatComputesShowsWhoHoldsIt() throws InterruptedException {
        var info = lookAfter(() -> {
            spawn("computing", this::compute);
            spawn("hungry", () -> {});
        });
        assertThat(info).isInstanceOfSatisfying(LoopInfo.Busy.class, busy -> {
            assertThat(busy.holder()).isEqualTo("Task[computing]");
            assertThat(busy.stack()).anyMatch(frame -> frame.getMethodName().equals("compute"));
            assertThat(busy.tasks()).containsExactly("computing", "hungry");
        });
        assertThat(TaskTree.of(info))
                .startsWith("IOLoop[kitchen] does not answer; Task[computing] holds it:\n    at ")
                .endsWith("\n  Task[computing]\n  Task[hungry]");
        over.set(true);
        assertThat(answered(info).ready()).isZero(); // and answers again, when it is let go
    }

    private void compute() {
        while (!over.get()) Thread.onSpinWait();
    }

    @Test
    @OnMounted
    void aTaskThatIsBlockedInTheJdkHoldsNobodyUp() throws InterruptedException {
        var release = new CountDownLatch(1);
        var info = answered(lookAfter(() -> spawn("blocked", () -> release.await())));
        assertThat(info.root().inside()).singleElement().isInstanceOfSatisfying(TaskInfo.class, blocked -> {
            assertThat(blocked.state()).isEqualTo(State.BLOCKED);
            assertThat(blocked.at()).startsWith("InspectorThreadsTest.aTaskThatIsBlocked");
        });
        release.countDown();
    }

    @Test
    @OnBaton
    void onTheBatonATaskThatIsBlockedInTheJdkHoldsTheLoop() throws InterruptedException {
        var release = new CountDownLatch(1);
        var info = lookAfter(() -> spawn("blocked", () -> release.await()));
        assertThat(info).isInstanceOfSatisfying(LoopInfo.Busy.class, busy -> {
            assertThat(busy.holder()).isEqualTo("Task[blocked]");
            assertThat(busy.stack()).anyMatch(frame -> frame.getMethodName().equals("await"));
        });
        release.countDown();
    }

    // ---- several

    @Test
    void aTaskMayLookAtAllLoopsAlsoAtItsOwn() {
        Holdfast.run(() -> {
            try (var group = LoopGroup.open("worker", 2)) {
                var call = group.call(0, () -> awaitCancelled());
                var theirs = Pattern.compile("IOLoop\\[worker-0]: 1 task, 1 waiting; .*\n"
                        + "  Task\\[call] waiting \\d+\\.\\d s on cancellation, at InspectorThreadsTest\\.");
                String tree;
                do {
                    yieldNow();
                    tree = TaskTree.of(Inspector.snapshot());
                } while (!theirs.matcher(tree).find());
                assertThat(tree)
                        .contains("IOLoop[kitchen] does not run; 0 tasks")
                        .contains("\n  Task[main] running, at InspectorThreadsTest.");
                call.onDone(_ -> {});
            }
        });
    }

    @Test
    void aLookKeepsNoLoopAlive(Logged log) throws InterruptedException {
        var dropped = droppedAfterALook();
        for (int i = 0; i < PATIENCE && !dropped.refersTo(null); i++) {
            System.gc();
            Thread.sleep(1); // reference processing is what is waited for, and nobody tells of it
        }
        assertThat(dropped.refersTo(null)).isTrue();
        log.expectDropped("dropped");
    }

    private static WeakReference<IOLoop> droppedAfterALook() {
        var loop = IOLoop.open("dropped");
        assertThat(Inspector.snapshot()).extracting(LoopInfo::name).contains("IOLoop[dropped]");
        return new WeakReference<>(loop);
    }

    // ---- it changes nothing

    @Test
    void underAStormOfStartsAndEndsEveryLookIsWhole() throws InterruptedException {
        var info = lookAfter(() -> {
            for (int i = 0; i < 20; i++) spawn("storm", this::storm);
        });
        for (int i = 0; i < 300; i++) {
            var look = answered(info);
            assertThat(tasksIn(look.root())).isEqualTo(look.tasks()).isGreaterThanOrEqualTo(look.waiting());
            assertThat(TaskTree.of(look)).startsWith("IOLoop[kitchen]: ");
            info = Inspector.snapshot(loop);
        }
    }

    private void storm() {
        while (!over.get()) {
            TaskScope.run(scope -> {
                for (int i = 0; i < 5; i++) scope.start("drop", () -> yieldNow());
                if (over.get()) scope.cancel("it is over");
            });
        }
    }

    private static int tasksIn(Branch branch) {
        int tasks = branch.hidden() + (branch instanceof TaskInfo ? 1 : 0);
        for (var inside : branch.inside()) tasks += tasksIn(inside);
        return tasks;
    }

    /// Runs `body` while others look all the time.
    private static void whileLookedAt(Runnable body) throws Exception {
        var looking = new AtomicBoolean(true);
        var begun = new CountDownLatch(2);
        try (var observers = Executors.newFixedThreadPool(2)) {
            Callable<?> observer = () -> {
                begun.countDown();
                while (looking.get()) TaskTree.of(Inspector.snapshot());
                return null;
            };
            var first = observers.submit(observer);
            var second = observers.submit(observer);
            begun.await();
            try {
                body.run();
            } finally {
                looking.set(false);
            }
            first.get(); // neither of them failed
            second.get();
        }
    }

    @Test
    void whoIsStuckIsToldAlsoWhileSomebodyLooks(Logged log) throws Exception { // S2
        int runs = 200;
        whileLookedAt(() -> {
            for (int i = 0; i < runs; i++) {
                assertThatExceptionOfType(Deadlock.class).isThrownBy(() -> Holdfast.run(() -> await(new Promise<>())));
            }
        });
        assertThat(log.take())
                .hasSize(runs)
                .allMatch(record -> record.getMessage().startsWith("Deadlock: "));
    }

    @Test
    void nobodyElseIsTold() throws Exception { // S24
        whileLookedAt(() -> {
            for (int i = 0; i < 200; i++) {
                int number = i;
                int answer = Holdfast.run(() -> {
                    ExternalPromise<Integer> promise = ExternalPromise.open("late");
                    Thread.ofVirtual().start(() -> promise.complete(number));
                    return await(promise.future());
                });
                assertThat(answer).isEqualTo(number);
            }
        });
    }

    @RepeatedTest(3)
    void loopsThatCallEachOtherAreJudgedAsEver(Logged log) throws Exception { // S31
        int runs = 20;
        whileLookedAt(() -> {
            for (int i = 0; i < runs; i++) {
                Holdfast.run(() -> {
                    try (var group = LoopGroup.open("worker", 2)) {
                        assertThat((int) await(group.submit(() -> await(group.submit(() -> 42)))))
                                .isEqualTo(42);
                        assertThatExceptionOfType(Deadlock.class)
                                .isThrownBy(() -> await(group.submit(() -> await(new Promise<>()))));
                    }
                });
            }
        });
        assertThat(log.take())
                .hasSize(runs)
                .allMatch(record -> record.getMessage().startsWith("Deadlock: "));
    }
}
