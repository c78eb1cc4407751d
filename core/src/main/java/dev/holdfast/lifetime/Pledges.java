package dev.holdfast.lifetime;

import dev.holdfast.chain.Chain;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.loop.LoopLocal;
import dev.holdfast.task.Tasks;
import java.lang.ref.WeakReference;
import java.time.Duration;

/// The external promises of one loop that are not settled.
///
/// Whether the handle of one was dropped only a collection can tell, and a program that does nothing never
/// collects. So while there are any this looks, a little more than once a second, whether the JVM has collected by
/// itself: then a fresh object, known weakly, is gone. If it has not, the loop has nothing to do, and somebody
/// waits, it asks for a collection. For whom they wait does not matter: who waits in vain for something else is not
/// told before the last promise is settled or broken.
final class Pledges {
    private static final LoopLocal<Pledges> ON = LoopLocal.withInitial(Pledges::new);
    private static final Duration PERIOD = Duration.ofMillis(900); // so that the first is asked for within a second

    private final IOLoop loop;
    private final boolean mayAsk = !System.getProperty("holdfast.collect", "").equals("off");
    private final Chain<Pledge<?>> unsettled = new Chain<>();
    private boolean looking; // a timer is set; it is left to itself when the last one is settled
    private WeakReference<Object> canary = hatch();

    private Pledges(IOLoop loop) {
        this.loop = loop;
    }

    static Pledges on(IOLoop loop) {
        return ON.get(loop);
    }

    void add(Pledge<?> pledge) {
        unsettled.add(pledge);
        if (mayAsk && !looking) lookLater();
    }

    private void lookLater() {
        looking = true;
        canary = hatch();
        loop.callLater(PERIOD, this::look).unref();
    }

    private void look() {
        looking = false;
        if (unsettled.isEmpty()) return;
        var collector = Collector.OF_THIS_JVM;
        boolean quiet = loop.carrier().isIdle() && !canary.refersTo(null);
        if (quiet && collector.mayAsk() && isAnyoneWaiting()) collector.ask();
        lookLater();
    }

    private boolean isAnyoneWaiting() {
        return Tasks.of(loop).isAnyoneWaiting() || unsettled.snapshot().stream().anyMatch(Pledge::isAwaited);
    }

    private static WeakReference<Object> hatch() {
        return new WeakReference<>(new Object());
    }
}
