package dev.holdfast.peers;

import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// What the waiting code alone holds. So it sees how the wait ends; and when it was collected, the code was too.
final class Witness<T extends @Nullable Object> implements BiConsumer<T, @Nullable Throwable> {
    private final Scene scene; // which knows this weakly

    Witness(Scene scene) {
        this.scene = scene;
    }

    /// The wait has ended.
    ///
    /// @param error what it threw, or null for a value
    @Override
    public void accept(T value, @Nullable Throwable error) {
        scene.ended(error);
    }
}
