package dev.holdfast.lifetime;

import static java.util.Objects.requireNonNull;

import dev.holdfast.chain.Chain;
import dev.holdfast.chain.Link;
import dev.holdfast.loop.Collected;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.loop.LoopLocal;
import dev.holdfast.task.Body;
import dev.holdfast.task.Task;
import dev.holdfast.task.Tasks;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;

/// The tasks of one loop that end with their owners.
final class OwnedTasks {
    private static final LoopLocal<OwnedTasks> ON = LoopLocal.withInitial(OwnedTasks::new);

    private final IOLoop loop;
    private final Chain<Bond> bonds = new Chain<>(); // of those that have not ended

    private OwnedTasks(IOLoop loop) {
        this.loop = loop;
    }

    static OwnedTasks on(IOLoop loop) {
        return ON.get(loop);
    }

    <T extends @Nullable Object> Task<T> start(Object owner, String name, Body<? extends T, ?> body) {
        var tasks = Tasks.of(loop);
        var bond = new Bond(loop, owner);
        bonds.add(bond); // before the start, in which a lock of the JDK's may block: others run meanwhile, and the task
        try {
            Task<T> task = tasks.start(name, tasks.root(), body, bond);
            bond.task = task;
            return task;
        } catch (Throwable e) {
            bond.end();
            throw e;
        } finally {
            Reference.reachabilityFence(owner); // a task that is not here yet could not be cancelled
        }
    }

    /// Returns whether none is live: then a collection can end no task.
    boolean isEmpty() {
        return bonds.isEmpty();
    }

    /// Returns whether the owner of one is gone that was not cancelled for it yet.
    boolean isAnyCollected() {
        return bonds.snapshot().stream().anyMatch(Bond::isDue);
    }

    /// Cancels those whose owners are gone already, although the news of it may still be on its way.
    void cancelCollected() {
        bonds.snapshot().forEach(Bond::cancelIfDue);
    }

    /// What ties a task to its owner, which it knows weakly.
    private static final class Bond extends Link implements Task.Parent {
        private final IOLoop loop;
        private final WeakReference<Object> owner;
        private final String reason;
        private final Collected watch;
        private @Nullable Task<?> task; // null before it was started
        private boolean cancelled; // by this

        Bond(IOLoop loop, Object owner) {
            this.loop = loop;
            this.owner = new WeakReference<>(owner);
            this.reason = "its owner, " + Owned.inWords(owner) + ", was collected";
            this.watch = Collected.watch(owner, this, Bond::ownerCollected);
        }

        /// On another thread.
        private void ownerCollected() {
            loop.carrier().bring(this::cancelIfDue);
        }

        private boolean isDue() {
            return !cancelled && task != null && owner.refersTo(null);
        }

        private void cancelIfDue() {
            if (!isDue()) return;
            cancelled = true;
            requireNonNull(task).cancel(reason);
        }

        @Override
        public boolean ended(Task<?> child, @Nullable Throwable failure) {
            end();
            return false; // its failure belongs to its future
        }

        private void end() {
            unlink();
            watch.stop();
        }
    }
}
