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

    /// {@return a variable whose value on each loop is what `initial` returns for it} A value that is a [Guest] is
    /// told about the loop's life.
    ///
    /// @param <T> the value's type
    /// @param initial called once for each loop that asks; must not return null
    public static <T> LoopLocal<T> withInitial(Function<IOLoop, T> initial) {
        return new LoopLocal<>(initial);
    }

    /// {@return its value on `loop`, made now if nobody asked before}
    ///
    /// @param loop on which this is called, or which does not run
    public T get(IOLoop loop) {
        return loop.local(this, initial);
    }
}
