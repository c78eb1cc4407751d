package dev.holdfast.carrier;

import dev.holdfast.loop.Nap;
import dev.holdfast.loop.Poller;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZI_Result;

/// A loop that has nothing to do goes to sleep, in the parking poller, while another thread brings something: twice,
/// so that the second sleep also meets what is left of the first wake-up. It may wake too early and look again, but
/// it never sleeps over what has arrived. A wake-up that is lost between "look" and "sleep" would have it sleep to
/// the end of its limit, and nothing else does: that is the outcome that is forbidden.
@JCStressTest
@State
@Outcome(id = "true, 2", expect = Expect.ACCEPTABLE, desc = "woke for both")
@Outcome(expect = Expect.FORBIDDEN, desc = "slept over an arrival")
public class InboxWakesTheSleeper {
    private final Inbox inbox = new Inbox();
    private final Poller poller = Poller.parking();

    @Actor
    public void sender() {
        inbox.add(new Letter("a"));
        inbox.add(new Letter("b"));
    }

    @Actor
    public void loop(ZI_Result result) {
        result.r1 = true;
        while (result.r2 < 2) {
            if (inbox.mayFallAsleep(poller::wakeup)) result.r1 &= Nap.endsEarlyIn(poller);
            inbox.awake();
            result.r2 += Letter.takenFrom(inbox).length();
        }
    }
}
