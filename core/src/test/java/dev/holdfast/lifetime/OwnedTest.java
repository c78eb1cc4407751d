package dev.holdfast.lifetime;

import static dev.holdfast.task.Coroutine.await;
import static dev.holdfast.task.Coroutine.awaitCancelled;
import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.yieldNow;
import static java.time.Duration.ofHours;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.holdfast.Holdfast;
import dev.holdfast.future.Promise;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.task.Action;
import dev.holdfast.task.Body;
import dev.holdfast.task.Task;
import dev.holdfast.testing.Logged;
import dev.holdfast.testing.Sim;
import dev.holdfast.testing.Trail;
import java.io.IOException;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// L1 of lifetime.md: tasks that end with their owner.
@Timeout(60)
class OwnedTest {
    private final Trail trail = new Trail();

    // ---- collected

    @Test
    @Tag("threads")
    void oneThatWasNotBegunNeverBegins() { // CancelScope: a cancellation finds it not begun
        Holdfast.run(() -> {
            var task = Owned.spawn(new Object(), "reader", () -> trail.mark("begun"));
            System.gc();
            OwnedTasks.on(IOLoop.current()).cancelCollected();
            yieldNow();
            assertThat(task.future().isDone()).isTrue();
        });
    }

    @Test
    @Tag("threads")
    void collectedOwnersAreSeenBeforeTheNewsArrives() { // L2: refersTo(null), never the queue
        Holdfast.run(() -> {
            var owned = OwnedTasks.on(IOLoop.current());
            assertThat(owned.isEmpty()).isTrue();
            var kept = new Object();
            var a = Owned.spawn(kept, "a", () -> awaitCancelled());
            var b = Owned.spawn(new Object(), "b", () -> awaitCancelled());
            yieldNow();
            assertThat(owned.isEmpty()).isFalse();

            System.gc();
            owned.cancelCollected();
            assertThat(owned.isAnyCollected()).as("each once").isFalse();
            while (!b.future().isDone()) yieldNow();
            assertThat(b.future().isCancelled()).isTrue();
            assertThat(a.future().isDone()).isFalse();
            Reference.reachabilityFence(kept);

            a.cancel("enough");
            while (!owned.isEmpty()) yieldNow();
        });
    }

    @Test
    @Tag("threads")
    void whoseOwnerLivesIsJudgedAsAnyOther(Logged log) { // L2: collect, look, and then judge
        Holdfast.run(() -> {
            var owner = new Object();
            var owned = Owned.spawn(owner, "owned", () -> await(new Promise<>()));
            assertThatExceptionOfType(Deadlock.class).isThrownBy(owned::join);
            Reference.reachabilityFence(owner);
        });
        assertThat(log.take())
                .singleElement()
                .satisfies(line -> assertThat(line.getMessage()).startsWith("Deadlock: nothing can wake Task[owned]"));
    }

    // ---- not collected

    @Test
    void aTaskThatEndsLeavesNothingOfItself() { // L0
        Sim.run(() -> {
            var owner = new Object();
            var task = Owned.spawn(owner, "worker", () -> "done");
            assertThat(task.join()).isEqualTo("done");
            assertThat(OwnedTasks.on(IOLoop.current()).isEmpty()).isTrue();
            var ended = new WeakReference<>(task);
            task = null;
            assertThat(Collecting.clears(ended)).isTrue();
            Reference.reachabilityFence(owner);
        });
    }

    @Test
    void itsFailureBelongsToItsFuture() { // rule 19
        Sim.run(() -> {
            var owner = new Object();
            Task<String> task = Owned.spawn(owner, "worker", (Body<String, IOException>) () -> {
                throw new IOException("broken");
            });
            assertThatExceptionOfType(IOException.class).isThrownBy(task::join).withMessage("broken");
            Reference.reachabilityFence(owner);
        });
    }

    @Test
    void theLoopsCloseEndsItAsAnyOther() { // rule 9
        var owner = new Object();
        Holdfast.run(() -> {
            Owned.spawn(owner, "sleeper", () -> {
                try {
                    sleep(ofHours(1));
                } finally {
                    trail.mark("ended");
                }
            });
            yieldNow();
        });
        trail.expect("ended");
    }

    @Test
    void aLoopThatIsDroppedUnclosedIsNotKeptByTheOwner(Logged log) { // L1: the action knows the task weakly
        var owner = new Object();
        assertThat(Collecting.clears(droppedLoop(owner))).isTrue();
        log.expectDropped("main");
        Reference.reachabilityFence(owner);
    }

