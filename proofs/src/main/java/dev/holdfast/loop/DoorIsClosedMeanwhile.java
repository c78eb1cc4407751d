package dev.holdfast.loop;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZI_Result;

/// A thread brings a callback through an external while another closes that, and the loop runs until nobody can come
/// any more. Whoever was told yes has run by then, once; whoever was told no never runs, not even in the loop's last
/// turns. The close goes by way of the inbox, so it arrives after what was let in before; who is let in later finds
/// the door closed when he looks again, and takes back what he brought unless it runs already.
@JCStressTest
@State
@Outcome(id = "true, 1", expect = Expect.ACCEPTABLE, desc = "let in")
@Outcome(id = "false, 0", expect = Expect.ACCEPTABLE, desc = "refused")
@Outcome(expect = Expect.FORBIDDEN, desc = "let in and never run, refused and run, or run twice")
public class DoorIsClosedMeanwhile {
    private final IOLoop loop = IOLoop.open();
    private final External door = loop.external("door");
    private int ran; // written by the loop's callbacks
    private int ranInTime;

    @Actor
    public void sender(ZI_Result result) {
        result.r1 = door.tryExecute(() -> ran++);
    }

    @Actor
    public void loop() {
        door.close();
        loop.run();
        ranInTime = ran;
    }

    @Arbiter
    public void end(ZI_Result result) {
        loop.close();
        result.r2 = ran == ranInTime ? ran : -1;
    }
}
