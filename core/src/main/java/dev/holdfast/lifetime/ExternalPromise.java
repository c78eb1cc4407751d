package dev.holdfast.lifetime;

import static java.util.Objects.requireNonNull;

import dev.holdfast.future.Future;
import dev.holdfast.future.Outcome.Failure;
import dev.holdfast.future.Outcome.Value;
import dev.holdfast.loop.External;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.loop.Origin;
import java.lang.ref.Reference;
import org.jspecify.annotations.Nullable;

/// A promise that another thread keeps. Open it on the loop, hand it to that thread, and wait for its [#future]:
/// until it is settled the loop knows that somebody may still come, and keeps running.
///
/// One that was forgotten is no hang: when this handle has been collected unsettled, whoever waits is thrown
/// [BrokenPromise], which names it and where it was opened. So do not let the waiting code hold the handle: it
/// needs the future only.
///
/// ```
/// static Future<Integer> answer() {
///     ExternalPromise<Integer> answer = ExternalPromise.open("answer");
///     Thread.ofPlatform().start(() -> answer.complete(42));
///     return answer.future();
/// }
/// ```
///
/// @param <T> the value's type
public final class ExternalPromise<T extends @Nullable Object> {
    // Neither may know this handle, or it would never be collected; so no callback below captures `this`.
    private final Pledge<T> pledge;
    final External door;

    private ExternalPromise(Pledge<T> pledge, External door) {
        this.pledge = pledge;
        this.door = door;
    }

    /// Opens a promise on the current loop.
    ///
    /// @param <T> the value's type
    /// @param name for messages
    /// @return the handle, which any thread may use
    /// @throws IllegalStateException if the current thread runs no loop
    public static <T extends @Nullable Object> ExternalPromise<T> open(String name) {
        var loop = IOLoop.current();
        var pledge = new Pledge<T>(loop, requireNonNull(name, "name"), Origin.here());
        var door = External.open(loop, name, pledge::forgotten);
        Pledges.on(loop).add(pledge);
        return new ExternalPromise<>(pledge, door);
    }

    /// Gives it its value, which arrives on the loop in a later turn. Any thread may call it.
    ///
    /// @param value may be null if `T` says so
    /// @return false if this was settled or closed before, or its loop was closed
    public boolean complete(T value) {
        var pledge = this.pledge;
        try {
            return door.closeAfter(() -> pledge.settle(new Value<>(value)));
        } finally {
            Reference.reachabilityFence(this); // else it might be collected, and broken, while it is being kept
        }
    }

    /// Gives it an error, which arrives on the loop in a later turn. Any thread may call it.
    ///
    /// @param error what whoever awaits it is thrown
    /// @return false if this was settled or closed before, or its loop was closed
    public boolean fail(Throwable error) {
        requireNonNull(error, "error");
        var pledge = this.pledge;
        try {
            return door.closeAfter(() -> pledge.settle(new Failure<>(error)));
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /// Nobody will keep it any more: whoever awaits it is thrown a [BrokenPromise] that says why. Any thread may
    /// call it.
    ///
    /// @param reason in words, for the message
    /// @return false if this was settled or closed before, or its loop was closed
    public boolean close(String reason) {
        requireNonNull(reason, "reason");
        var pledge = this.pledge;
        try {
            return door.closeAfter(() -> pledge.closed(reason));
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /// {@return what to wait for} It belongs to the loop, and does not keep this handle from being collected.
    public Future<T> future() {
        try {
            return pledge.future();
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /// {@return whether somebody may still keep it, and where it was opened: `ExternalPromise[answer], open, opened at
    /// Worker.main(Worker.java:27)`} Any thread may ask.
    public String describe() {
        try {
            return pledge.describe(door.isOpen());
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /// {@return its kind and name: `ExternalPromise[answer]`}
    @Override
    public String toString() {
        try {
            return pledge.toString();
        } finally {
            Reference.reachabilityFence(this);
        }
    }
}
