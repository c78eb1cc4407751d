package dev.holdfast.task;

import dev.holdfast.future.Future;
import dev.holdfast.loop.Origin;
import org.jspecify.annotations.Nullable;

/// What a coroutine can wait for, if there is more to say of it than its name: on whom the end of the wait depends,
/// and where it was made. So a report can go from one who waits to the next.
public interface WaitsFor {
    /// {@return what is to be said of it, in one line: how it stands, and who is in line} By default it is its name.
    /// Never fails; asked from elsewhere than its loop, it says no more than the name.
    default String describe() {
        return toString();
    }

    /// {@return a task that has not ended, without which no wait for this ends; null if that depends on nobody in
    /// particular}
    default @Nullable Task<?> blocker() {
        return null;
    }

    /// {@return whether its blocker holds it, as a lock is held, and need not end to let others on}
    default boolean isHeld() {
        return false;
    }

    /// {@return where it was made, if that was noted}
    default @Nullable Origin origin() {
        return null;
    }

    /// {@return the task without which no wait for `where` ends, or null}
    ///
    /// @param where what somebody waits for; null for nothing
    static @Nullable Task<?> blockerOf(@Nullable Object where) {
        return switch (where) {
            case WaitsFor known -> known.blocker();
            case Future<?> future -> drivenBy(future.driver());
            case null, default -> null;
        };
    }

    private static @Nullable Task<?> drivenBy(@Nullable Object driver) {
        return switch (driver) {
            case Task<?> task -> task;
            case WaitsFor known -> known.blocker();
            case null, default -> null;
        };
    }

    /// {@return where `where` was made, if that was noted}
    ///
    /// @param where what somebody waits for; null for nothing
    static @Nullable Origin originOf(@Nullable Object where) {
        return switch (where) {
            case WaitsFor known -> known.origin();
            case Future<?> future -> future.driver() instanceof Task<?> ? null : future.origin(); // a task tells itself
            case null, default -> null;
        };
    }
}
