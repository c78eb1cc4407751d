package dev.holdfast.inspect;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import dev.holdfast.carrier.Callback;
import dev.holdfast.carrier.Carrier;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.loop.Words;
import dev.holdfast.task.Task;
import dev.holdfast.time.Clock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// One question to one loop, and what there is to say if it does not answer.
final class Glance implements Callback {
    private final IOLoop loop;
    private final Carrier carrier;
    private final long end = Clock.SYSTEM.nanos() + Inspector.PATIENCE.toNanos();
    private final CompletableFuture<LoopInfo> answer = new CompletableFuture<>(); // cancelled when nobody waits for it

    private Glance(IOLoop loop) {
        this.loop = loop;
        this.carrier = loop.carrier();
    }

    /// Asks `loop`; if it is the current one it has answered already.
    static Glance at(IOLoop loop) {
        var glance = new Glance(loop);
        if (glance.carrier.isHere()) glance.run();
        else if (!glance.carrier.isCarrying() || !glance.carrier.ask(glance)) glance.answer.cancel(false);
        return glance;
    }

    /// On the loop.
    @Override
    @SuppressWarnings("CatchThrowable") // whatever it is belongs to whoever asked
    public void run() {
        if (answer.isDone()) return;
        try {
            answer.complete(Look.at(loop));
        } catch (Throwable e) {
            answer.completeExceptionally(e);
        }
    }

    /// Returns the answer; what can be seen from outside, if it does not come in time.
    LoopInfo info() {
        var answered = answered();
        if (answered != null) return answered;
        answer.cancel(false);
        if (!carrier.isOpen()) return new LoopInfo.Closed(Words.of(loop));
        var holder = Holder.of(carrier);
        if (holder == null) return new LoopInfo.Resting(Words.of(loop), names());
        return new LoopInfo.Busy(Words.of(loop), holder.name(), holder.stack(), names());
    }

    /// An interrupt is kept for later: this ends soon in any case.
    private @Nullable LoopInfo answered() {
        if (answer.isCancelled()) return null;
        boolean interrupted = false;
        while (true) {
            try {
                return answer.get(end - Clock.SYSTEM.nanos(), NANOSECONDS);
            } catch (InterruptedException e) {
                interrupted = true;
            } catch (TimeoutException e) {
                return null;
            } catch (ExecutionException e) {
                throw new IllegalStateException("could not look at " + loop, e.getCause());
            } finally {
                if (interrupted) Thread.currentThread().interrupt();
            }
        }
    }

    private List<String> names() {
        return carrier.strands().stream()
                .filter(Task.class::isInstance)
                .map(strand -> ((Task<?>) strand).name())
                .toList();
    }
}
