package dev.holdfast.carrier;

import static dev.holdfast.task.Coroutine.await;
import static dev.holdfast.task.Coroutine.spawn;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.future.Promise;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.testing.Logged;
import dev.holdfast.testing.OnBaton;
import dev.holdfast.testing.OnMounted;
import java.lang.ref.WeakReference;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Who holds a loop, as another thread sees it.
@Tag("threads")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RunningTest {
    private static final int PATIENCE = 100; // collections

    private IOLoop loop; // opened by each test that runs, and not by those that are skipped
    private final AtomicBoolean seen = new AtomicBoolean(); // by the test; who computes then ends
    private final CountDownLatch computing = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread runner = Thread.ofPlatform().name("runner").unstarted(() -> {
        loop.run();
        loop.close();
        ended.countDown();
    });

    @BeforeEach
    void open() {
        loop = IOLoop.open("watched");
        Stuck.begun = new CountDownLatch(1);
        Stuck.gate = new CountDownLatch(1);
    }

    @AfterEach
    void end() throws InterruptedException {
        seen.set(true);
        if (runner.getState() != Thread.State.NEW) ended.await();
        loop.close();
    }

    private void compute() {
        computing.countDown();
        while (!seen.get()) Thread.onSpinWait();
    }

    @Test
    void aTaskThatComputesIsSeenWithItsStack() throws InterruptedException {
        loop.execute(() -> {
            var done = new Promise<Integer>();
            for (int i = 0; i < 100; i++) spawn("parked", () -> await(done));
            spawn("hard worker", () -> {
                compute();
                done.complete(1);
            });
        });
        runner.start();
        computing.await();
        assertThat(running().getName()).isEqualTo("hard worker");
        assertThat(methodsOf(running())).contains("compute");
    }

    @Test
    @OnMounted
    void aCallbackThatComputesIsSeenOnTheThreadOfCallbacks() throws InterruptedException {
        loop.execute(this::compute);
        runner.start();
        computing.await();
        assertThat(running().getName()).isEqualTo("IOLoop[watched] callbacks");
        assertThat(methodsOf(running())).contains("compute");
    }

    @Test
    @OnBaton
    void onTheBatonACallbackThatComputesIsSeenOnTheLoopsThread() throws InterruptedException {
        loop.execute(this::compute);
        runner.start();
        computing.await();
        assertThat(running()).isSameAs(runner);
        assertThat(methodsOf(running())).contains("compute");
    }

    @Test
    void aTaskThatParksInAFrameThatIsPinnedIsSeenThere() throws InterruptedException {
        loop.execute(() -> spawn("pinned", () -> assertThat(Pinned.VALUE).isEqualTo(1)));
        runner.start();
        Stuck.begun.await();
        awaitThat(() -> methodsOf(running()).contains("park"));
        assertThat(running().getName()).isEqualTo("pinned");
        assertThat(methodsOf(running())).contains("await", "<clinit>");
        Stuck.gate.countDown();
    }

    @Test
    @OnMounted
    void aVirtualThreadThatATaskStartedIsSeenToo() throws InterruptedException {
        loop.execute(() -> spawn(
                "starter",
                () -> Thread.ofVirtual().name("stranger").start(this::compute).join()));
        runner.start();
        computing.await();
        assertThat(running().getName()).isEqualTo("stranger");
    }

    @Test
    @OnMounted
    void aVirtualThreadOfAnExecutorIsSeenToo() throws InterruptedException {
        loop.execute(() -> spawn("starter", () -> {
            var factory = Thread.ofVirtual().name("stranger").factory();
            try (var executor = Executors.newThreadPerTaskExecutor(factory)) {
                executor.execute(this::compute);
            }
        }));
        runner.start();
        computing.await();
        assertThat(running().getName()).isEqualTo("stranger");
    }

    @Test
    void aLoopThatSleepsIsHeldByItsOwnThread() throws InterruptedException {
        var door = loop.external("open");
        runner.start();
        awaitThat(
                () -> loop.carrier().running() == runner && methodsOf(running()).contains("park"));
        door.close();
    }

    @Test
    void betweenTwoRunsNobodyHoldsTheLoop() throws InterruptedException {
        assertThat(loop.carrier().running()).isNull();
        loop.run();
        assertThat(loop.carrier().running()).isNull();
    }

    @Test
    void theCarriersOfOpenLoopsAreFound() {
        var carrier = loop.carrier();
        assertThat(Carrier.all()).contains(carrier);
        loop.close();
        assertThat(Carrier.all()).doesNotContain(carrier);
    }

    @Test
    void beingFoundKeepsNoLoopAlive(Logged log) throws InterruptedException {
        var dropped = new WeakReference<>(IOLoop.open("dropped").carrier());
        for (int i = 0; i < PATIENCE && !dropped.refersTo(null); i++) {
            System.gc();
            Thread.sleep(1); // reference processing is what is waited for, and nobody tells of it
        }
        assertThat(dropped.refersTo(null)).isTrue();
        log.expectDropped("dropped");
    }

    private Thread running() {
        return requireNonNull(loop.carrier().running());
    }

    private static List<String> methodsOf(Thread thread) {
        return Arrays.stream(thread.getStackTrace())
                .map(StackTraceElement::getMethodName)
                .toList();
    }

    private static void awaitThat(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) Thread.onSpinWait();
    }

    static final class Stuck {
        static volatile CountDownLatch begun = new CountDownLatch(1);
        static volatile CountDownLatch gate = new CountDownLatch(1);

        private Stuck() {}

        static int await() {
            try {
                begun.countDown();
                gate.await();
                return 1;
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /// A native frame, that of its initialisation, stands between the task and the loop.
    static final class Pinned {
        static final int VALUE = Stuck.await();

        private Pinned() {}
    }
}
