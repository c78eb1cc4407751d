package dev.holdfast.loop;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZLI_Result;

/// An external is closed with a last callback at the moment at which the collector's thread brings the news that it
/// was forgotten. One of the two has the last word, the one who closes knows whether it was he, and the loop counts
/// the external until then and no longer: it runs the last word, and then returns because nobody is left.
@JCStressTest
@State
@Outcome(id = "true, closed, 0", expect = Expect.ACCEPTABLE, desc = "closed before it was forgotten")
@Outcome(id = "false, forgotten, 0", expect = Expect.ACCEPTABLE, desc = "forgotten before it was closed")
@Outcome(expect = Expect.FORBIDDEN, desc = "both, neither, or still counted")
public class DoorIsClosedOnce {
    private final StringBuilder lastWords = new StringBuilder(); // only the loop
    private final IOLoop loop = IOLoop.open();
    private final External door = External.open(loop, "door", () -> lastWords.append("forgotten"));

    @Actor
    public void closer(ZLI_Result result) {
        result.r1 = door.closeAfter(() -> lastWords.append("closed"));
    }

    @Actor
    public void collector() {
        Forgetting.forget(door);
    }

    @Arbiter
    public void loop(ZLI_Result result) {
        loop.run();
        result.r2 = lastWords.toString();
        result.r3 = loop.externals().size();
        loop.close();
    }
}
