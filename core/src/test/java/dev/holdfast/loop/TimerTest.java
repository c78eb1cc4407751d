package dev.holdfast.loop;

import static java.time.Duration.ofDays;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.holdfast.testing.Logged;
import dev.holdfast.testing.Trail;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Rules 2 to 4: timers, on a loop whose clock jumps instead of waiting.
@Timeout(60)
class TimerTest {
    private long now;
    private final IOLoop loop = IOLoop.open("main", () -> now, new Poller() {
        @Override
        public void poll(long nanos) {
            now += nanos;
        }

        @Override
        public void wakeup() {}
    });
    private final Trail trail = new Trail();

    @AfterEach
    void close() {
        loop.close();
    }

    @Test
    void timersFireInTheOrderOfTheirMoments() { // rule 2
        loop.callLater(ofSeconds(3), mark("3 s"));
        loop.callLater(ofSeconds(1), mark("1 s"));
        loop.callLater(ofDays(2), mark("2 days"));
        loop.run();
        trail.expect("1 s", "3 s", "2 days");
        assertThat(Duration.ofNanos(now)).isEqualTo(ofDays(2));
    }

    @Test
    void aDurationCountsFromNowAndALongIsAMoment() { // rule 4
        now = Duration.ofHours(5).toNanos();
        loop.callLater(ofSeconds(3), () -> trail.mark("a@" + Duration.ofNanos(now)));
        loop.callAt(now + ofSeconds(2).toNanos(), () -> trail.mark("b@" + Duration.ofNanos(now)));
        loop.run();
        trail.expect("b@PT5H2S", "a@PT5H3S");
    }

    @Test
    void whatStandsInLineGoesBeforeWhatFallsDueInTheSameTurn() { // rule 2
        loop.execute(() -> {
            loop.callLater(Duration.ZERO, mark("timer"));
            loop.execute(mark("callback"));
        });
        loop.run();
        trail.expect("callback", "timer");
    }

    /// **fix** A heap without a second key fires equal deadlines in any order.
    @Test
    void timersOfEqualDeadlineFireInTheOrderTheyWereMade() { // rule 2
        var names = new ArrayList<String>();
        for (int i = 0; i < 1_000; i++) {
            names.add("" + i);
            loop.callAt(7, mark("" + i));
        }
        loop.run();
        trail.expect(names.toArray(String[]::new));
    }

    @Test
    void aDeadlineInThePastFiresInTheNextTurnAndNeverInline() { // rule 3
        loop.execute(() -> {
            loop.callLater(ofHours(-1), mark("late"));
            loop.callAt(Long.MIN_VALUE / 4, mark("very late"));
            trail.mark("inline");
        });
        loop.execute(mark("same turn"));
        loop.run();
        trail.expect("inline", "same turn", "very late", "late");
    }

    @Test
    void cancellingOneThatFiredDoesNothing() { // rule 3
        var timer = loop.callLater(ofSeconds(1), mark("fired"));
        loop.run();
        timer.cancel();
        timer.cancel();
        loop.run();
        trail.expect("fired");
    }

    @Test
    void aCancelledOneDoesNotFireAndDoesNotCount() { // rule 3
        var timer = loop.callLater(ofHours(1), mark("never"));
        timer.cancel();
        timer.cancel();
        loop.run();
        trail.expect();
        assertThat(now).isZero();
        assertThat(timer).hasToString("Timer[over]");
    }

    /// **fix** Whoever takes all that is due out of the heap before running it, fires what the first of them has
    /// cancelled.
    @Test
    void aTimerMayCancelAnotherThatIsDueInTheSameBatch() { // rule 3
        var victim = new Timer[1];
        loop.callAt(5, () -> {
            trail.mark("first");
            victim[0].cancel();
        });
        victim[0] = loop.callAt(5, mark("victim"));
        loop.callAt(5, mark("third"));
        loop.run();
        trail.expect("first", "third");
    }

    @Test
    void aTimerSetByATimerFiresInALaterTurn() { // rules 1, 3
        loop.callAt(5, () -> {
            trail.mark("first");
            loop.callAt(5, mark("again"));
            loop.execute(mark("callback"));
        });
        loop.callAt(5, mark("second"));
        loop.run();
        trail.expect("first", "second", "callback", "again");
    }

    @Test
    void aFailingTimerIsLoggedAndTheOthersFire(Logged log) { // rules 7, 12
        loop.callAt(5, () -> {
            throw new IllegalStateException("broken");
        });
        loop.callAt(5, mark("next"));
        loop.run();
        trail.expect("next");
        assertThat(log.take())
                .singleElement()
                .satisfies(line -> assertThat(line.getThrown()).hasMessage("broken"));
    }

