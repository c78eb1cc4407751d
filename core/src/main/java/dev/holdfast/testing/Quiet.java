package dev.holdfast.testing;

import dev.holdfast.loop.IOLoop;
import dev.holdfast.loop.LoopLocal;
import dev.holdfast.sync.WaitQueue;
import dev.holdfast.task.Task;

/// Waits until everybody else waits: for tests that want to see where things come to rest, and then go on.
///
/// ```
/// var next = spawn("next", () -> lock.acquire().close());
/// Quiet.await(); // now it stands in line
/// permit.close();
/// ```
///
/// Everybody else, that is every coroutine and callback of the loop, however many turns it takes; who waits for a
/// timer waits, and who blocks in the JDK does too. No time passes for it. Several may wait for quiet at once, and all
/// have it. Trio's `wait_all_tasks_blocked` is the model.
public final class Quiet {
    private static final LoopLocal<Quiet> ON = LoopLocal.withInitial(Quiet::new);

    private final IOLoop loop;
    private final WaitQueue<Task<?>> line = new WaitQueue<>();
    private boolean looking; // a callback stands in the loop's line

    private Quiet(IOLoop loop) {
        this.loop = loop;
    }

    /// Waits until everybody else on the loop waits.
    ///
    /// @throws IllegalStateException where no task runs
    public static void await() {
        var task = Task.current();
        task.check();
        ON.get(task.loop()).await(task);
    }

    private void await(Task<?> task) {
        if (!looking) lookInTheNextTurn();
        line.await(this, task);
    }

    private void lookInTheNextTurn() {
        looking = true;
        loop.execute(this::look);
    }

    /// Whoever stands in line behind this callback is not at rest.
    private void look() {
        looking = false;
        if (loop.carrier().isIdle()) line.wakeAll();
        else lookInTheNextTurn();
    }

    /// {@return `Quiet`}
    @Override
    public String toString() {
        return "Quiet";
    }
}
