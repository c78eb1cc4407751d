package dev.holdfast.future;

import static dev.holdfast.task.Coroutine.await;
import static dev.holdfast.task.Coroutine.spawn;
import static dev.holdfast.task.Coroutine.yieldNow;
import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.holdfast.cancel.TooSlow;
import dev.holdfast.testing.Sim;
import dev.holdfast.testing.Trail;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

class FuturesTest {
    private static final IOException FIRST = new IOException("first");

    // ---- all

    @Test
    void allKeepsTheOrderOfTheList() { // rule 25
        Sim.run(() -> {
            var a = new Promise<String>();
            var b = new Promise<String>();
            var all = Futures.all(List.of(a, b));
            b.complete("b");
            assertThat(all.isDone()).isFalse();
            a.complete("a");
            assertThat(await(all)).containsExactly("a", "b");
        });
    }

    @Test
    void allKeepsTheShapeOfTheMap() { // rule 25
        Sim.run(() -> {
            var futures = new LinkedHashMap<String, Future<Integer>>();
            var z = new Promise<Integer>();
            futures.put("z", z);
            futures.put("a", Future.of(1));
            futures.put("m", Future.of(null));
            var all = Futures.all(futures);
            z.complete(26);
            var expected = new LinkedHashMap<String, Integer>();
            expected.put("z", 26);
            expected.put("a", 1);
            expected.put("m", null);
            assertThat(await(all)).containsExactlyEntriesOf(expected);
        });
    }

    @Test
    void allOfAMapFailsLikeAllOfAList() { // rule 25
        Sim.run(() -> {
            var all = Futures.all(Map.of("a", Future.failed(FIRST)));
            assertThatThrownBy(() -> await(all)).isSameAs(FIRST);
        });
    }

    @Test
    void allTakesNullsAsValues() { // rule 25
        Sim.run(() ->
                assertThat(await(Futures.all(Future.of(null), Future.of("b")))).containsExactly(null, "b"));
    }

    @Test
    void allOfNothingIsDoneAtOnce() { // rule 25: the naive count of what is missing never gets to zero, and hangs
        assertThat(Futures.all(List.of()).outcome().get()).isEmpty();
        assertThat(Futures.all(Map.of()).outcome().get()).isEmpty();
        assertThat(Futures.allSettled(List.of()).outcome().get()).isEmpty();
    }

    @Test
    void allOfWhatIsDoneIsDoneAtOnce() { // rule 25
        Sim.run(() -> {
            assertThat(Futures.all(Future.of("a"), Future.of("b")).isDone()).isTrue();
            assertThat(Futures.any(Future.failed(FIRST), Future.of("b")).isDone())
                    .isTrue();
            assertThat(Futures.race(new Promise<>(), Future.of("b")).isDone()).isTrue();
        });
    }

    @Test
    void allIsSettledInTheMomentInWhichTheLastInputIs() { // and costs no turn of its own
        Sim.run(() -> {
            var a = new Promise<String>();
            var all = Futures.all(a);
            a.complete("a");
            assertThat(all.isDone()).isTrue();
        });
    }

    @Test
    void theListOfAllCannotBeChanged() {
        Sim.run(() -> {
            assertThatThrownBy(() -> await(Futures.all(Future.of("a"))).clear())
                    .isInstanceOf(UnsupportedOperationException.class);
            assertThatThrownBy(() ->
                            await(Futures.all(Map.of("a", Future.of("a")))).clear())
                    .isInstanceOf(UnsupportedOperationException.class);
        });
    }

    @Test
    void whoChangesTheListAfterwardsChangesNothing() {
        Sim.run(() -> {
            var a = new Promise<String>();
            var futures = new ArrayList<Future<String>>(List.of(a));
            var all = Futures.all(futures);
            futures.clear();
            a.complete("a");
            assertThat(await(all)).containsExactly("a");
        });
    }

    @Test
    void theSameFutureTwiceIsFine() { // rule 25: the naive set of what is missing gets to zero too early, or never
        Sim.run(() -> {
            var a = new Promise<String>();
            var all = Futures.all(a, a, a);
            var settled = Futures.allSettled(a, a);
            var any = Futures.any(a, a);
            var race = Futures.race(a, a);
            a.complete("a");
            assertThat(await(all)).containsExactly("a", "a", "a");
            assertThat(await(settled)).hasSize(2);
            assertThat(await(any)).isEqualTo("a");
            assertThat(await(race)).isEqualTo("a");
        });
    }

