package dev.holdfast.net.netty;

import dev.holdfast.loop.IOLoop;
import dev.holdfast.loop.Nap;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.Z_Result;

/// One thread sleeps in Netty's transport, the one that a loop takes on this machine, while another wakes it. Whether
/// the wake-up comes before the sleep, in the midst of falling asleep or during it, the sleep ends. Netty decides
/// whether it blocks, and asks us once more before; were a wake-up lost in between, the sleep would last to its limit.
@JCStressTest
@State
@Outcome(id = "true", expect = Expect.ACCEPTABLE, desc = "woke, or never fell asleep")
@Outcome(expect = Expect.FORBIDDEN, desc = "the wake-up was lost")
public class NettyPollerWakes {
    private static final IOLoop LOOP = IOLoop.open(); // never run: it is asked for the time only
    private static final Transport TRANSPORT = Transport.chosen();

    private final NettyPoller poller = new NettyPoller(LOOP, TRANSPORT, TRANSPORT.handlers());

    @Actor
    public void sleeper(Z_Result result) {
        result.r1 = Nap.endsEarlyIn(poller);
    }

    @Actor
    public void waker() {
        poller.wakeup();
    }

    @Arbiter
    public void end(Z_Result result) {
        poller.close();
    }
}
