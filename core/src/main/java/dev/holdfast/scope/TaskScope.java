package dev.holdfast.scope;

import static java.util.Objects.requireNonNull;

import dev.holdfast.cancel.CancelScope;
import dev.holdfast.cancel.Cancelled;
import dev.holdfast.future.Outcome;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.loop.Words;
import dev.holdfast.task.Action;
import dev.holdfast.task.Body;
import dev.holdfast.task.Task;
import dev.holdfast.task.Tasks;
import dev.holdfast.task.WaitsFor;
import dev.holdfast.task.Waker;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/// Tasks that live no longer than the block that started them. When one fails, the others are cancelled, and the
/// block ends with that failure.
///
/// ```
/// TaskScope.run(scope -> {
///     scope.start("feed", feed);
///     scope.start("serve", serve);
/// }); // waits for both
/// ```
///
/// The block may also be a `try` with [#open], which then calls [#join] before it ends. When a child fails while
/// the block waits for something else, that wait throws the child's very error, and every later one in the block
/// [Cancelled]. What [#cancel] reaches differs: the block of [#run] is cancelled with the tasks; from the block of
/// a `try` Java gives no way out but an exception that somebody else would have to catch, so there it goes on.
///
/// No error is lost: what is not thrown is suppressed in what is (rule 47).
public final class TaskScope implements AutoCloseable, Task.Parent, WaitsFor {
    /// What [#run] runs. It will do wherever [Steps] do; where a lambda might be either, it is this.
    ///
    /// @param <T> what it returns
    /// @param <X> what it may throw
    @FunctionalInterface
    public interface Block<T extends @Nullable Object, X extends Throwable> extends Steps<X> {
        /// Runs it.
        ///
        /// @param scope to start tasks in
        /// @return its value
        /// @throws X if it fails
        T call(TaskScope scope) throws X;

        /// Runs it, and forgets its value.
        ///
        /// @param scope to start tasks in
        /// @throws X if it fails
        @Override
        default void run(TaskScope scope) throws X {
            call(scope);
        }
    }

    /// What [#run] runs, without a value.
    ///
    /// @param <X> what it may throw
    @FunctionalInterface
    public interface Steps<X extends Throwable> {
        /// Runs it.
        ///
        /// @param scope to start tasks in
        /// @throws X if it fails
        void run(TaskScope scope) throws X;
    }

    private final Task<?> owner = Task.current();
    private final CancelScope around = owner.scope();
    private final CancelScope block; // where the block runs
    private final CancelScope tasks; // where the tasks run
    private final boolean supervising; // a failure cancels nobody
    private final Set<Task<?>> running = new LinkedHashSet<>();
    private final List<Throwable> failures = new ArrayList<>();
    private @Nullable Waker<@Nullable Void> joiner; // waits until nobody runs
    private boolean joined; // since the last start
    private boolean failed; // join has thrown the first failure
    private boolean closed;

    private TaskScope(boolean supervising, boolean blockIsCancelledToo) {
        this.supervising = supervising;
        owner.check();
        block = around.inside(this);
        tasks = blockIsCancelledToo ? block : block.inside(this);
        owner.enter(block);
    }

    // ---- making one

    /// {@return a scope for a `try` block, which must end with [#join]}
    ///
    /// @throws IllegalStateException where no task runs
    public static TaskScope open() {
        return new TaskScope(false, false);
    }

    /// {@return a scope for a `try` block in which a failure cancels nobody: it belongs to the future of its task}
    /// Must end with [#join] too.
    ///
    /// @throws IllegalStateException where no task runs
    public static TaskScope supervise() {
        return new TaskScope(true, false);
    }

    /// Runs `block` and waits for the tasks it started.
    ///
    /// @param <T> what `block` returns
    /// @param <X> what `block` may throw; inferred
    /// @param block given the scope, to start tasks in
    /// @return what `block` returned
    /// @throws X the block's error, or the first failure of a task; the others are suppressed in it
    /// @throws CancellationException if the scope's own [#cancel] cut the block short
    public static <T extends @Nullable Object, X extends Throwable> T run(Block<T, X> block) throws X {
        var scope = new TaskScope(false, true);
        try {
            return scope.runBlock(block);
        } catch (Cancelled e) {
            if (e.scope() != scope.block) throw e;
            var cancelled = new CancellationException(e.getMessage());
            cancelled.initCause(e);
            throw cancelled;
        }
    }

