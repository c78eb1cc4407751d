package dev.holdfast.loop;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.Z_Result;

/// One thread sleeps in the parking poller while another wakes it. Whether the wake-up comes before the sleep, in the
/// midst of falling asleep or during it, the sleep ends; were it lost, the sleep would last to its limit.
@JCStressTest
@State
@Outcome(id = "true", expect = Expect.ACCEPTABLE, desc = "woke, or never fell asleep")
@Outcome(expect = Expect.FORBIDDEN, desc = "the wake-up was lost")
public class ParkingPollerWakes {
    private final ParkingPoller poller = new ParkingPoller();

    @Actor
    public void sleeper(Z_Result result) {
        result.r1 = Nap.endsEarlyIn(poller);
    }

    @Actor
    public void waker() {
        poller.wakeup();
    }
}
