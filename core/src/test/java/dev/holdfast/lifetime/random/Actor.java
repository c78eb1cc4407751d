package dev.holdfast.lifetime.random;

import static dev.holdfast.task.Coroutine.await;
import static dev.holdfast.task.Coroutine.awaitCancelled;
import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.yieldNow;

import dev.holdfast.future.Futures;
import dev.holdfast.lifetime.random.Script.Step;
import dev.holdfast.scope.TaskScope;
import dev.holdfast.scope.Timeouts;
import java.util.List;

/// Plays one task: each of its steps in the words of Holdfast.
final class Actor {
    private final Stage stage;
    private final String name;
    private int started; // in its scopes

    Actor(Stage stage, String name) {
        this.stage = stage;
        this.name = name;
    }

    void perform(List<Step> steps) {
        steps.forEach(this::perform);
    }

    private void perform(Step step) {
        switch (step) {
            case Step.Collect() -> System.gc();
            case Step.Yield() -> yieldNow();
            case Step.Sleep() -> sleep(Offstage.MOMENT);
            case Step.Offload() -> Offstage.offload();
            case Step.Block() -> Offstage.block();
            case Step.Outside(var fate) -> stage.offstage.awaitSomething(fate);
            case Step.Hire(var by, int slot) -> Offstage.hire(by, stage.slots.get(slot));
            case Step.Complete(int slot) -> stage.slots.get(slot).complete("done");
            case Step.Await(int slot) -> await(stage.slots.get(slot));
            case Step.AwaitAtMost(int slot) -> await(stage.slots.get(slot), Offstage.MOMENT);
            case Step.Join(int root) -> stage.task(root).join();
            case Step.JoinAll(var roots) ->
                await(Futures.all(roots.stream().map(stage::future).toList()));
            case Step.Race(int slot, int root) ->
                await(Futures.race(List.of(stage.slots.get(slot), stage.future(root))));
            case Step.Put(int queue) -> stage.queues.get(queue).put("item");
            case Step.Get(int queue) -> stage.queues.get(queue).get();
            case Step.TryPut(int queue) -> stage.queues.get(queue).tryPut("item");
            case Step.TryGet(int queue) -> stage.queues.get(queue).tryGet();
            case Step.Acquire(int semaphore) -> acquire(semaphore);
            case Step.Release(int semaphore) -> release(semaphore);
            case Step.SetEvent(int event) -> stage.events.get(event).set();
            case Step.AwaitEvent(int event) -> stage.events.get(event).await();
            case Step.Signal(int condition) -> stage.conditions.get(condition).signal(1);
            case Step.AwaitSignal(int condition) ->
                stage.conditions.get(condition).await();
            case Step.Cancel(int root) -> stage.task(root).cancel("by " + name);
            case Step.Patient() -> awaitCancelled();
            case Step.Locked(int lock, var steps) -> {
                try (var _ = stage.locks.get(lock).acquire()) {
                    perform(steps);
                }
            }
            case Step.Try(var steps, var otherwise) -> {
                try {
                    perform(steps);
                } catch (RuntimeException e) {
                    perform(otherwise);
                }
            }
            case Step.Finally(var steps, var last) -> {
                try {
                    perform(steps);
                } finally {
                    perform(last);
                }
            }
            case Step.Scope(var children, var body) -> perform(children, body);
            case Step.FailAfter(var steps) -> Timeouts.failAfter(Offstage.MOMENT, () -> perform(steps));
            case Step.MoveOnAfter(var steps) -> Timeouts.moveOnAfter(Offstage.MOMENT, () -> perform(steps));
        }
    }

    private void acquire(int semaphore) {
        var permit = stage.semaphores.get(semaphore).acquire();
        stage.taken.get(semaphore).add(permit);
    }

    private void release(int semaphore) {
        var permit = stage.taken.get(semaphore).poll();
        if (permit != null) permit.close();
    }

    private void perform(List<List<Step>> children, List<Step> body) {
        TaskScope.run(scope -> {
            for (var child : children) {
                var childName = name + "." + ++started;
                scope.start(childName, () -> stage.perform(childName, child));
            }
            perform(body);
        });
    }
}