    /// Runs `block` and waits for the tasks it started, like [#run(Block)]; when the scope's own [#cancel] cuts it
    /// short, this returns normally.
    ///
    /// @param <X> what `block` may throw; inferred
    /// @param block given the scope, to start tasks in
    /// @throws X the block's error, or the first failure of a task; the others are suppressed in it
    @SuppressWarnings("overloads") // where a lambda might be either it is a Block, which is Steps too
    public static <X extends Throwable> void run(Steps<X> block) throws X {
        var scope = new TaskScope(false, true);
        try {
            scope.<@Nullable Void, X>runBlock(s -> {
                block.run(s);
                return null;
            });
        } catch (Cancelled e) {
            if (e.scope() != scope.block) throw e;
        }
    }

    private <T extends @Nullable Object, X extends Throwable> T runBlock(Block<T, X> body) throws X {
        try {
            var value = body.call(this);
            join();
            return value;
        } catch (Throwable e) {
            cancelTasks("the block failed: " + Words.of(e));
            var error = owner.uninterrupted(block, e);
            awaitTasks();
            throw thrown(withFailures(isOurs(error) ? consequence((Cancelled) error) : error));
        } finally {
            end();
        }
    }

    /// Runs all of `bodies` as tasks, called `first-1` and so on. Upon the first success the others are cancelled
    /// and awaited. If all fail, throws the failure that is first in the list, the others suppressed in it.
    ///
    /// @param <T> what the bodies return
    /// @param bodies at least one
    /// @return what the first success returned
    /// @throws IllegalArgumentException if there are no bodies
    @SafeVarargs
    @SuppressWarnings("varargs") // only read
    public static <T extends @Nullable Object> T first(Body<? extends T, ?>... bodies) {
        return Race.run(List.of(bodies));
    }

    // ---- the story

    /// Starts a task in this scope; its body runs in a later turn. Any task of the loop may call it while the scope
    /// is open.
    ///
    /// @param <T> what `body` returns
    /// @param name for messages and thread dumps; need not be unique
    /// @param body what the task runs
    /// @return the task, which has not begun
    /// @throws IllegalStateException if this is closed or was cancelled
    public <T extends @Nullable Object> Task<T> start(String name, Body<? extends T, ?> body) {
        requireNonNull(name, "name");
        if (closed) throw new IllegalStateException(this + " is closed; cannot start Task[" + name + "]");
        if (tasks.isCancelled()) {
            throw new IllegalStateException(this + " was cancelled; cannot start Task[" + name + "]");
        }
        joined = false;
        Task<T> task = Tasks.of(owner.loop()).start(name, tasks, requireNonNull(body, "body"), this);
        running.add(task);
        return task;
    }

    /// Starts a task in this scope, like [#start(String, Body)].
    ///
    /// @param name for messages and thread dumps; need not be unique
    /// @param body what the task runs
    /// @return the task, whose value will be null
    /// @throws IllegalStateException if this is closed or was cancelled
    public Task<@Nullable Void> start(String name, Action<?> body) {
        return start(name, body.asBody());
    }

    /// Cancels the tasks of this scope; does nothing the second time. [#join] returns normally afterwards, unless a
    /// task failed.
    ///
    /// @param reason in words, for [Cancelled#reason]
    public void cancel(String reason) {
        owner.loop().checkDoor(this);
        tasks.cancel(reason);
    }

    /// Waits until every task has ended, however it ended; then throws the first failure, the others suppressed in
    /// it. A task that was cancelled by its own [Task#cancel] is no failure. A limit inside the block, around this
    /// call, ends the wait; a cancellation from outside of the block reaches the tasks too, and they are awaited.
    ///
    /// @throws Cancelled if a scope around was cancelled; only when every task has ended
    /// @throws IllegalStateException if this is closed, or another task than the opener calls it
    public void join() {
        if (Task.current() != owner) throw new IllegalStateException(this + " is joined by " + owner + " only");
        if (closed) throw new IllegalStateException(this + " is closed");
        joined = true;
        awaitTasksOrLimit();
        if (around.isCancelled()) throw thrown(withFailures(around.thrownTo(owner)));
        if (failures.isEmpty()) return;
        failed = true;
        throw thrown(withFailures(failures.getFirst()));
    }

