package dev.holdfast.inspect;

import dev.holdfast.cancel.CancelScope;
import dev.holdfast.inspect.TaskInfo.State;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.loop.Origin;
import dev.holdfast.loop.Words;
import dev.holdfast.task.Task;
import dev.holdfast.task.Tasks;
import dev.holdfast.task.WaitsFor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How a loop stands at this moment. Taken on the loop, where nothing moves meanwhile; and it must go on soon, so of
/// very many tasks, and of those very deep inside each other, only some are looked at, and the rest is counted.
final class Look {
    /// So many tasks are looked at, of a loop.
    static final int MOST = 1_000;

    /// So many scopes and tasks inside each other.
    static final int DEEPEST = 40;

    private int left = MOST;

    private Look() {}

    static LoopInfo.Answered at(IOLoop loop) {
        var tasks = Tasks.of(loop);
        return new LoopInfo.Answered(
                Words.of(loop),
                loop.carrier().ready(),
                loop.timerCount(),
                loop.externals(),
                tasks.size(),
                tasks.waiting(),
                new Look().scope(tasks.root(), null, 0));
    }

    /// What stands in a scope, or in a task's.
    private static final class Inside {
        private final @Nullable Task<?> task; // whose block this is
        private final List<Branch> branches = new ArrayList<>();
        private @Nullable String cancelled;
        private int hidden;

        Inside(@Nullable Task<?> task) {
            this.task = task;
        }
    }

    private ScopeInfo scope(CancelScope scope, @Nullable Task<?> owner, int depth) {
        var inside = new Inside(owner);
        gather(scope, inside, depth);
        return new ScopeInfo(Words.of(scope), inside.cancelled, inside.branches, inside.hidden);
    }

    private TaskInfo task(Task<?> task, CancelScope own, int depth) {
        left--;
        var inside = new Inside(task);
        gather(own, inside, depth);
        var state = stateOf(task);
        var origin = task.origin();
        return new TaskInfo(
                task.name(),
                state,
                waitsFor(task),
                task.waitedFor(),
                state == State.READY ? null : siteOf(task),
                origin == null ? null : origin.site(),
                task.holdings().stream().map(Words::of).toList(),
                inside.cancelled,
                inside.branches,
                inside.hidden);
    }

    /// Scopes of the same owner, one in the other, are one to whoever reads this.
    private void gather(CancelScope scope, Inside inside, int depth) {
        var reason = scope.reason();
        if (reason != null) inside.cancelled = Words.of(reason);
        for (var inner : scope.inner()) {
            if (inner.owner() == scope.owner()) gather(inner, inside, depth);
            else if (left == 0 || depth == DEEPEST) inside.hidden += tasksIn(inner);
            else if (inner.owner() instanceof Task<?> task) inside.branches.add(task(task, inner, depth + 1));
            else if (!isButTheWait(inner, inside.task)) inside.branches.add(scope(inner, inside.task, depth + 1));
        }
    }

    /// What a wait has made for its own ends is said by what its task waits for.
    private static boolean isButTheWait(CancelScope scope, @Nullable Task<?> task) {
        return task != null && task.waitsFor() == scope.owner() && scope.inner().isEmpty();
    }

    /// Counts with a queue of its own: scopes may lie inside each other deeper than calls may.
    private static int tasksIn(CancelScope scope) {
        int tasks = 0;
        var next = new ArrayDeque<CancelScope>();
        for (var at = scope; at != null; at = next.poll()) {
            if (at.owner() instanceof Task<?>) tasks++;
            next.addAll(at.inner());
        }
        return tasks;
    }

    private static State stateOf(Task<?> task) {
        if (task.waitsFor() != null) return State.WAITING;
        if (task.isReady()) return State.READY;
        return task.thread() == Thread.currentThread() ? State.RUNNING : State.BLOCKED;
    }

    private static @Nullable String waitsFor(Task<?> task) {
        var where = task.waitsFor();
        if (where == null) return null;
        var words = Words.of(where);
        var holder = where instanceof WaitsFor known && known.isHeld() ? known.blocker() : null;
        if (holder != null) words += " of " + Words.of(holder);
        var made = WaitsFor.originOf(where);
        return made == null ? words : words + ", made at " + made;
    }

    private static @Nullable String siteOf(Task<?> task) {
        var thread = task.thread();
        var site = thread == null ? null : Origin.of(thread.getStackTrace());
        return site == null ? null : site.site();
    }
}
