package dev.holdfast.carrier;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZI_Result;

/// Somebody outside brings something while the loop lets nobody in any more and takes its last arrivals. It is let in
/// and taken, or refused and not: what was promised to run runs, and what was refused never does. As with the close,
/// the one looks after adding, the other shuts before it takes.
@JCStressTest
@State
@Outcome(id = "true, 1", expect = Expect.ACCEPTABLE, desc = "came in time")
@Outcome(id = "false, 0", expect = Expect.ACCEPTABLE, desc = "came too late, and knows it")
@Outcome(expect = Expect.FORBIDDEN, desc = "let in and left behind, or refused and taken")
public class InboxShuts {
    private final Inbox inbox = new Inbox();

    @Actor
    public void sender(ZI_Result result) {
        result.r1 = inbox.bring(new Letter("a"));
    }

    @Actor
    public void loop(ZI_Result result) {
        inbox.shut();
        result.r2 = Letter.takenFrom(inbox).length();
    }
}
