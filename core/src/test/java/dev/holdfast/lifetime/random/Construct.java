package dev.holdfast.lifetime.random;

import dev.holdfast.lifetime.random.Script.By;
import dev.holdfast.lifetime.random.Script.Fate;
import dev.holdfast.lifetime.random.Script.Owner;
import dev.holdfast.lifetime.random.Script.Step;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// What programs are made of.
enum Construct {
    TASKS, // in all of them
    SCOPES(Step.Scope.class),
    TIMERS(Step.Sleep.class, Step.AwaitAtMost.class, Step.FailAfter.class, Step.MoveOnAfter.class),
    LOCKS(
            Step.Locked.class,
            Step.Acquire.class,
            Step.Release.class,
            Step.SetEvent.class,
            Step.AwaitEvent.class,
            Step.Signal.class,
            Step.AwaitSignal.class),
    QUEUES(Step.Put.class, Step.Get.class, Step.TryPut.class, Step.TryGet.class),
    EXTERNALS,
    OFFLOADS(Step.Offload.class),
    THREADS(Step.Offload.class, Step.Block.class),
    COLLECTIONS(Step.Collect.class),
    WEAK,
    CANCELLATIONS(Step.Cancel.class, Step.FailAfter.class, Step.MoveOnAfter.class);

    private final List<Class<? extends Step>> steps; // that are such

    @SafeVarargs
    @SuppressWarnings("varargs") // only read
    Construct(Class<? extends Step>... steps) {
        this.steps = List.of(steps);
    }

    /// Returns those that `script` has.
    static Set<Construct> in(Script script) {
        var found = EnumSet.of(TASKS);
        script.steps().forEach(step -> found.addAll(in(step)));
        script.roots().forEach(root -> found.addAll(in(root.owner())));
        return found;
    }

    private static Set<Construct> in(Step step) {
        if (step instanceof Step.Outside(var fate)) return in(fate);
        if (step instanceof Step.Hire hired) return in(hired.by());
        var found = EnumSet.noneOf(Construct.class);
        for (var construct : values()) if (construct.steps.contains(step.getClass())) found.add(construct);
        return found;
    }

    private static Set<Construct> in(Fate fate) {
        return switch (fate) {
            case COMPLETED, CLOSED -> EnumSet.of(EXTERNALS, THREADS);
            case DROPPED -> EnumSet.of(EXTERNALS, THREADS, COLLECTIONS, WEAK);
            case STAGE -> EnumSet.of(THREADS);
            case WEAKLY -> EnumSet.of(TIMERS, COLLECTIONS, WEAK);
        };
    }

    private static Set<Construct> in(By by) {
        return switch (by) {
            case TIMER, NOBODY -> EnumSet.of(TIMERS);
            case THREAD -> EnumSet.of(EXTERNALS, THREADS);
            case CALLBACK -> EnumSet.of(THREADS);
        };
    }

    private static Set<Construct> in(Owner owner) {
        return switch (owner) {
            case NONE -> EnumSet.noneOf(Construct.class);
            case KEPT -> EnumSet.of(WEAK);
            case DROPPED -> EnumSet.of(WEAK, COLLECTIONS);
        };
    }
}
