package dev.holdfast.lifetime;

import dev.holdfast.chain.Link;
import dev.holdfast.future.Future;
import dev.holdfast.future.Outcome;
import dev.holdfast.future.Outcome.Failure;
import dev.holdfast.future.Promise;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.loop.Origin;
import dev.holdfast.loop.Words;
import org.jspecify.annotations.Nullable;

/// What an [ExternalPromise] stands for, on the loop. It outlives its handle, which it must not know.
final class Pledge<T extends @Nullable Object> extends Link {
    private final String name;
    private final @Nullable Origin origin; // where it was opened
    private final Promise<T> promise;

    Pledge(IOLoop loop, String name, @Nullable Origin origin) {
        this.name = name;
        this.origin = origin;
        this.promise = new Promise<>(this, loop, origin);
    }

    Future<T> future() {
        return promise;
    }

    boolean isAwaited() {
        return promise.isAwaited();
    }

    void settle(Outcome<T> outcome) {
        unlink();
        promise.settle(outcome);
    }

    void closed(String reason) {
        breaks("was closed: " + reason);
    }

    void forgotten() {
        breaks("was dropped before anybody completed it");
    }

    private void breaks(String how) {
        var report = Words.of(this) + " " + how + (origin == null ? "" : "; opened at " + origin);
        Flight.brokenPromise(name, report);
        settle(new Failure<>(new BrokenPromise(report)));
    }

    String describe(boolean open) {
        return Words.of(this) + (open ? ", open" : ", settled") + (origin == null ? "" : ", opened at " + origin);
    }

    @Override
    public String toString() {
        return "ExternalPromise[" + name + "]";
    }
}
