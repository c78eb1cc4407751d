package dev.holdfast.carrier;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZI_Result;

/// A thread brings something while the loop closes and, as a carrier does, takes out for the last time what is
/// there. Whoever was told yes is taken along, and whoever was told no is not: a virtual thread that belongs to
/// neither would never run again, and one that belongs to both would be run twice. The sender looks at `closed`
/// again after adding, the loop closes before it looks; so one of the two sees the other.
@JCStressTest
@State
@Outcome(id = "true, 1", expect = Expect.ACCEPTABLE, desc = "came in time")
@Outcome(id = "false, 0", expect = Expect.ACCEPTABLE, desc = "came too late, and knows it")
@Outcome(expect = Expect.FORBIDDEN, desc = "let in and left behind, or refused and taken along")
public class InboxCloses {
    private final Inbox inbox = new Inbox();

    @Actor
    public void sender(ZI_Result result) {
        result.r1 = inbox.add(new Letter("a"));
    }

    @Actor
    public void loop(ZI_Result result) {
        inbox.close();
        for (var arrival : inbox.arrivals()) if (inbox.remove(arrival)) result.r2++;
    }
}
