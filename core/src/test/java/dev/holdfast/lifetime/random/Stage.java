package dev.holdfast.lifetime.random;

import static dev.holdfast.task.Coroutine.spawn;

import dev.holdfast.Holdfast;
import dev.holdfast.cancel.Cancelled;
import dev.holdfast.cancel.TooSlow;
import dev.holdfast.future.Future;
import dev.holdfast.future.Promise;
import dev.holdfast.lifetime.BrokenPromise;
import dev.holdfast.lifetime.Deadlock;
import dev.holdfast.lifetime.Owned;
import dev.holdfast.lifetime.random.Outcome.End;
import dev.holdfast.lifetime.random.Script.Root;
import dev.holdfast.lifetime.random.Script.Step;
import dev.holdfast.queue.Queue;
import dev.holdfast.sync.Condition;
import dev.holdfast.sync.Event;
import dev.holdfast.sync.Lock;
import dev.holdfast.sync.Permit;
import dev.holdfast.sync.Semaphore;
import dev.holdfast.task.Task;
import java.lang.ref.Reference;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;

/// Plays a program on Holdfast: what its tasks share.
final class Stage {
    final List<Promise<String>> slots;
    final List<Queue<String>> queues;
    final List<Semaphore> semaphores;
    final List<Deque<Permit>> taken; // from the semaphores
    final List<Event> events;
    final List<Condition> conditions;
    final List<Lock> locks;
    final Offstage offstage = new Offstage();

    private final Script script;
    private final Map<String, End> ends = new TreeMap<>();
    private final List<Task<?>> tasks = new ArrayList<>(); // of the roots

    private Stage(Script script) {
        this.script = script;
        slots = Stream.generate(Promise<String>::new).limit(script.slots()).toList();
        queues = script.queues().stream().map(Queue<String>::new).toList();
        semaphores = script.semaphores().stream().map(Semaphore::new).toList();
        taken = semaphores.stream().<Deque<Permit>>map(_ -> new ArrayDeque<>()).toList();
        events = Stream.generate(Event::new).limit(script.events()).toList();
        conditions = Stream.generate(Condition::new).limit(script.conditions()).toList();
        locks = Stream.generate(Lock::new).limit(script.locks()).toList();
    }

    /// Returns how each task ended.
    static Map<String, End> play(Script script) {
        return new Stage(script).play();
    }

    @SuppressWarnings("CatchThrowable") // how main ended stands among the ends
    private Map<String, End> play() {
        var owners = new ArrayList<Object>(); // that are kept; not in a field, where their tasks would hold them
        try {
            Holdfast.run(() -> main(owners));
        } catch (Throwable e) {
            if (!ends.containsKey("main")) throw e;
        } finally {
            offstage.close();
            Reference.reachabilityFence(owners);
        }
        return ends;
    }

    private void main(List<Object> owners) {
        tasks.add(Task.current());
        for (var root : script.roots().subList(1, script.roots().size())) tasks.add(start(root, owners));
        perform("main", script.roots().getFirst().steps());
    }

    private Task<?> start(Root root, List<Object> owners) {
        return switch (root.owner()) {
            case NONE -> spawn(root.name(), () -> perform(root.name(), root.steps()));
            case DROPPED -> startOwned(new Object(), root);
            case KEPT -> {
                owners.add(new Object());
                yield startOwned(owners.getLast(), root);
            }
        };
    }

    private Task<?> startOwned(Object owner, Root root) {
        return Owned.spawn(owner, root.name(), () -> perform(root.name(), root.steps()));
    }

    /// Does what a task called `name` does, and notes how it ends.
    @SuppressWarnings("CatchThrowable") // it is thrown on
    void perform(String name, List<Step> steps) {
        try {
            new Actor(this, name).perform(steps);
            ends.put(name, End.WELL);
        } catch (Throwable e) {
            ends.put(name, endBy(e));
            throw e;
        }
    }

    private static End endBy(Throwable thrown) {
        return switch (thrown) {
            case Cancelled _, InterruptedException _ -> End.CANCELLED;
            case Deadlock _ -> End.DEADLOCK;
            case BrokenPromise _ -> End.BROKEN;
            case TooSlow _ -> End.TOO_SLOW;
            case CancellationException _ -> End.OTHER_CANCELLED;
            default -> throw new AssertionError("no program should be thrown this", thrown);
        };
    }

    Task<?> task(int root) {
        return tasks.get(root);
    }

    @SuppressWarnings("unchecked") // what it is the future of does not matter
    Future<Object> future(int root) {
        return (Future<Object>) tasks.get(root).future();
    }
}
