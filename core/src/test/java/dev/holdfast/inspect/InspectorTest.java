package dev.holdfast.inspect;

import static dev.holdfast.task.Coroutine.await;
import static dev.holdfast.task.Coroutine.awaitCancelled;
import static dev.holdfast.task.Coroutine.blocking;
import static dev.holdfast.task.Coroutine.shielded;
import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static dev.holdfast.task.Coroutine.yieldNow;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.holdfast.Holdfast;
import dev.holdfast.future.Promise;
import dev.holdfast.inspect.TaskInfo.State;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.queue.Queue;
import dev.holdfast.scope.TaskScope;
import dev.holdfast.scope.Timeouts;
import dev.holdfast.sync.Lock;
import dev.holdfast.task.Task;
import dev.holdfast.testing.Sim;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What a look from inside the loop shows.
class InspectorTest {
    private final IOLoop loop = IOLoop.open("kitchen");

    @AfterEach
    void close() {
        loop.close();
    }

    private static LoopInfo.Answered look() {
        return (LoopInfo.Answered) Inspector.snapshot(IOLoop.current());
    }

    /// The tree, with `here` for each line of this file.
    private static String tree() {
        return TaskTree.of(look()).replaceAll("InspectorTest\\.\\w+\\(InspectorTest\\.java:\\d+\\)", "here");
    }

