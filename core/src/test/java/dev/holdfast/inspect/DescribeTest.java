package dev.holdfast.inspect;

import static dev.holdfast.task.Coroutine.await;
import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static dev.holdfast.task.Coroutine.yieldNow;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Holdfast;
import dev.holdfast.future.Future;
import dev.holdfast.future.Futures;
import dev.holdfast.future.Promise;
import dev.holdfast.lifetime.ExternalPromise;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.queue.PriorityQueue;
import dev.holdfast.queue.Queue;
import dev.holdfast.queue.QueueClosed;
import dev.holdfast.scope.TaskScope;
import dev.holdfast.sync.Condition;
import dev.holdfast.sync.Event;
import dev.holdfast.sync.Lock;
import dev.holdfast.sync.Semaphore;
import dev.holdfast.task.AsCompleted;
import dev.holdfast.task.LoopGroup;
import dev.holdfast.task.Periodic;
import dev.holdfast.task.Task;
import dev.holdfast.testing.Logged;
import dev.holdfast.testing.Sim;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What each thing has to say of itself. In [Sim] all is noted where it was made; outside, as here, only what is
/// always.
class DescribeTest {
    // ---- queues and locks

    @Test
    void aQueueSaysWhatIsInItAndWhoIsInLine() {
        Holdfast.run(() -> {
            var jobs = new Queue<String>(1).named("jobs");
            assertThat(jobs.describe()).isEqualTo("Queue[0/1] \"jobs\"");
            jobs.put("first");
            var a = spawn("a", () -> jobs.put("second"));
            var b = spawn("b", () -> jobs.put("third"));
            var c = spawn("c", () -> jobs.join());
            yieldNow();
            assertThat(jobs.describe())
                    .isEqualTo("Queue[1/1] \"jobs\", 2 putters in line: Task[a], Task[b], 1 joiner in line: Task[c]");
            for (var task : List.of(a, b, c)) task.cancel("enough");
            assertThat(jobs.describe()).isEqualTo("Queue[1/1] \"jobs\""); // they have left the line already
            jobs.close();
            assertThat(jobs.describe()).isEqualTo("Queue[1/1] \"jobs\", closed");
        });
    }

    @Test
    void aPriorityQueueSaysItByItsOwnName() {
        Holdfast.run(() -> {
            var queue = new PriorityQueue<Integer>();
            var getter = spawn("getter", () -> queue.get());
            yieldNow();
            assertThat(queue.describe()).isEqualTo("PriorityQueue[0], 1 getter in line: Task[getter]");
            queue.close();
            assertThatThrownBy(getter::join).isInstanceOf(QueueClosed.class);
        });
    }

    @Test
    void ofMoreThanTenInLineTheFirstTenAreNamed() {
        Holdfast.run(() -> {
            var queue = new Queue<Integer>();
            try (var scope = TaskScope.open()) {
                for (int i = 0; i < 12; i++) scope.start("t" + i, () -> queue.get());
                yieldNow();
                assertThat(queue.describe())
                        .startsWith("Queue[0], 12 getters in line: Task[t0], Task[t1], ")
                        .endsWith(", Task[t9] and 2 more");
                scope.cancel("enough");
                scope.join();
            }
        });
    }

    @Test
    void aLockNamesItsHolder() {
        Holdfast.run(() -> {
            var lock = new Lock("accounts");
            assertThat(lock.describe()).isEqualTo("Lock[accounts], free");
            try (var _ = lock.acquire()) {
                var other = spawn("other", () -> lock.acquire().close());
                yieldNow();
                assertThat(lock.describe())
                        .isEqualTo("Lock[accounts], held by Task[main], 1 task in line: Task[other]");
                other.cancel("enough");
                assertThat(lock.describe()).isEqualTo("Lock[accounts], held by Task[main]");
            }
        });
    }

    @Test
    void theOthersNameWhoIsInLine() {
        Holdfast.run(() -> {
            var semaphore = new Semaphore(0);
            var event = new Event();
            var condition = new Condition();
            var tasks = List.of(
                    spawn("s", () -> semaphore.acquire().close()),
                    spawn("e", () -> event.await()),
                    spawn("c", () -> condition.await()));
            yieldNow();
            assertThat(semaphore.describe()).isEqualTo("Semaphore[0/0], 1 task in line: Task[s]");
            assertThat(event.describe()).isEqualTo("Event[clear], 1 task in line: Task[e]");
            assertThat(condition.describe()).isEqualTo("Condition, 1 task in line: Task[c]");
            event.set();
            assertThat(event.describe()).isEqualTo("Event[set]");
            tasks.forEach(task -> task.cancel("enough"));
        });
    }

    // ---- futures

