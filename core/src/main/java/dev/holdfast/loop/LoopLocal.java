package dev.holdfast.loop;

import java.util.function.Function;

/// One value per loop, made on first use: how upper floors keep state on a loop that knows nothing of them.
///
/// @param <T> the value's type
public final class LoopLocal<T> {
    private final Function<IOLoop, T> initial;

    private LoopLocal(Function<IOLoop, T> initial) {
        this.initial = initial;
    }

    /// A variable whose value on each loop is what `initial` returns for it. A value that is a [Guest] is told
    /// about the loop's life.
    public static <T> LoopLocal<T> withInitial(Function<IOLoop, T> initial) {
        return new LoopLocal<>(initial);
    }

    /// Returns its value on `loop`. Call it on that loop, or before the loop runs.
    public T get(IOLoop loop) {
        return loop.local(this, initial);
    }
}
