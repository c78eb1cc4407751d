package dev.holdfast.inspect;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import dev.holdfast.carrier.Callback;
import dev.holdfast.carrier.Carrier;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.loop.Words;
import dev.holdfast.task.Task;
import dev.holdfast.time.Clock;
import dev.holdfast.time.Span;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// One question to one loop, and what there is to say if it does not answer.
final class Glance implements Callback {
    private static final Duration LONGEST = Duration.ofSeconds(10); // an answer: it asks what things are called

    private final IOLoop loop;
    private final Carrier carrier;
    private final long end = Clock.SYSTEM.nanos() + Inspector.PATIENCE.toNanos();
    private final CompletableFuture<@Nullable Void> begun = new CompletableFuture<>(); // the loop has turned to us
    private final CompletableFuture<LoopInfo> answer = new CompletableFuture<>(); // cancelled when nobody waits for it
    private boolean asked;

    private Glance(IOLoop loop) {
        this.loop = loop;
        this.carrier = loop.carrier();
    }

    /// Asks `loop`; if it is the current one it has answered already.
    static Glance at(IOLoop loop) {
        var glance = new Glance(loop);
        glance.asked = glance.ask();
        return glance;
    }

    private boolean ask() {
        if (!carrier.isHere()) return carrier.isCarrying() && carrier.ask(this);
        run();
        return true;
    }

    /// On the loop.
    @Override
    @SuppressWarnings("CatchThrowable") // whatever it is belongs to whoever asked
    public void run() {
        if (answer.isDone()) return;
        begun.complete(null);
        try {
            answer.complete(Look.at(loop));
        } catch (Throwable e) {
            answer.completeExceptionally(e);
        }
    }

    /// Returns the answer; what can be seen from outside, if it does not come in time.
    LoopInfo info() {
        if (asked && isDone(begun, end) && isDone(answer, Span.after(end, LONGEST))) return answer.join();
        answer.cancel(false);
        if (!carrier.isOpen()) return new LoopInfo.Closed(Words.of(loop));
        var holder = Holder.of(carrier);
        if (holder == null) return new LoopInfo.Resting(Words.of(loop), names());
        return new LoopInfo.Busy(Words.of(loop), holder.name(), holder.stack(), names());
    }

    /// Waits until `end`. An interrupt is kept for later: this ends soon in any case.
    private static boolean isDone(CompletableFuture<?> future, long end) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    var _ = future.get(end - Clock.SYSTEM.nanos(), NANOSECONDS);
                    return true;
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (TimeoutException e) {
                    return false;
                } catch (ExecutionException e) {
                    return true;
                }
            }
        } finally {
            if (interrupted) Thread.currentThread().interrupt();
        }
    }

    private List<String> names() {
        return carrier.strands().stream()
                .filter(Task.class::isInstance)
                .map(strand -> ((Task<?>) strand).name())
                .toList();
    }
}
