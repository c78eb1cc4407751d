package dev.holdfast.carrier;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/// Two threads bring two things each, and the loop takes what is there when both are done. Nothing is lost and
/// nothing comes twice: four are taken. Those of one sender come in the order in which it brought them, however the
/// two are mixed. So of all orders only the mixtures of `ab` and `xy` are allowed.
@JCStressTest
@State
@Outcome(id = "abxy, true", expect = Expect.ACCEPTABLE, desc = "one after the other")
@Outcome(id = "xyab, true", expect = Expect.ACCEPTABLE, desc = "the other first")
@Outcome(id = "(axby|axyb|xaby|xayb), true", expect = Expect.ACCEPTABLE, desc = "mixed")
@Outcome(expect = Expect.FORBIDDEN, desc = "lost, doubled or overtaken")
public class InboxKeepsOrder {
    private final Inbox inbox = new Inbox();

    @Actor
    public void one() {
        inbox.add(new Letter("a"));
        inbox.add(new Letter("b"));
    }

    @Actor
    public void another() {
        inbox.add(new Letter("x"));
        inbox.add(new Letter("y"));
    }

    @Arbiter
    public void loop(LL_Result result) {
        result.r1 = Letter.takenFrom(inbox);
        result.r2 = inbox.isEmpty();
    }
}
