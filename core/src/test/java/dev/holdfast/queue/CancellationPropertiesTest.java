package dev.holdfast.queue;

import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static dev.holdfast.task.Coroutine.yieldNow;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.cancel.Cancelled;
import dev.holdfast.cancel.TooSlow;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.task.Task;
import dev.holdfast.testing.Sim;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Rule 22, for every operation of locks and queues that may wait, with a limit and without: whenever the one who
/// waits is cancelled, or runs out of time, nothing is lost, nobody hangs and nobody gets it twice. (That nobody
/// hangs is what [Sim] sees to.)
class CancellationPropertiesTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration DAY = Duration.ofDays(1);

    private final List<String> inside = new ArrayList<>(); // who got it and has not given it back
    private final List<String> story = new ArrayList<>();

    private record Case(Supplier<Contest> contest, @Nullable Duration limit) {
        @Override
        public String toString() {
            return contest.get() + (limit == null ? "" : ", limited");
        }
    }

    static Stream<Case> cases() {
        return contests().flatMap(contest -> Stream.of(new Case(contest, null), new Case(contest, DAY)));
    }

    static Stream<Supplier<Contest>> contests() {
        return Contest.all().stream();
    }

    /// Starts a task that waits, stays inside for an hour, and gives it back.
    private Task<?> contender(String name, Contest contest, @Nullable Duration limit) {
        return spawn(name, () -> contend(name, contest, limit));
    }

    private void contend(String name, Contest contest, @Nullable Duration limit) {
        try {
            contest.await(limit);
        } catch (TooSlow e) {
            story.add(name + " too slow");
            return;
        } catch (Cancelled e) {
            story.add(name + " cancelled");
            throw e;
        }
        inside.add(name);
        if (!contest.isForAll()) assertThat(inside).hasSize(1);
        story.add(name + " in");
        try {
            sleep(HOUR);
        } catch (Cancelled e) {
            story.add(name + " cancelled inside");
            throw e;
        } finally {
            inside.remove(name);
            contest.giveBack();
        }
    }

    private void expect(String... parts) {
        assertThat(story).containsExactly(parts);
        assertThat(inside).isEmpty();
    }

    /// The end of a story in which the victim was cancelled before it went on, and somebody stood behind it.
    private void expectNextGotIt(Contest contest) {
        expect("victim cancelled", "next in");
        assertThat(contest.isThere()).isEqualTo(!contest.isLostOnNobody());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void cancelledBeforeIfOneHasToWait(Case c) {
        var contest = c.contest.get();
        Sim.run(() -> {
            contest.begin();
            var victim = cancelledBefore(contest, c.limit);
            contender("next", contest, c.limit);
            yieldNow();
            assertThat(victim.future().isDone()).isTrue();
            contest.grant();
            sleep(DAY);
            expectNextGotIt(contest);
        });
    }

    @ParameterizedTest
    @MethodSource("cases")
    void cancelledBeforeIfOneNeedNotWait(Case c) {
        var contest = c.contest.get();
        if (contest.isLostOnNobody()) return;
        Sim.run(() -> {
            contest.begin();
            contest.grant();
            cancelledBefore(contest, c.limit);
            yieldNow();
            expect("victim cancelled");
            assertThat(contest.isThere()).isTrue();
        });
    }

    @ParameterizedTest
    @MethodSource("contests")
    void cancelledBeforeWinsOverAZeroLimit(Supplier<Contest> maker) { // rule 21: checked first
        var contest = maker.get();
        Sim.run(() -> {
            contest.begin();
            cancelledBefore(contest, Duration.ZERO);
            yieldNow();
            expect("victim cancelled");
            contest.grant();
        });
    }

    /// A task that has met its cancellation and comes to wait all the same.
    private Task<?> cancelledBefore(Contest contest, @Nullable Duration limit) {
        var victim = spawn("victim", () -> {
            try {
                sleep(DAY);
            } catch (Cancelled swallowed) {
                contend("victim", contest, limit);
            }
        });
        yieldNow();
        victim.cancel("before");
        yieldNow();
        return victim;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void cancelledDuring(Case c) {
        var contest = c.contest.get();
        Sim.run(() -> {
            contest.begin();
            var victim = contender("victim", contest, c.limit);
            contender("next", contest, c.limit);
            sleep(HOUR);
            victim.cancel("during");
            sleep(HOUR);
            contest.grant();
            sleep(DAY);
            expectNextGotIt(contest);
        });
    }

    @ParameterizedTest
    @MethodSource("cases")
    void cancelledAndThenGrantedInTheSameMoment(Case c) {
        var contest = c.contest.get();
        Sim.run(() -> {
            contest.begin();
            var victim = contender("victim", contest, c.limit);
            contender("next", contest, c.limit);
            sleep(HOUR);
            victim.cancel("a moment before");
            contest.grant();
            sleep(DAY);
            expectNextGotIt(contest);
        });
    }

    @ParameterizedTest
    @MethodSource("cases")
    void grantedAndThenCancelledInTheSameMoment(Case c) { // fix: in Tornado permit and item are lost
        var contest = c.contest.get();
        Sim.run(() -> {
            contest.begin();
            var victim = contender("victim", contest, c.limit);
            contender("next", contest, c.limit);
            sleep(HOUR);
            contest.grant();
            victim.cancel("a moment after");
            sleep(DAY);
            expectNextGotIt(contest);
        });
    }

    @ParameterizedTest
    @MethodSource("cases")
    void grantedAndThenCancelledWithNobodyBehind(Case c) { // fix: in Tornado permit and item are lost
        var contest = c.contest.get();
        Sim.run(() -> {
            contest.begin();
            var victim = contender("victim", contest, c.limit);
            sleep(HOUR);
            contest.grant();
            victim.cancel("a moment after");
            sleep(DAY);
            expect("victim cancelled");
            assertThat(contest.isThere()).isEqualTo(!contest.isLostOnNobody());
        });
    }

    @ParameterizedTest
    @MethodSource("cases")
    void everybodyIsGrantedAndCancelledOneAfterTheOther(Case c) { // what is passed on is passed on again
        var contest = c.contest.get();
        Sim.run(() -> {
            contest.begin();
            var victims = Stream.of("a", "b", "c")
                    .map(name -> contender(name, contest, c.limit))
                    .toList();
            contender("next", contest, c.limit);
            sleep(HOUR);
            contest.grant();
            victims.forEach(victim -> victim.cancel("a moment after"));
            sleep(DAY);
            assertThat(story).containsExactlyInAnyOrder("a cancelled", "b cancelled", "c cancelled", "next in");
            assertThat(inside).isEmpty();
            assertThat(contest.isThere()).isEqualTo(!contest.isLostOnNobody());
        });
    }

    @ParameterizedTest
    @MethodSource("cases")
    void cancelledAfter(Case c) {
        var contest = c.contest.get();
        Sim.run(() -> {
            contest.begin();
            var victim = contender("victim", contest, c.limit);
            contender("next", contest, c.limit);
            sleep(HOUR);
            contest.grant();
            yieldNow(); // the victim goes on
            victim.cancel("after");
            sleep(DAY);
            var all = contest.isForAll();
            expect(
                    "victim in",
                    all ? "next in" : "victim cancelled inside",
                    all ? "victim cancelled inside" : "next in");
            assertThat(contest.isThere()).isEqualTo(!contest.isLostOnNobody());
        });
    }

    @ParameterizedTest
    @MethodSource("contests")
    void tooLate(Supplier<Contest> maker) { // rule 32: all but a condition throw TooSlow
        var contest = maker.get();
        Sim.run(() -> {
            contest.begin();
            contender("victim", contest, HOUR);
            contender("next", contest, DAY);
            sleep(HOUR.plusNanos(1));
            contest.grant();
            sleep(DAY);
            expect("victim too slow", "next in");
            assertThat(contest.isThere()).isEqualTo(!contest.isLostOnNobody());
        });
    }

    @ParameterizedTest
    @MethodSource("contests")
    void theLimitAMomentBeforeTheGrant(Supplier<Contest> maker) {
        var contest = maker.get();
        Sim.run(() -> {
            contest.begin();
            contender("victim", contest, HOUR);
            contender("next", contest, DAY);
            yieldNow();
            sleep(HOUR); // due together, and made later
            contest.grant();
            sleep(DAY);
            expect("victim too slow", "next in");
            assertThat(contest.isThere()).isEqualTo(!contest.isLostOnNobody());
        });
    }

    @ParameterizedTest
    @MethodSource("contests")
    void theLimitAMomentAfterTheGrant(Supplier<Contest> maker) {
        var contest = maker.get();
        if (contest.isForTasks()) return;
        Sim.run(() -> {
            contest.begin();
            IOLoop.current().callLater(HOUR, contest::grant); // due together, and made earlier
            contender("victim", contest, HOUR);
            contender("next", contest, DAY);
            sleep(DAY);
            expect("victim in", "next in");
            assertThat(contest.isThere()).isEqualTo(!contest.isLostOnNobody());
        });
    }

    @ParameterizedTest
    @MethodSource("contests")
    void theLimitTheGrantAndTheCancellationAtOnce(Supplier<Contest> maker) {
        var contest = maker.get();
        if (contest.isForTasks()) return;
        Sim.run(() -> {
            contest.begin();
            IOLoop.current().callLater(HOUR, contest::grant);
            var victim = contender("victim", contest, HOUR);
            contender("next", contest, DAY);
            yieldNow();
            IOLoop.current().callLater(HOUR, () -> victim.cancel("at once"));
            sleep(DAY);
            expectNextGotIt(contest);
        });
    }

    @ParameterizedTest
    @MethodSource("contests")
    void aZeroLimitTakesNothingIfOneHasToWait(Supplier<Contest> maker) { // rule 4
        var contest = maker.get();
        Sim.run(() -> {
            contest.begin();
            spawn("victim", () -> contend("victim", contest, Duration.ZERO)).join();
            contender("next", contest, DAY);
            yieldNow();
            contest.grant();
            sleep(DAY);
            expect("victim too slow", "next in");
        });
    }

    @ParameterizedTest
    @MethodSource("contests")
    void aZeroLimitGetsWhatIsThere(Supplier<Contest> maker) { // rule 4
        var contest = maker.get();
        if (contest.isLostOnNobody()) return;
        Sim.run(() -> {
            contest.begin();
            contest.grant();
            spawn("first", () -> contend("first", contest, Duration.ZERO)).join();
            expect("first in");
            assertThat(contest.isThere()).isTrue();
        });
    }
}