    @Test
    void theSameFailingFutureTwiceFailsOnce() { // rule 25: naively the error is suppressed in itself, which throws
        Sim.run(() -> {
            var error = new IOException("x");
            var a = new Promise<String>();
            var all = Futures.all(a, a);
            a.fail(error);
            assertThatThrownBy(() -> await(all)).isSameAs(error).hasNoSuppressedExceptions();
        });
    }

    @Test
    void allWaitsForTheOthersAfterAFailure() { // rule 25
        Sim.run(() -> {
            var a = new Promise<String>();
            var b = new Promise<String>();
            var all = Futures.all(a, b);
            a.fail(FIRST);
            assertThat(all.isDone()).isFalse();
            b.complete("b");
            assertThatThrownBy(() -> await(all)).isSameAs(FIRST);
        });
    }

    @Test
    void whoWaitsForAllGoesOnWhenTheLastHasArrived() { // rule 25: told of the first only, it would hang
        Sim.run(() -> {
            var a = new Promise<String>();
            var b = new Promise<String>();
            var waiter = spawn("waiter", () -> await(Futures.all(a, b)));
            yieldNow();
            a.complete("a");
            yieldNow();
            assertThat(waiter.future().isDone()).isFalse();
            b.complete("b");
            assertThat(waiter.join()).containsExactly("a", "b");
        });
    }

    @Test
    void allFailsWithTheFailureThatIsFirstInTheList() { // rule 25: not with the one that was first in time
        Sim.run(() -> {
            var first = new IOException("first");
            var second = new IOException("second");
            var third = new IOException("third");
            var a = new Promise<String>();
            var b = new Promise<String>();
            var c = new Promise<String>();
            var all = Futures.all(Future.of("ok"), a, b, c);
            c.fail(third);
            b.fail(second);
            a.fail(first);
            assertThatThrownBy(() -> await(all)).isSameAs(first);
            assertThat(first.getSuppressed()).containsExactly(second, third);
        });
    }

    @Test
    void anErrorIsSuppressedOnceAtMost() { // rule 25
        Sim.run(() -> {
            var first = new IOException("first");
            var second = new IOException("second");
            for (int i = 0; i < 3; i++) {
                var all = Futures.all(Future.failed(first), Future.failed(second), Future.failed(second));
                assertThatThrownBy(() -> await(all)).isSameAs(first);
            }
            assertThat(first.getSuppressed()).containsExactly(second);
        });
    }

    @Test
    void aCancelledInputIsAFailure() { // rule 25, fix: Tornado's multi never hears of it, and hangs
        Sim.run(() -> {
            var a = new Promise<String>();
            var b = new Promise<String>();
            var all = Futures.all(a, b);
            a.cancel();
            b.complete("b");
            assertThatThrownBy(() -> await(all)).isInstanceOf(CancellationException.class);
        });
    }

    @Test
    void aCancelledTaskIsAFailure() { // rule 25, fix: as above
        Sim.run(() -> {
            var task = spawn("sleeper", () -> await(new Promise<String>()));
            var all = Futures.all(task.future());
            yieldNow();
            task.cancel("enough");
            assertThatThrownBy(() -> await(all))
                    .isInstanceOf(CancellationException.class)
                    .hasMessage("Task[sleeper] was cancelled: enough");
        });
    }

    @Test
    void allOfManyIsLinear() { // rule 25: a search or a copy for each would take 10^10 steps
        Sim.run(() -> {
            var promises = promises(200_000);
            var same = new Promise<Integer>();
            var all = Futures.all(promises);
            var allOfOne = Futures.all(Collections.nCopies(200_000, same));
            for (int i = promises.size() - 1; i >= 0; i--) promises.get(i).complete(i);
            same.complete(7);
            assertThat(await(all)).hasSize(200_000).startsWith(0, 1).endsWith(199_999);
            assertThat(await(allOfOne)).hasSize(200_000);
        });
    }

