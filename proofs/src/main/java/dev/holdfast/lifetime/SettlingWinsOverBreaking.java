package dev.holdfast.lifetime;

import dev.holdfast.future.Outcome.Failure;
import dev.holdfast.future.Outcome.Value;
import dev.holdfast.loop.Forgetting;
import dev.holdfast.loop.IOLoop;
import java.util.concurrent.CompletableFuture;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZL_Result;

/// An external promise is completed at the moment at which the collector's thread says that its handle was dropped.
/// It has one outcome: the value, and then whoever completed it was told yes; or that it broke, and then he was told
/// no. A yes whose waiter is thrown [BrokenPromise] all the same would be a lie, a no whose value arrives as well.
@JCStressTest
@State
@Outcome(id = "true, kept", expect = Expect.ACCEPTABLE, desc = "kept before it was collected")
@Outcome(id = "false, broken", expect = Expect.ACCEPTABLE, desc = "collected before it was kept")
@Outcome(expect = Expect.FORBIDDEN, desc = "told one thing, and the other happened")
public class SettlingWinsOverBreaking {
    private final IOLoop loop = IOLoop.open();
    private final ExternalPromise<Integer> promise = openedOn(loop);

    private static ExternalPromise<Integer> openedOn(IOLoop loop) {
        var opened = new CompletableFuture<ExternalPromise<Integer>>();
        loop.execute(() -> {
            opened.complete(ExternalPromise.open("answer"));
            loop.stop();
        });
        loop.run();
        return opened.join();
    }

    @Actor
    public void keeper(ZL_Result result) {
        result.r1 = promise.complete(42);
    }

    @Actor
    public void collector() {
        Forgetting.forget(promise.door);
    }

    @Arbiter
    public void loop(ZL_Result result) {
        loop.run();
        result.r2 = switch (promise.future().outcome()) {
            case Value<Integer>(Integer value) -> value == 42 ? "kept" : "wrong";
            case Failure<Integer>(Throwable error) -> error instanceof BrokenPromise ? "broken" : error.toString();
        };
        loop.close();
    }
}