    @Test
    void aFutureSaysHowItEndedAndUntilThenWhoAwaitsIt() {
        Holdfast.run(() -> {
            var promise = new Promise<String>();
            assertThat(promise.describe()).isEqualTo("Promise, pending");
            promise.onDone(_ -> {});
            var both = Futures.all(List.of(promise, new Promise<String>()));
            var a = spawn("a", () -> await(promise));
            yieldNow();
            assertThat(promise.describe())
                    .isEqualTo("Promise, pending, awaited by a listener, All[0/2] of Promise, Task[a]");
            assertThat(both.describe()).isEqualTo("All[0/2], pending");
            promise.complete("value");
            assertThat(promise.describe()).isEqualTo("Promise, done");
            assertThat(Future.of(42).describe()).isEqualTo("Promise, done");
            var cancelled = new Promise<String>();
            cancelled.cancel();
            assertThat(cancelled.describe()).isEqualTo("Promise, cancelled");
            assertThat(a.future().describe()).startsWith("Task[a], pending, made at DescribeTest."); // as was noted
        });
    }

    @Test
    void toDescribeAFailureIsNotToLookAtIt(Logged log) { // rule 15
        Holdfast.run(() -> {
            var promise = new Promise<String>();
            promise.fail(new IOException("boom"));
            assertThat(promise.describe()).isEqualTo("Promise, failed: java.io.IOException: boom");
        });
        log.expect("Promise failed and nobody looked");
    }

    @Test
    void asCompletedSaysHowFarItIs() {
        Holdfast.run(() -> {
            var first = new Promise<String>();
            var rest = AsCompleted.of(List.of(first, new Promise<String>()));
            assertThat(rest.describe()).isEqualTo("AsCompleted[0/2], 0 done");
            assertThat(first.describe()).isEqualTo("Promise, pending, awaited by AsCompleted[0/2]");
            first.complete("value");
            assertThat(rest.describe()).isEqualTo("AsCompleted[0/2], 1 done");
            rest.next();
            var waiting = spawn("waiting", () -> rest.next());
            yieldNow();
            assertThat(rest.describe()).isEqualTo("AsCompleted[1/2], 0 done, awaited by Task[waiting]");
            rest.close();
            assertThat(rest.describe()).isEqualTo("AsCompleted[2/2], 0 done, closed");
            assertThatThrownBy(waiting::join).hasMessageStartingWith("nothing left");
        });
    }

    @Test
    void anExternalPromiseSaysWhereItWasOpened() {
        Holdfast.run(() -> {
            var answer = ExternalPromise.<Integer>open("answer");
            assertThat(answer.describe())
                    .startsWith("ExternalPromise[answer], open, opened at DescribeTest.anExternalPromise");
            answer.complete(42);
            assertThat(answer.describe()).startsWith("ExternalPromise[answer], settled, opened at ");
        });
    }

    // ---- tasks and scopes

    @Test
    void aScopeNamesItsTasksAndWhyItWasCancelled() {
        Holdfast.run(() -> {
            var scope = TaskScope.open();
            try (scope) {
                assertThat(scope.describe()).isEqualTo("TaskScope[main], 0 tasks");
                scope.start("a", () -> sleep(ofHours(1)));
                scope.start("b", () -> sleep(ofHours(1)));
                yieldNow();
                assertThat(scope.describe()).isEqualTo("TaskScope[main], 2 tasks: Task[a], Task[b]");
                scope.cancel("enough");
                assertThat(scope.describe()).isEqualTo("TaskScope[main], 2 tasks: Task[a], Task[b], cancelled: enough");
                scope.join();
            }
            assertThat(scope.describe()).isEqualTo("TaskScope[main], 0 tasks, cancelled: enough, closed");
        });
    }

    @Test
    void aScopeInWhichATaskFailedSaysSo() {
        assertThatThrownBy(() -> Holdfast.run(() -> TaskScope.run(scope -> {
                    scope.start("a", () -> {
                        throw new IOException("boom");
                    });
                    try {
                        sleep(ofHours(1));
                    } finally {
                        assertThat(scope.describe())
                                .isEqualTo("TaskScope[main], 0 tasks, cancelled: Task[a] failed: "
                                        + "java.io.IOException: boom");
                    }
                })))
                .hasMessage("boom");
    }

    @Test
    void everythingCanBeAskedDuringACancellation() {
        Holdfast.run(() -> {
            var queue = new Queue<Integer>();
            var task = spawn("task", () -> {
                try {
                    queue.get();
                } finally {
                    assertThat(Task.current().describe()).isEqualTo("Task[task] running");
                    assertThat(queue.describe()).isEqualTo("Queue[0]");
                }
            });
            yieldNow();
            task.cancel("enough");
            assertThat(task.describe()).isEqualTo("Task[task] ready");
            assertThatThrownBy(task::join).isInstanceOf(CancellationException.class);
            assertThat(task.describe()).isEqualTo("Task[task] ended");
        });
    }

