package dev.holdfast.carrier;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/// The loop takes while another thread brings two things, and takes the rest later. What it gets in the two goes
/// together is `ab`, in that order: it may have come before both, between them or after them, but nothing is lost,
/// nothing is taken twice, and `b` is never seen before `a`.
@JCStressTest
@State
@Outcome(id = ", ab", expect = Expect.ACCEPTABLE, desc = "came too early")
@Outcome(id = "a, b", expect = Expect.ACCEPTABLE, desc = "came between them")
@Outcome(id = "ab, ", expect = Expect.ACCEPTABLE, desc = "got both")
@Outcome(expect = Expect.FORBIDDEN, desc = "lost, doubled or overtaken")
public class InboxIsTakenFrom {
    private final Inbox inbox = new Inbox();

    @Actor
    public void sender() {
        inbox.add(new Letter("a"));
        inbox.add(new Letter("b"));
    }

    @Actor
    public void loop(LL_Result result) {
        result.r1 = Letter.takenFrom(inbox);
    }

    @Arbiter
    public void loopLater(LL_Result result) {
        result.r2 = Letter.takenFrom(inbox);
    }
}
