package dev.holdfast.carrier;

import static dev.holdfast.task.Coroutine.await;
import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static dev.holdfast.task.Coroutine.yieldNow;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.future.Promise;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.testing.Logged;
import dev.holdfast.testing.OnBaton;
import dev.holdfast.testing.OnMounted;
import dev.holdfast.testing.SlowClass;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
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
    private final CountDownLatch seenSoon = new CountDownLatch(1); // whom the test has seen blocked goes on
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread runner = Thread.ofPlatform().name("runner").unstarted(() -> {
        loop.run();
        loop.close();
        ended.countDown();
    });

    @BeforeEach
    void open() {
        loop = IOLoop.open("watched");
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
        try (var slow = new SlowClass()) {
            loop.execute(() -> spawn("pinned", slow::initialise));
            runner.start();
            slow.begun().await();
            awaitThat(() -> methodsOf(running()).contains("park"));
            assertThat(running().getName()).isEqualTo("pinned");
            assertThat(methodsOf(running())).contains("await", "<clinit>");
        }
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
    void aTaskThatComputesKeepsItsHold() throws InterruptedException {
        loop.execute(() -> spawn("hard worker", this::compute));
        runner.start();
        computing.await();
        long hold = hold();
        assertThat(isHeld(hold)).isTrue();
        for (int i = 0; i < 100; i++) assertThat(hold()).isEqualTo(hold);
    }

    @Test
    void eachGoHasAHoldOfItsOwn() {
        var holds = new LinkedHashSet<Long>();
        loop.execute(() -> holds.add(hold()));
        loop.execute(() -> holds.add(hold()));
        loop.execute(() -> spawn("a", () -> {
            holds.add(hold());
            yieldNow();
            holds.add(hold());
            sleep(Duration.ofMillis(1));
            holds.add(hold());
        }));
        loop.run();
        assertThat(holds).hasSize(5).allMatch(RunningTest::isHeld);
    }

    @Test
    void aLoopThatSleepsIsHeldByNobody() throws InterruptedException {
        var door = loop.external("open");
        runner.start();
        awaitThat(
                () -> loop.carrier().running() == runner && methodsOf(running()).contains("park"));
        assertThat(loop.carrier().isHeld()).isFalse();
        door.close();
    }

    @Test
    void whoWatchesIsToldWhenALoopWakesUp() throws InterruptedException {
        var told = new AtomicInteger();
        loop.carrier().whenHeld(() -> told.addAndGet(loop.carrier().isHeld() ? 1 : 1_000));
        var door = loop.external("open");
        runner.start();
        for (int i = 1; i < 10; i++) {
            awaitThat(() -> told.get() > 0 && !loop.carrier().isHeld());
            int before = told.get();
            var held = new AtomicInteger();
            door.execute(() -> held.set(told.get()));
            awaitThat(() -> held.get() > 0);
            assertThat(held.get()).isBetween(before + 1, before + 10);
        }
        door.close();
    }

    @Test
    @OnMounted
    void aTaskThatIsBlockedInTheJdkLetsTheLoopGo() throws InterruptedException { // rule 12a
        loop.execute(() -> spawn("blocked", () -> {
            long before = hold();
            seenSoon.await();
            assertThat(hold()).isNotEqualTo(before);
        }));
        runner.start();
        awaitThat(() -> methodsOf(runner).contains("park") && !isHeld(hold()));
        seenSoon.countDown();
    }

    @Test
    @OnBaton
    void onTheBatonATaskThatIsBlockedInTheJdkKeepsItsHold() throws InterruptedException { // rule 12a
        loop.execute(() -> spawn("blocked", () -> {
            long before = hold();
            seenSoon.await();
            assertThat(hold()).isEqualTo(before);
        }));
        runner.start();
        awaitThat(() -> loop.carrier().running() instanceof Thread blocked
                && methodsOf(blocked).contains("await"));
        assertThat(isHeld(hold())).isTrue();
        seenSoon.countDown();
    }

    @Test
    void betweenTwoRunsNobodyHoldsTheLoop() throws InterruptedException {
        assertThat(loop.carrier().running()).isNull();
        loop.run();
        assertThat(loop.carrier().running()).isNull();
        assertThat(isHeld(hold())).isFalse();
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

    private long hold() {
        return loop.carrier().hold();
    }

    private static boolean isHeld(long hold) {
        return hold % 2 != 0;
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
}