    @Test
    void aNameBreaksNoLine() {
        Holdfast.run(() -> {
            var lock = new Lock("a\nb");
            var task = spawn("x\r\ny", () -> lock.acquire().close());
            try (var _ = lock.acquire()) {
                yieldNow();
                assertThat(task.describe()).isEqualTo("Task[x\\u000d\\ny] waiting on Lock[a\\nb]");
                assertThat(lock.describe())
                        .isEqualTo("Lock[a\\nb], held by Task[main], 1 task in line: Task[x\\u000d\\ny]");
            }
        });
    }

    @Test
    void aToStringThatThrowsSpoilsNothing() {
        Holdfast.run(() -> {
            var task = spawn("task", () -> Task.suspend(new Bad(), _ -> {}));
            yieldNow();
            assertThat(task.describe()).isEqualTo("Task[task] waiting on " + Bad.class.getName());
            task.cancel("enough");
        });
    }

    private static final class Bad {
        @Override
        public String toString() {
            throw new IllegalStateException("bad");
        }
    }

    // ---- loops and timers

    @Test
    void aLoopSaysWhatItHasToDo() {
        var loop = IOLoop.open("kitchen");
        assertThat(loop.describe()).isEqualTo("IOLoop[kitchen], not running: 0 ready, 0 timers, 0 externals");
        var door = loop.external("sensor");
        loop.execute(() -> {
            loop.callLater(ofHours(1), () -> {}).unref();
            loop.execute(() -> {});
            assertThat(loop.describe()).isEqualTo("IOLoop[kitchen], running: 1 ready, 1 timer, 1 external: sensor");
            assertThat(door.describe()).isEqualTo("External[sensor], open");
            door.close();
            assertThat(door.describe()).isEqualTo("External[sensor], closed");
        });
        loop.run();
        var left = loop.external("left");
        loop.close();
        assertThat(loop.describe()).isEqualTo("IOLoop[kitchen], closed");
        assertThat(left.describe()).isEqualTo("External[left], closed");
    }

    @Test
    void aTimerSaysWhenItFires() {
        Sim.run(() -> {
            var loop = IOLoop.current();
            var timer = loop.callLater(ofSeconds(3), new Runnable() {
                @Override
                public void run() {}

                @Override
                public String toString() {
                    return "refresh";
                }
            });
            sleep(ofSeconds(1));
            assertThat(timer.describe()).isEqualTo("Timer[refresh], due in 2 s");
            timer.cancel();
            assertThat(timer.describe()).isEqualTo("Timer[over]");
        });
    }

    @Test
    void aPeriodicSaysWhenItCallsNext() {
        Sim.run(() -> {
            var refresh = Periodic.every(ofSeconds(10), "refresh", () -> sleep(ofSeconds(5)));
            assertThat(refresh.describe()).isEqualTo("Periodic[refresh, every 10 s], stopped");
            refresh.start();
            sleep(ofSeconds(4));
            assertThat(refresh.describe()).isEqualTo("Periodic[refresh, every 10 s], next call in 6 s");
            sleep(ofSeconds(7));
            assertThat(refresh.describe())
                    .isEqualTo("Periodic[refresh, every 10 s], calls Task[refresh] waiting on sleep");
            refresh.stop();
            assertThat(refresh.describe())
                    .isEqualTo("Periodic[refresh, every 10 s], stopped, but for Task[refresh] waiting on sleep");
            sleep(ofSeconds(5));
            assertThat(refresh.describe()).isEqualTo("Periodic[refresh, every 10 s], stopped");
        });
    }

    @Test
    @Tag("threads")
    void aGroupSaysHowManyCallsAreOut() {
        Holdfast.run(() -> {
            var group = LoopGroup.open("worker", 2);
            try (group) {
                assertThat(group.describe()).isEqualTo("LoopGroup[worker, 2], open, 0 calls out");
                var call = group.call(0, () -> sleep(ofHours(1)));
                assertThat(group.describe()).isEqualTo("LoopGroup[worker, 2], open, 1 call out");
                call.onDone(_ -> {});
            }
            assertThat(group.describe()).isEqualTo("LoopGroup[worker, 2], closed");
        });
    }

    // ---- elsewhere

    /// What changes at this very moment is not to be looked at: from another thread there is the name.
    @Test
    @Tag("threads")
    void askedFromAnotherThreadAThingSaysItsName() throws InterruptedException {
        var loop = IOLoop.open("kitchen");
        var door = loop.external("door");
        var queue = new Queue<Integer>();
        var described = new CompletableFuture<String>();
        loop.execute(() -> {
            spawn("a", () -> queue.get());
            loop.execute(() -> described.complete(queue.describe()));
        });
        var thread = Thread.ofPlatform().start(loop::run);
        assertThat(described.join()).isEqualTo("Queue[0], 1 getter in line: Task[a]");
        assertThat(queue.describe()).isEqualTo("Queue[0]");
        assertThat(loop.describe()).isEqualTo("IOLoop[kitchen], running");
        assertThat(door.describe()).isEqualTo("External[door], open");
        door.execute(() -> queue.tryPut(1));
        door.close();
        thread.join();
        loop.close();
    }
}