    @Test
    void allOfManyFailuresIsLinear() { // rule 25
        Sim.run(() -> {
            var promises = promises(100_000);
            var all = Futures.all(promises);
            for (int i = 0; i < promises.size(); i++) promises.get(i).fail(new Numbered(i));
            var error = catchThrowable(() -> await(all));
            assertThat(error).hasMessage("0");
            assertThat(error.getSuppressed()).hasSize(99_999);
        });
    }

    @SuppressWarnings("serial")
    private static final class Numbered extends Exception {
        Numbered(int number) {
            super(Integer.toString(number), null, true, false); // a hundred thousand stacks take their time
        }
    }

    private static List<Promise<Integer>> promises(int n) {
        var promises = new ArrayList<Promise<Integer>>();
        for (int i = 0; i < n; i++) promises.add(new Promise<>());
        return promises;
    }

    // ---- allSettled

    @Test
    void allSettledReturnsEveryOutcomeInOrder() { // rule 25
        Sim.run(() -> {
            var a = new Promise<String>();
            var b = new Promise<String>();
            var settled = Futures.allSettled(List.of(a, b, Future.of("c")));
            b.complete("b");
            a.fail(FIRST);
            assertThat(await(settled))
                    .containsExactly(new Outcome.Failure<>(FIRST), new Outcome.Value<>("b"), new Outcome.Value<>("c"));
        });
    }

    // ---- any

    @Test
    void anyReturnsTheFirstSuccess() { // rule 26
        Sim.run(() -> {
            var a = new Promise<String>();
            var b = new Promise<String>();
            var c = new Promise<String>();
            var any = Futures.any(List.of(a, b, c));
            a.fail(FIRST);
            assertThat(any.isDone()).isFalse();
            c.complete("c");
            assertThat(await(any)).isEqualTo("c");
        });
    }

    @Test
    void anyFailsWithAllFailures() { // rule 26
        Sim.run(() -> {
            var first = new IOException("first");
            var second = new IOException("second");
            var a = new Promise<String>();
            var b = new Promise<String>();
            var any = Futures.any(a, b);
            b.fail(second);
            a.fail(first);
            assertThatThrownBy(() -> await(any)).isSameAs(first);
            assertThat(first.getSuppressed()).containsExactly(second);
        });
    }

    // ---- race

    @Test
    void raceReturnsTheFirstToSettle() { // rule 26
        Sim.run(() -> {
            var a = new Promise<String>();
            var b = new Promise<String>();
            var race = Futures.race(List.of(a, b));
            b.complete("b");
            a.complete("a");
            assertThat(await(race)).isEqualTo("b");
        });
    }

    @Test
    void whatIsDerivedIsToldAlsoBehindOneThatNobodyListensTo() { // rule 14
        Sim.run(() -> {
            var input = new Promise<String>();
            var unheard = Futures.race(input, new Promise<>());
            var heard = Futures.race(input, new Promise<>());
            var waits = spawn("waits", () -> await(heard));
            yieldNow();
            input.complete("done");
            assertThat(waits.join()).isEqualTo("done");
            assertThat(unheard.isDone()).isTrue();
        });
    }

    @Test
    void raceFailsWhenTheFirstToSettleFails() { // rule 26
        Sim.run(() -> {
            var a = new Promise<String>();
            var race = Futures.race(a, new Promise<>());
            a.fail(FIRST);
            assertThatThrownBy(() -> await(race)).isSameAs(FIRST);
        });
    }

    @Test
    void ofThoseThatAreDoneTheFirstInTheListWins() { // rule 26
        Sim.run(() -> {
            assertThat(await(Futures.race(new Promise<>(), Future.of("b"), Future.of("c"))))
                    .isEqualTo("b");
            assertThat(await(Futures.any(Future.failed(FIRST), Future.of("b"), Future.of("c"))))
                    .isEqualTo("b");
        });
    }

