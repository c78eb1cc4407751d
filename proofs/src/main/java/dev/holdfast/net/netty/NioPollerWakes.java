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

/// As [NettyPollerWakes], in the JDK's selector, which Netty guards by a protocol of its own: who wakes it does so only
/// if nobody has since it last began to select. The two protocols must not cancel each other out.
@JCStressTest
@State
@Outcome(id = "true", expect = Expect.ACCEPTABLE, desc = "woke, or never fell asleep")
@Outcome(expect = Expect.FORBIDDEN, desc = "the wake-up was lost")
public class NioPollerWakes {
    private static final IOLoop LOOP = IOLoop.open(); // never run: it is asked for the time only
    private static final Transport TRANSPORT = Transport.NIO;

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
