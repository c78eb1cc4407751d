package dev.holdfast.lifetime;

import static java.util.Objects.requireNonNull;

import dev.holdfast.loop.IOLoop;
import dev.holdfast.task.Action;
import dev.holdfast.task.Body;
import dev.holdfast.task.Task;
import org.jspecify.annotations.Nullable;

/// Tasks that end with their owner: when it has been collected they are cancelled. For an object that works by
/// itself as long as somebody has it, and that nobody remembers to close.
///
/// ```
/// final class Client {
///     private final Queue<String> inbox = new Queue<>();
///
///     Client() {
///         var inbox = this.inbox; // a task that used the field would hold the client
///         Owned.spawn(this, "reader", () -> {
///             while (true) IO.println(inbox.get());
///         });
///     }
/// }
/// ```
///
/// The body must not hold its owner, or that is never collected: it works on the parts of it. If it can be seen to,
/// that is an error at once. Seen is what its captured variables hold, through fields, arrays and the JDK's usual
/// collections, a few steps deep.
public final class Owned {
    private Owned() {}

    /// Starts a task in the loop's root scope, as [dev.holdfast.task.Coroutine#spawn] does, which is cancelled when
    /// `owner` has been collected. May be called from callbacks too.
    ///
    /// @param <T> what `body` returns
    /// @param owner known weakly
    /// @param name for messages and thread dumps; need not be unique
    /// @param body what the task runs; must not hold `owner`
    /// @return the task, which has not begun
    /// @throws IllegalArgumentException if `body` is `owner`, or is seen to hold it; the message says by what
    /// @throws IllegalStateException if the current thread runs no loop
    public static <T extends @Nullable Object> Task<T> spawn(Object owner, String name, Body<? extends T, ?> body) {
        check(owner, name, body);
        return OwnedTasks.on(IOLoop.current()).start(owner, name, body);
    }

    /// Starts a task that is cancelled when `owner` has been collected, like [#spawn(Object, String, Body)].
    ///
    /// @param owner known weakly
    /// @param name for messages and thread dumps; need not be unique
    /// @param body what the task runs; must not hold `owner`
    /// @return the task, whose value will be null
    /// @throws IllegalArgumentException if `body` is `owner`, or is seen to hold it; the message says by what
    /// @throws IllegalStateException if the current thread runs no loop
    public static Task<@Nullable Void> spawn(Object owner, String name, Action<?> body) {
        check(owner, name, body);
        return OwnedTasks.on(IOLoop.current()).start(owner, name, body.asBody());
    }

    private static void check(Object owner, String name, Object body) {
        requireNonNull(owner, "owner");
        requireNonNull(name, "name");
        requireNonNull(body, "body");
        if (owner == body) throw new IllegalArgumentException("Task[" + name + "] would never end: it owns itself");
        var path = Reach.path(body, owner);
        if (path == null) return;
        throw new IllegalArgumentException("Task[" + name + "] would never end: its body holds its owner, "
                + inWords(owner) + ", by " + path + "; let it use the parts of it instead");
    }

    static String inWords(Object owner) {
        return "a " + Reach.nameOf(owner.getClass());
    }
}