    private static TaskInfo task(String name, List<Branch> branches) {
        return branches.stream()
                .filter(TaskInfo.class::isInstance)
                .map(TaskInfo.class::cast)
                .filter(task -> task.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    // ---- the tree

    @Test
    void thereIsALineForEachScopeAndTaskInsideEachOther() {
        Sim.run(() -> {
            var jobs = new Queue<String>(8).named("jobs");
            var pages = new Lock("pages");
            var spawned = spawn("spawned", () -> awaitCancelled());
            TaskScope.run(scope -> {
                scope.start("reader", () -> {
                    try (var _ = pages.acquire()) {
                        jobs.get();
                    }
                });
                scope.start("writer", () -> pages.acquire(ofHours(1)).close());
                Timeouts.failAfter(ofMinutes(5), () -> {
                    sleep(ofSeconds(3));
                    scope.start("late", () -> {});
                    assertThat(tree()).isEqualTo("""
                            IOLoop[sim]: 5 tasks, 3 waiting; 1 ready, 2 timers, 0 externals
                              Task[test] running, at here, started at here
                                TaskScope[test]
                                  Task[reader] waiting 3.0 s on Queue[0/8] "jobs", made at here, at here, \
                            started at here, holds Lock[pages]
                                  Task[writer] waiting 3.0 s on Lock[pages] of Task[reader], made at here, at here, \
                            started at here
                                  limit of Task[test], 5 min
                                  Task[late] ready, started at here
                              Task[spawned] waiting 3.0 s on cancellation, at here, started at here""");
                });
                jobs.put("job");
            });
            spawned.cancel("enough");
            yieldNow();
        });
    }

    @Test
    void anOpenScopeIsOneLineAlsoWhileItWaitsForItsTasks() {
        Sim.run(() -> {
            var opener = spawn("opener", () -> {
                try (var scope = TaskScope.open()) {
                    scope.start("child", () -> sleep(ofHours(1)));
                    scope.join();
                }
            });
            sleep(ofSeconds(1));
            assertThat(tree()).isEqualTo("""
                    IOLoop[sim]: 3 tasks, 2 waiting; 0 ready, 1 timer, 0 externals
                      Task[test] running, at here, started at here
                      Task[opener] waiting 1.0 s on TaskScope[opener], at here, started at here
                        TaskScope[opener]
                          Task[child] waiting 1.0 s on sleep, at here, started at here""");
            opener.join();
        });
    }

    @Test
    void aCancellationSaysWhoseItIsAndWhy() {
        Sim.run(() -> {
            var shielded = spawn(
                    "shielded",
                    () -> TaskScope.run(scope -> {
                        try {
                            sleep(ofHours(1));
                        } finally {
                            shielded(ofHours(1), () -> sleep(ofSeconds(5)));
                        }
                    }));
            yieldNow();
            shielded.cancel("shutting\ndown");
            sleep(ofSeconds(1));
            assertThat(tree()).isEqualTo("""
                    IOLoop[sim]: 2 tasks, 1 waiting; 0 ready, 2 timers, 0 externals
                      Task[test] running, at here, started at here
                      Task[shielded] waiting 1.0 s on sleep, at here, started at here, cancelled: shutting\\ndown
                        TaskScope[shielded]
                          shield of Task[shielded], 1 h""");
            sleep(ofHours(1));
        });
    }

    @Test
    void aWaitThatTheJdkDoesForUsIsNoBlock() {
        Holdfast.run(() -> {
            var release = new CountDownLatch(1);
            var reader = spawn("reader", () -> blocking(() -> release.await()));
            yieldNow();
            var task = task("reader", look().root().inside());
            assertThat(task.waitsFor()).isEqualTo("blocking[reader]");
            assertThat(task.inside()).isEmpty();
            release.countDown();
            reader.join();
        });
    }

    @Test
    void theLoopTellsItsDoors() {
        Holdfast.run(() -> {
            yieldNow(); // what keeps watch for Ctrl-C is not counted from then on
            try (var _ = IOLoop.current().external("sensor")) {
                assertThat(look().externals()).containsExactly("sensor");
                assertThat(TaskTree.of(look()))
                        .startsWith("IOLoop[main]: 1 task, 0 waiting; 0 ready, ")
                        .contains("1 external: sensor");
            }
        });
    }

    // ---- from where it is taken

    @Test
    void aCallbackMayLook() {
        loop.execute(() -> {
            spawn("task", () -> {});
            assertThat(look().ready()).isEqualTo(1);
            assertThat(task("task", look().root().inside()).state()).isEqualTo(State.READY);
        });
        loop.run();
    }

    @Test
    void aLoopThatDoesNotRunSaysSo() {
        assertThat(Inspector.snapshot(loop)).isEqualTo(new LoopInfo.Resting("IOLoop[kitchen]", List.of()));
        loop.execute(() -> {
            spawn("cook", () -> await(new Promise<>()));
            loop.callLater(Duration.ofMillis(1), loop::stop);
        });
        loop.run();
        assertThat(Inspector.snapshot(loop)).isEqualTo(new LoopInfo.Resting("IOLoop[kitchen]", List.of("cook")));
        assertThat(TaskTree.of(Inspector.snapshot(loop))).isEqualTo("""
                IOLoop[kitchen] does not run; 1 task
                  Task[cook]""");
    }

    @Test
    void aLoopThatIsClosedSaysSo() {
        loop.close();
        assertThat(Inspector.snapshot(loop)).isEqualTo(new LoopInfo.Closed("IOLoop[kitchen]"));
        assertThat(TaskTree.of(Inspector.snapshot(loop))).isEqualTo("IOLoop[kitchen] is closed");
        assertThat(Inspector.snapshot()).extracting(LoopInfo::name).doesNotContain("IOLoop[kitchen]");
    }

    @Test
    void nullIsRefused() {
        assertThatNullPointerException()
                .isThrownBy(() -> Inspector.snapshot(null))
                .withMessage("loop");
    }

    @Test
    void allLoopsAreThereByName() {
        try (var another = IOLoop.open("attic")) {
            assertThat(Inspector.snapshot())
                    .extracting(LoopInfo::name)
                    .contains("IOLoop[attic]", "IOLoop[kitchen]")
                    .isSorted();
            assertThat(another.isClosed()).isFalse();
        }
    }

    @Test
    void aTaskMayLookWhileTheLoopIsClosing() {
        var seen = new ArrayList<LoopInfo>();
        loop.execute(() -> {
            spawn("leaving", () -> {
                try {
                    awaitCancelled();
                } finally {
                    seen.add(look());
                }
            });
            loop.execute(loop::stop);
        });
        loop.run();
        loop.close();
        assertThat(seen)
                .singleElement()
                .satisfies(info -> assertThat(TaskTree.of(info)).contains("Task[leaving] running, at InspectorTest."));
    }

    @Test
    void aToStringThatThrowsSpoilsNothing() {
        Holdfast.run(() -> {
            var bad = new Object() {
                @Override
                public String toString() {
                    throw new IllegalStateException("bad");
                }
            };
            var task = spawn("task", () -> Task.suspend(bad, _ -> {}));
            yieldNow();
            assertThat(task("task", look().root().inside()).waitsFor())
                    .isEqualTo(bad.getClass().getName());
            task.cancel("enough");
        });
    }

    // ---- many and deep

    @Test
    void ofVeryManyTasksAThousandAreLookedAtAndTheRestIsCounted() {
        Sim.run(() -> {
            try (var scope = TaskScope.open()) {
                for (int i = 0; i < 5_000; i++) scope.start("t" + i, () -> awaitCancelled());
                yieldNow();
                var info = look();
                assertThat(info.tasks()).isEqualTo(5_001);
                assertThat(info.waiting()).isEqualTo(5_000);
                var fan = task("test", info.root().inside()).inside().getFirst();
                assertThat(fan.inside()).hasSize(Look.MOST - 1);
                assertThat(fan.hidden()).isEqualTo(5_001 - Look.MOST);
                assertThat(tree().lines().skip(3 + TaskTree.ALIKE).map(String::strip))
                        .containsExactly("… and 989 more waiting, at here", "… and 4001 more, not looked at");
                scope.cancel("enough");
                scope.join();
            }
        });
    }

    @Test
    void ofTasksThatStandVeryDeepTheOuterOnesAreLookedAtAndTheRestIsCounted() {
        Sim.run(() -> {
            var chain = spawn("chain", () -> deeper(1_000));
            while (Task.live().size() < 1_001) yieldNow();
            yieldNow();
            var text = tree();
            assertThat(text).hasLineCount(2 + Look.DEEPEST + 1);
            assertThat(text.lines().toList().getLast().strip()).isEqualTo("… and 980 more, not looked at");
            chain.cancel("enough");
            while (Task.live().size() > 1) yieldNow();
        });
    }

    private static void deeper(int left) {
        if (left == 1) awaitCancelled();
        TaskScope.run(scope -> {
            scope.start("t" + left, () -> deeper(left - 1));
        });
    }
}