    /// Ends the block of a `try`. If tasks still run they are cancelled and awaited; that is an error in words if
    /// nobody joined, no task failed, nobody cancelled and the block did not throw. A failure that the block has
    /// not met yet is thrown; the `try` adds it to the block's own error, if there is one.
    ///
    /// @throws IllegalStateException if tasks were forgotten, as said; if another task than the opener calls it;
    /// and inside of a scope that was opened later
    @Override
    public void close() {
        if (closed) return;
        if (Task.current() != owner) throw new IllegalStateException(this + " is closed by " + owner + " only");
        if (owner.scope() != block) throw new IllegalStateException(this + " is closed inside of " + owner.scope());
        var forgotten = List.copyOf(running);
        boolean excused = forgotten.isEmpty() || joined || tasks.isCancelled();
        cancelTasks("the block has ended");
        awaitTasks();
        end();
        if (!excused && !Unwinding.isUnderway(TaskScope.class)) throw thrown(withFailures(unjoined(forgotten)));
        if (failures.isEmpty()) return;
        var first = withFailures(failures.getFirst());
        // Thrown again out of the block that throws it, an error would be asked to suppress itself.
        if (!failed && !block.wasFailureThrown() && !owner.wasThrown(first)) throw thrown(first);
    }

    private IllegalStateException unjoined(List<Task<?>> forgotten) {
        return new IllegalStateException(this + " was left without join while running: " + forgotten);
    }

    /// For the task itself: one of the tasks has ended.
    @Override
    public boolean ended(Task<?> child, @Nullable Throwable failure) {
        running.remove(child);
        boolean takes = failure != null && !supervising && !owner.hasEnded(); // left open, it tells nobody
        if (takes) {
            failures.add(requireNonNull(failure));
            block.cancel(child + " failed: " + Words.of(failure), failure);
        }
        if (running.isEmpty() && joiner != null) joiner.wake(null);
        return takes;
    }

    /// {@return the eldest of its tasks that have not ended, or null}
    @Override
    public @Nullable Task<?> blocker() {
        return running.isEmpty() ? null : running.iterator().next();
    }

    /// {@return how it stands: `TaskScope[main], 2 tasks: Task[a], Task[b]`, and why it was cancelled}
    @Override
    public String describe() {
        if (IOLoop.isElsewhere(owner.loop())) return Words.of(this);
        var reason = block.reason() != null ? block.reason() : tasks.reason();
        return Words.of(this) + ", " + Words.count(running.size(), "task")
                + (running.isEmpty() ? "" : ": " + Words.list(running))
                + (reason == null ? "" : ", cancelled: " + Words.of(reason))
                + (closed ? ", closed" : "");
    }

    // ---- what it rests on

    private void cancelTasks(String reason) {
        if (!running.isEmpty()) tasks.cancel(reason);
    }

    private void awaitTasksOrLimit() {
        try {
            awaitNobodyRuns();
        } catch (Throwable e) {
            if (!block.isCancelled()) throw e; // a limit inside the block, around the join
            awaitTasks();
        }
    }

    /// Whatever is cancelled meanwhile, nobody leaves before the last task has ended.
    private void awaitTasks() {
        if (running.isEmpty()) return;
        owner.within(owner.scope().shieldInside(this), () -> {
            awaitNobodyRuns();
            return null;
        });
    }

    private void awaitNobodyRuns() {
        owner.check();
        while (!running.isEmpty()) Task.<@Nullable Void>suspend(this, waker -> joiner = waker);
        joiner = null;
    }

    private void end() {
        if (closed) return;
        closed = true;
        owner.leave(block, around);
    }

    private boolean isOurs(Throwable error) {
        return error instanceof Cancelled cancelled && cancelled.scope() == block;
    }

    /// Returns what is behind the block's own cancellation, for those outside: one from around, should it have come
    /// meanwhile; the failure that it came of; or nothing but itself.
    private Throwable consequence(Cancelled cancelled) {
        if (around.isCancelled()) return around.thrownTo(owner);
        return failures.isEmpty() ? cancelled : failures.getFirst();
    }

    private Throwable withFailures(Throwable thrown) {
        return Outcome.suppressing(thrown, failures);
    }

    static RuntimeException thrown(Throwable error) {
        throw Outcome.<RuntimeException>sneak(error);
    }

    /// {@return `TaskScope[owner]`}
    @Override
    public String toString() {
        return "TaskScope[" + owner.name() + "]";
    }
}