    @Test
    void anyAndRaceOfNothingAreRefused() { // rule 26: they could never be done
        assertThatThrownBy(() -> Futures.any(List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("any of nothing");
        assertThatThrownBy(() -> Futures.race(List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("race of nothing");
    }

    @Test
    void losersAreLetGoOfAndNotCancelled() { // rule 26
        Sim.run(() -> {
            var quick = new Promise<String>();
            var before = new Promise<String>();
            var after = new Promise<String>();
            var race = Futures.race(before, quick, after);
            var any = Futures.any(before, quick, after);
            assertThat(before.isAwaited()).isTrue();
            quick.complete("quick");
            assertThat(await(race)).isEqualTo(await(any));
            for (var loser : List.of(before, after)) {
                assertThat(loser.isAwaited()).isFalse();
                assertThat(loser.isDone()).isFalse();
                assertThat(loser.complete("still")).isTrue();
            }
        });
    }

    @Test
    void aLoserThatFailsLateIsNoNews() { // rules 15 and 26: a derived future has looked at it
        Sim.run(() -> {
            var before = new Promise<String>();
            var after = new Promise<String>();
            await(Futures.race(before, Future.of("x"), after, Future.failed(FIRST)));
            before.fail(FIRST);
            after.fail(FIRST);
        });
    }

    // ---- limits

    @Test
    void aLimitOnWaitingForAFutureDoesNotCancelIt() { // rule 27
        Sim.run(() -> {
            var a = new Promise<String>();
            var all = Futures.all(a);
            assertThatThrownBy(() -> await(all, ofMillis(5)))
                    .isInstanceOf(TooSlow.class)
                    .hasMessage("All[0/1]: not within 5 ms");
            a.complete("a");
            assertThat(await(all)).containsExactly("a");
        });
    }

    // ---- depth and residue

    @Test
    void aChainOf100000DerivedFuturesIsTold() { // told one inside the other they would overflow the stack
        Sim.run(() -> {
            var origin = new Promise<Integer>();
            Future<Integer> last = origin;
            for (int i = 0; i < 100_000; i++) last = Futures.race(last);
            var end = last;
            var waiter = spawn("waiter", () -> await(end));
            yieldNow();
            origin.complete(7);
            assertThat(waiter.join()).isEqualTo(7);
        });
    }

    @Test
    void aTreeOfDerivedFuturesIsToldLevelByLevel() {
        Sim.run(() -> {
            var trail = new Trail();
            var origin = new Promise<String>();
            var left = Futures.race(origin);
            var leftest = Futures.race(left);
            var right = Futures.race(origin);
            leftest.onDone(_ -> trail.mark("leftest"));
            left.onDone(_ -> trail.mark("left"));
            right.onDone(_ -> trail.mark("right"));
            origin.onDone(_ -> trail.mark("origin"));
            origin.complete("x");
            yieldNow();
            trail.expect("origin", "left", "right", "leftest");
        });
    }

    @Test
    void aHundredThousandRacesLeaveNothingOnTheirLoser() { // S16: a listener left behind by each would be 10 MB
        Sim.run(() -> {
            var never = new Promise<String>();
            for (int i = 0; i < 100_000; i++) {
                var quick = new Promise<String>();
                var race = Futures.race(never, quick);
                quick.complete("quick");
                assertThat(race.isDone()).isTrue();
            }
            assertThat(never.isAwaited()).isFalse();
        });
    }

    @Test
    void aHundredThousandTimeoutsLeaveNothingOnTheirFuture() { // S16
        Sim.run(() -> {
            var never = new Promise<String>();
            for (int i = 0; i < 100_000; i++) {
                try {
                    await(never, ofMillis(1));
                    throw new AssertionError("never came");
                } catch (TooSlow e) {
                    // as it should be
                }
            }
            assertThat(never.isAwaited()).isFalse();
            assertThat(Sim.elapsed()).isEqualTo(ofMillis(100_000));
        });
    }

    // ---- wrong use

    @Test
    void aNullAmongTheFuturesIsRefused() {
        assertThatThrownBy(() -> Futures.all(Arrays.asList(Future.of("a"), null)))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("future");
    }

    @Test
    void pendingFuturesNeedALoopToBeMadeOneOf() {
        assertThatThrownBy(() -> Futures.all(new Promise<>()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageEndingWith("runs no loop; call Holdfast.run, or use an External that the loop opened");
    }

    @Test
    void theNameOfADerivedFutureTellsHowFarItIs() {
        Sim.run(() -> {
            var a = new Promise<String>();
            assertThat(Futures.all(a, Future.of("b"), Future.of("c"))).hasToString("All[2/3]");
            assertThat(Futures.allSettled(a)).hasToString("AllSettled[0/1]");
            assertThat(Futures.any(a, a)).hasToString("Any[0/2]");
            assertThat(Futures.race(a, Future.of("b"))).hasToString("Race[1/2]");
        });
    }
}
