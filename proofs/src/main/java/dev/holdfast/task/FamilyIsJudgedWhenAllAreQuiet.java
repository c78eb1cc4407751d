package dev.holdfast.task;

import dev.holdfast.carrier.Callback;
import dev.holdfast.loop.IOLoop;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/// Two loops of a group fall quiet, and one of them calls the other before. Nobody may be judged while the call is on
/// its way: a verdict at that moment would strike tasks that are about to be woken. So however the two meet there is
/// no verdict; and once the called loop has taken the call and falls quiet again, there is exactly one.
@JCStressTest
@State
@Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "judged once, when all were quiet")
@Outcome(expect = Expect.FORBIDDEN, desc = "judged too early, twice or never")
public class FamilyIsJudgedWhenAllAreQuiet {
    private final IOLoop caller = IOLoop.open("caller");
    private final IOLoop called = IOLoop.open("called");
    private final Family family = Family.foundedBy(caller);
    private final Callback call = () -> {};
    private int verdicts; // under the family's lock

    public FamilyIsJudgedWhenAllAreQuiet() {
        family.adopt(called);
    }

    @Actor
    public void called() {
        family.fallQuiet(called, _ -> verdicts++);
    }

    @Actor
    public void caller() {
        family.send(called, () -> called.carrier().bring(call));
        family.fallQuiet(caller, _ -> verdicts++);
    }

    @Arbiter
    public void later(II_Result result) {
        result.r1 = verdicts;
        called.carrier().takeBack(call);
        called();
        result.r2 = verdicts;
        caller.close();
        called.close();
    }
}