    @Test
    void lateTimersFireOnceEachAndInOrder() { // rule 12
        loop.callAt(1, () -> now += ofMinutes(1).toNanos()); // computes for a minute
        loop.callLater(ofSeconds(30), mark("30 s"));
        loop.callLater(ofSeconds(10), mark("10 s"));
        loop.callLater(ofSeconds(20), mark("20 s"));
        loop.run();
        trail.expect("10 s", "20 s", "30 s");
    }

    @Test
    void oneThatIsNotCountedDoesNotKeepTheLoop() { // design.md: quiescence ends a run
        loop.callLater(ofHours(1), mark("never")).unref();
        loop.callLater(ofSeconds(1), mark("counted"));
        loop.run();
        trail.expect("counted");
        loop.callLater(ofHours(2), mark("later"));
        loop.run(); // now it comes to it
        trail.expect("never", "later");
    }

    @Test
    void oneThatIsNotCountedTakesNothingFromTheCountWhenItLeaves() { // naively the loop forgets the counted one
        var idle = loop.callLater(ofHours(1), mark("never")).unref().unref();
        var fired = loop.callLater(ofHours(2), mark("not counted")).unref();
        loop.callLater(ofHours(3), mark("counted"));
        idle.cancel();
        loop.run();
        trail.expect("not counted", "counted");
        loop.callLater(ofHours(1), mark("next"));
        fired.unref().cancel();
        loop.run();
        trail.expect("next");
    }

    @Test
    void aTimerOfAClosedLoopIsNoLongerToBeTouched() { // rule 6
        var timer = loop.callLater(ofHours(1), mark("never"));
        loop.close();
        assertThatIllegalStateException().isThrownBy(timer::cancel).withMessage("IOLoop[main] is closed");
        assertThatIllegalStateException().isThrownBy(timer::unref).withMessage("IOLoop[main] is closed");
    }

    @Test
    void itGoesByWhatItCalls() {
        Runnable tick = new Runnable() {
            @Override
            public void run() {}

            @Override
            public String toString() {
                return "tick";
            }
        };
        var timer = loop.callLater(ofSeconds(1), tick);
        assertThat(timer).hasToString("Timer[tick]");
        assertThat(timer.moment()).isEqualTo(ofSeconds(1).toNanos());
        loop.run();
        assertThat(timer).hasToString("Timer[over]");
    }

    @Test
    void aLengthOfTimeBeyondAllReasonIsLong() { // rule 4
        var never = loop.callLater(Duration.ofSeconds(Long.MAX_VALUE), mark("never"))
                .unref();
        loop.callLater(Duration.ofSeconds(Long.MIN_VALUE), mark("at once"));
        loop.callLater(ofDays(100 * 365), mark("in a century"));
        loop.run();
        trail.expect("at once", "in a century");
        never.cancel();
    }

    @Test
    void aCancelledTimerFreesItsCallbackAtOnce() throws InterruptedException { // rule 3
        var callback = new @Nullable Runnable[] {new Payload()};
        var payload = new WeakReference<>(callback[0]);
        var timer = loop.callLater(ofHours(1), callback[0]);
        callback[0] = null;
        timer.cancel();
        for (int i = 0; i < 100 && !payload.refersTo(null); i++) System.gc();
        assertThat(payload.refersTo(null)).isTrue();
        assertThat(timer.isListed()).isFalse();
    }

    /// **fix** A heap that only marks what was cancelled keeps all of them until their hour comes.
    @Test
    void aMillionSetAndCancelledLeaveNothingBehind() { // issue 2
        var timers = new ArrayList<Timer>(1_000_000);
        for (int i = 0; i < 1_000_000; i++) timers.add(loop.callAt(ofHours(1).toNanos() + i % 1_000, () -> {}));
        var order = new SplittableRandom(42);
        for (int i = timers.size() - 1; i >= 0; i--) { // in no order
            int other = order.nextInt(i + 1);
            var timer = timers.get(other);
            timers.set(other, timers.get(i));
            timer.cancel();
        }
        assertThat(timers).noneMatch(Timer::isListed);
        loop.run(); // nothing counts
        assertThat(now).isZero();
    }

    private Runnable mark(String text) {
        return () -> trail.mark(text);
    }

    private static final class Payload implements Runnable {
        @Override
        public void run() {}
    }

    @Test
    void theTimersThatKeepALoopRunningCanBeSeen() {
        var later = loop.callLater(ofHours(2), mark("later"));
        var sooner = loop.callLater(ofHours(1), mark("sooner"));
        loop.callLater(ofHours(1), mark("not counted")).unref();
        assertThat(loop.timers()).containsExactly(sooner, later);
        sooner.cancel();
        assertThat(loop.timers()).containsExactly(later);
    }
}
