package dev.holdfast.task;

import static dev.holdfast.task.Coroutine.await;
import static dev.holdfast.task.Coroutine.spawn;
import static dev.holdfast.task.Coroutine.yieldNow;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.holdfast.cancel.Cancelled;
import dev.holdfast.future.Future;
import dev.holdfast.future.Promise;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.scope.Timeouts;
import dev.holdfast.testing.Sim;
import dev.holdfast.testing.Trail;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class AsCompletedTest {
    private final Trail trail = new Trail();

    @Test
    void futuresComeInTheOrderInWhichTheyAreDone() { // rule 28
        Sim.run(() -> {
            var slow = sleeper("slow", 3);
            var quick = sleeper("quick", 1);
            var medium = sleeper("medium", 2);
            for (var done : AsCompleted.of(List.of(slow, quick, medium))) {
                trail.mark(done.outcome().get() + "@" + Sim.elapsed().toSeconds());
            }
            trail.expect("quick@1", "medium@2", "slow@3");
        });
    }

    private static Future<String> sleeper(String name, int seconds) {
        return spawn(name, () -> {
                    Coroutine.sleep(ofSeconds(seconds));
                    return name;
                })
                .future();
    }

    @Test
    void thoseDoneAlreadyComeFirstInTheOrderOfTheList() { // rule 28
        Sim.run(() -> {
            var pending = new Promise<String>();
            var second = new Promise<String>();
            var first = new Promise<String>();
            second.complete("second in the list");
            first.complete("first in time");
            var each = AsCompleted.of(List.of(pending, second, Future.of("third"), first));
            pending.complete("last");
            for (var done : each) trail.mark(done.outcome().get());
            trail.expect("second in the list", "third", "first in time", "last");
        });
    }

    @Test
    void theFutureItselfIsReturned() {
        Sim.run(() -> {
            var promise = new Promise<String>();
            var each = AsCompleted.of(List.of(promise));
            promise.complete("x");
            assertThat(each.next()).isSameAs(promise);
        });
    }

    @Test
    void itGoesOnAfterAFailure() { // rule 28
        Sim.run(() -> {
            var failing = new Promise<String>();
            var cancelled = new Promise<String>();
            var fine = new Promise<String>();
            var each = AsCompleted.of(List.of(fine, cancelled, failing));
            failing.fail(new IOException("x"));
            cancelled.cancel();
            fine.complete("y");
            assertThatThrownBy(() -> await(each.next())).hasMessage("x");
            assertThatThrownBy(() -> await(each.next())).isInstanceOf(CancellationException.class);
            assertThat(await(each.next())).isEqualTo("y");
        });
    }

    @Test
    void pastTheEndThereIsNoSuchElement() { // rule 28, fix: Tornado's WaitIterator waits for what will never come
        Sim.run(() -> {
            var each = AsCompleted.of(List.of(Future.of("x")));
            assertThat(each.hasNext()).isTrue();
            each.next();
            assertThat(each.hasNext()).isFalse();
            assertThatThrownBy(each::next)
                    .isInstanceOf(NoSuchElementException.class)
                    .hasMessage("nothing left of AsCompleted[1/1]");
        });
    }

    @Test
    void ofNothingThereIsNoNext() { // rule 28
        Sim.run(() -> {
            var each = AsCompleted.of(List.<Future<String>>of());
            assertThat(each.hasNext()).isFalse();
            assertThatThrownBy(each::next).hasMessage("nothing left of AsCompleted[0/0]");
        });
    }

    /// **fix** Naively the second takes the first one's place, and the first waits for ever.
    @Test
    void askedTwiceWithoutTakingIsAnError() { // rule 28
        Sim.run(() -> {
            var promise = new Promise<String>();
            var each = AsCompleted.of(List.of(promise));
            var first = spawn("first", () -> await(each.next()));
            yieldNow();
            assertThatThrownBy(each::next)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("Task[first] waits for the next of AsCompleted[0/1] already");
            promise.complete("x");
            assertThat(first.join()).isEqualTo("x");
        });
    }

    @Test
    void theSameFutureTwiceComesTwice() {
        Sim.run(() -> {
            var promise = new Promise<String>();
            var each = AsCompleted.of(List.of(promise, promise));
            promise.complete("x");
            assertThat(await(each.next())).isEqualTo("x");
            assertThat(await(each.next())).isEqualTo("x");
            assertThat(each.hasNext()).isFalse();
        });
    }

    @Test
    void whoIsCancelledWhileWaitingTakesNothing() { // rule 22
        Sim.run(() -> {
            var promise = new Promise<String>();
            var each = AsCompleted.of(List.of(promise));
            var waiter = spawn("waiter", () -> each.next());
            yieldNow();
            waiter.cancel("enough");
            yieldNow();
            promise.complete("x");
            assertThat(await(each.next())).isEqualTo("x");
        });
    }

    @Test
    void whatWasGrantedToACancelledTaskIsTheNextAgain() { // rule 22, fix: naively it is lost, and the count never ends
        Sim.run(() -> {
            var a = new Promise<String>();
            var b = new Promise<String>();
            var each = AsCompleted.of(List.of(a, b));
            var waiter = spawn("waiter", () -> each.next());
            yieldNow();
            a.complete("a");
            b.complete("b");
            waiter.cancel("enough");
            assertThatThrownBy(waiter::join).isInstanceOf(CancellationException.class);
            assertThat(await(each.next())).isEqualTo("a");
            assertThat(await(each.next())).isEqualTo("b");
            assertThat(each.hasNext()).isFalse();
        });
    }

    @Test
    void whatWasGrantedToACancelledTaskGoesToTheOneWhoWaitsNow() { // rule 22
        Sim.run(() -> {
            var a = new Promise<String>();
            var each = AsCompleted.of(List.of(a, new Promise<>()));
            var first = spawn("first", () -> each.next());
            var second = spawn("second", () -> {
                yieldNow();
                return await(each.next());
            });
            yieldNow();
            a.complete("a"); // to the first
            first.cancel("enough");
            assertThat(await(second.future(), ofSeconds(1))).isEqualTo("a");
        });
    }

    @Test
    void aCancelledTaskIsThrownOutAlsoWhereItNeedNotWait() { // rule 21
        Sim.run(() -> {
            var each = AsCompleted.of(List.of(Future.of("x")));
            var task = spawn("cancelled", () -> {
                Task.current().cancel("enough");
                assertThatThrownBy(each::next).isInstanceOf(Cancelled.class);
            });
            task.join();
            assertThat(each.hasNext()).isTrue();
        });
    }

    @Test
    void aLimitCutsTheWaitShort() { // rule 27
        Sim.run(() -> {
            var promise = new Promise<String>();
            var each = AsCompleted.of(List.of(promise));
            assertThat(Timeouts.moveOnAfter(ofMillis(1), () -> each.next())).isFalse();
            promise.complete("x");
            assertThat(await(each.next())).isEqualTo("x");
        });
    }

    @Test
    void whoLeavesBeforeTheEndClosesIt() { // law 9: else each would leave a listener behind
        Sim.run(() -> {
            var never = new Promise<String>();
            for (int i = 0; i < 1_000; i++) {
                try (var each = AsCompleted.of(List.of(never, Future.of("quick")))) {
                    assertThat(await(each.next())).isEqualTo("quick");
                    assertThat(never.isAwaited()).isTrue();
                }
            }
            assertThat(never.isAwaited()).isFalse();
            assertThat(never.isDone()).isFalse();
        });
    }

    @Test
    void afterClosingThereIsNothingLeft() {
        Sim.run(() -> {
            var each = AsCompleted.of(List.of(new Promise<String>(), Future.of("x")));
            each.next();
            var waiter = spawn("waiter", () -> each.next());
            yieldNow();
            each.close();
            each.close();
            assertThat(each.hasNext()).isFalse();
            assertThatThrownBy(waiter::join).isInstanceOf(NoSuchElementException.class);
            assertThatThrownBy(each::next).isInstanceOf(NoSuchElementException.class);
        });
    }

    @Test
    void aHundredThousandAreLinear() {
        Sim.run(() -> {
            var promises = new ArrayList<Promise<Integer>>();
            for (int i = 0; i < 100_000; i++) promises.add(new Promise<>());
            var each = AsCompleted.of(promises);
            for (int i = promises.size() - 1; i >= 0; i--) promises.get(i).complete(i);
            int expected = promises.size();
            for (var done : each) assertThat(done == promises.get(--expected)).isTrue();
            assertThat(expected).isZero();
        });
    }

    @Test
    void oneOfAnotherLoopIsAnErrorInWords() { // rule 18
        try (var first = IOLoop.open("first");
                var second = IOLoop.open("second")) {
            var of = new ArrayList<AsCompleted<String>>();
            first.execute(() -> of.add(AsCompleted.of(List.of(new Promise<String>()))));
            first.run();
            for (Consumer<AsCompleted<?>> touch :
                    List.<Consumer<AsCompleted<?>>>of(AsCompleted::next, AsCompleted::hasNext, AsCompleted::close)) {
                second.execute(() -> spawn("stranger", () -> trail.mark(errorOf(() -> touch.accept(of.getFirst())))));
            }
            second.run();
            assertThat(trail.marks())
                    .hasSize(3)
                    .allSatisfy(error -> assertThat(error)
                            .endsWith(" touched AsCompleted[0/1] of IOLoop[first] but runs IOLoop[second]; "
                                    + "open an External on the loop and hand it to this thread"));
        }
    }

    private static String errorOf(Runnable wrong) {
        return "" + catchThrowable(wrong::run).getMessage();
    }

    @Test
    void waitingIsForTasks() { // rule 19
        Sim.run(() -> {
            var each = AsCompleted.of(List.of(new Promise<String>()));
            var caught = new ArrayList<Throwable>();
            Task.current().loop().execute(() -> {
                try {
                    each.next();
                } catch (IllegalStateException e) {
                    caught.add(e);
                }
            });
            yieldNow();
            assertThat(caught.getFirst())
                    .hasMessage("a callback of IOLoop[sim] is no task and cannot wait; start one with spawn");
        });
    }
}
