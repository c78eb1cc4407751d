package dev.holdfast.loop;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZIZ_Result;

/// A thread brings a callback through an external while another closes that, and the loop takes what has arrived: it
/// may
/// end then, since nobody can come any more. Whoever was told yes has arrived by then, just before the close, which
/// goes by way of the inbox too; whoever was told no never does. Who is let in too late finds the door closed when he
/// looks again, and takes back what he brought.
@JCStressTest
@State
@Outcome(id = "true, 2, false", expect = Expect.ACCEPTABLE, desc = "let in, and then closed")
@Outcome(id = "false, 1, false", expect = Expect.ACCEPTABLE, desc = "refused")
@Outcome(expect = Expect.FORBIDDEN, desc = "let in and left behind, or refused and taken")
public class DoorIsClosedMeanwhile {
    private final IOLoop loop = IOLoop.open();
    private final External door = loop.external("door");

    @Actor
    public void sender(ZIZ_Result result) {
        result.r1 = door.tryExecute(() -> {});
    }

    @Actor
    public void loop(ZIZ_Result result) {
        door.close();
        loop.carrier().takeArrivals();
        result.r2 = loop.carrier().ready();
    }

    @Arbiter
    public void end(ZIZ_Result result) {
        result.r3 = loop.carrier().hasArrivals();
        loop.close();
    }
}
