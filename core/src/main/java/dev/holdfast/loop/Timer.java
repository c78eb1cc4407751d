package dev.holdfast.loop;

import dev.holdfast.carrier.Callback;
import dev.holdfast.time.Due;
import dev.holdfast.time.Span;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// One callback and its moment. Made by [IOLoop#callLater] and [IOLoop#callAt].
public final class Timer extends Due implements Callback {
    private final IOLoop loop;
    private @Nullable Runnable action; // null once it fired or was cancelled
    private boolean counted = true; // keeps its loop running

    Timer(IOLoop loop, long moment, Runnable action) {
        super(moment);
        this.loop = loop;
        this.action = action;
    }

    /// Forgets the callback at once; does nothing if it has fired. Also works in the very turn in which it is due.
    ///
    /// @throws IllegalStateException on a thread that is not on its loop, or after the loop was closed, unless it
    /// has fired
    public void cancel() {
        if (action == null) return;
        loop.checkDoor(this);
        loop.remove(this);
        action = null;
    }

    /// From now on the loop does not keep running for it.
    ///
    /// @return this timer
    /// @throws IllegalStateException on a thread that is not on its loop, or after the loop was closed
    public Timer unref() {
        loop.checkDoor(this);
        if (isListed()) loop.uncount(this);
        counted = false;
        return this;
    }

    boolean isCounted() {
        return counted;
    }

    /// Fires, unless it was cancelled; the loop calls it.
    @Override
    public void run() {
        var due = action;
        action = null;
        if (due != null) loop.call(due);
    }

    /// {@return when it fires: `Timer[refresh], due in 3 s`}
    public String describe() {
        if (!isListed() || IOLoop.isElsewhere(loop)) return Words.of(this);
        return Words.of(this) + ", due in " + Span.words(Duration.ofNanos(Math.max(0, moment() - loop.now())));
    }

    @Override
    public String toString() {
        return action == null ? "Timer[over]" : "Timer[" + action + "]";
    }
}