    private WeakReference<IOLoop> droppedLoop(Object owner) {
        var loop = IOLoop.open();
        loop.execute(() -> {
            Owned.spawn(owner, "reader", () -> trail.mark("begun"));
            loop.stop();
        });
        loop.run();
        loop.run(); // it has ended; one that waits is rooted by its thread, on the baton
        return new WeakReference<>(loop);
    }

    // ---- a body that holds its owner

    private static void refused(String path, Object owner, Body<?, ?> body) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Owned.spawn(owner, "reader", body))
                .withMessage("Task[reader] would never end: its body holds its owner, a "
                        + Reach.nameOf(owner.getClass()) + ", by " + path + "; let it use the parts of it instead");
    }

    private static void accepted(Object owner, Body<?, ?> body) {
        Sim.run(() -> {
            Owned.spawn(owner, "reader", body).cancel("seen");
            yieldNow();
        });
    }

    private record Holder(Object held) {}

    @Test
    void aBodyThatUsesItsOwnerIsRefused() { // L1: the error says how
        var owner = new StringBuilder("owner");
        refused("OwnedTest$$Lambda.arg$1", owner, () -> owner.append("x"));
        refused("OwnedTest$$Lambda.arg$1", owner, owner::length);
        refused("OwnedTest$1.val$owner", owner, new Body<Integer, RuntimeException>() {
            @Override
            public Integer call() {
                return owner.length();
            }
        });
        Action<RuntimeException> action = () -> owner.append("x");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Owned.spawn(owner, "reader", action))
                .withMessageContaining("by OwnedTest$$Lambda.arg$1;");
    }

    @Test
    void itIsSeenThroughFieldsArraysAndCollections() { // L1
        var owner = new Object();
        var holder = new Holder(owner);
        Object[] array = {null, owner};
        var list = new ArrayList<>(List.of("x", owner));
        var view = Arrays.asList("x", owner);
        var values = new HashMap<>(Map.of("key", owner));
        var keys = Map.of(owner, "value");
        refused("OwnedTest$$Lambda.arg$1.held", owner, () -> holder.held);
        refused("OwnedTest$$Lambda.arg$1[1]", owner, () -> array[0]);
        refused("OwnedTest$$Lambda.arg$1[1]", owner, () -> list.getFirst());
        refused("OwnedTest$$Lambda.arg$1[1]", owner, () -> view.getFirst());
        refused("OwnedTest$$Lambda.arg$1[0]", owner, () -> values.get("key"));
        refused("OwnedTest$$Lambda.arg$1[0]", owner, () -> keys.size());
    }

    @Test
    void whatHoldsItWeaklyOrFarAwayIsAccepted() { // L1: bounded
        var owner = new Object();
        var weak = new WeakReference<>(owner);
        accepted(owner, weak::get);
        var cache = new WeakHashMap<Object, @Nullable String>();
        cache.put(owner, null);
        accepted(owner, cache::size);
        var near = new Holder(new Holder(new Holder(owner)));
        refused("OwnedTest$$Lambda.arg$1.held.held.held", owner, near::held);
        var far = new Holder(near);
        accepted(owner, far::held);
        var many = new ArrayList<Object>();
        for (int i = 0; i < 2_000; i++) many.add(new Object());
        many.add(owner);
        accepted(owner, many::size);
    }

    @Test
    void aBodyMayHoldItself() { // the walk ends
        var ring = new Object[1];
        ring[0] = ring;
        accepted(new Object(), () -> ring.length);
    }

    @Test
    void aBodyMayNotBeItsOwnOwner() {
        Body<String, RuntimeException> body = () -> "x";
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Owned.spawn(body, "reader", body))
                .withMessage("Task[reader] would never end: it owns itself");
    }

    @Test
    void whatMustNotBeNullIsNamed() {
        Body<String, RuntimeException> body = () -> "x";
        assertThatNullPointerException()
                .isThrownBy(() -> Owned.spawn(null, "reader", body))
                .withMessage("owner");
        assertThatNullPointerException()
                .isThrownBy(() -> Owned.spawn(this, null, body))
                .withMessage("name");
        assertThatNullPointerException()
                .isThrownBy(() -> Owned.spawn(this, "reader", (Body<String, RuntimeException>) null))
                .withMessage("body");
    }

    @Test
    void itIsStartedOnALoopOnly() { // rule 18
        assertThatIllegalStateException()
                .isThrownBy(() -> Owned.spawn(new Object(), "reader", () -> "x"))
                .withMessageContaining("runs no loop; call Holdfast.run");
    }
}
