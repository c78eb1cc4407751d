package dev.holdfast.lifetime.random;

import static java.util.Objects.requireNonNull;

import dev.holdfast.lifetime.random.Outcome.End;
import dev.holdfast.lifetime.random.Region.Thrown;
import dev.holdfast.lifetime.random.Script.Owner;
import dev.holdfast.lifetime.random.Script.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// One way in which a program may go: its figures, step by step, until main has ended and all others have.
final class Vision {
    private final Script script;
    private final SplittableRandom chance;
    private final Turns turns;
    private final Outside outside;
    private final Props props;
    private final Region outermost = Region.outermost();
    private final List<Figure> figures = new ArrayList<>(); // in the order in which they were started
    private final List<Figure> roots = new ArrayList<>();
    private final List<String> struck = new ArrayList<>();

    private Vision(Script script, SplittableRandom chance) {
        this.script = script;
        this.chance = chance;
        this.turns = new Turns(chance);
        this.outside = new Outside(turns, chance);
        this.props = new Props(script);
    }

    /// Returns how `script` ends this time; null if it never does, because somebody waits on purpose.
    static @Nullable Outcome of(Script script, SplittableRandom chance) {
        return new Vision(script, chance).play();
    }

    private @Nullable Outcome play() {
        var main = startRoot(0);
        main.begin(this::startOthers, thrown -> thrown);
        while (main.end() == null) {
            if (turns.isQuiet() && !judge()) return null;
            turns.turn();
        }
        outermost.cancel(); // rule 9
        while (figures.stream().anyMatch(figure -> figure.end() == null)) turns.turn();
        return outcome();
    }

    private boolean judge() {
        var next = Verdict.next(figures, chance);
        if (next == null) return false;
        struck.add(next.name());
        next.strike();
        return true;
    }

    private Outcome outcome() {
        var ends = new TreeMap<String, End>();
        for (var figure : figures) if (figure.hasBegun()) ends.put(figure.name(), requireNonNull(figure.end()));
        return new Outcome(ends, struck);
    }

    // ---- tasks

    private void startOthers() {
        for (int root = 1; root < script.roots().size(); root++) {
            var figure = startRoot(root);
            if (script.roots().get(root).owner() == Owner.DROPPED) turns.later(figure::cancel);
        }
    }

    private Figure startRoot(int root) {
        var written = script.roots().get(root);
        var figure = start(written.name(), written.steps(), outermost, null);
        roots.add(figure);
        return figure;
    }

    /// Its first turn comes when all have had theirs who stand in line (rule 19).
    private Figure start(String name, List<Step> steps, Region around, @Nullable Troupe troupe) {
        var figure = new Figure(name, figures.size(), turns, around, troupe);
        figures.add(figure);
        begin(figure, steps, thrown -> thrown);
        figure.standInLine();
        return figure;
    }

    private Prospect future(int root) {
        return roots.get(root).future();
    }

    // ---- steps

    private void begin(Figure figure, List<Step> steps, Figure.Leave leave) {
        figure.begin(steps, step -> perform(figure, step), leave);
    }

    private void perform(Figure figure, Step step) {
        switch (step) {
            case Step.Collect() -> {}
            case Step.Yield() -> figure.yieldNow();
            case Step.Sleep() -> outside.sleep(figure);
            case Step.Offload() -> outside.offload(figure);
            case Step.Block() -> outside.block(figure);
            case Step.Outside(var fate) -> outside.await(figure, fate);
            case Step.Hire(var by, int slot) -> outside.hire(by, props.slots.get(slot));
            case Step.Complete(int slot) -> props.slots.get(slot).settle(null);
            case Step.Await(int slot) -> props.slots.get(slot).await(figure);
            case Step.AwaitAtMost(int slot) -> props.slots.get(slot).awaitAtMost(figure, turns);
            case Step.Join(int root) -> future(root).await(figure);
            case Step.JoinAll(var some) ->
                Prospect.awaitAll(figure, some.stream().map(this::future).toList(), chance);
            case Step.Race(int slot, int root) ->
                Prospect.awaitFirst(figure, List.of(props.slots.get(slot), future(root)), chance);
            case Step.Put(int queue) -> props.queues.get(queue).put(figure);
            case Step.Get(int queue) -> props.queues.get(queue).get(figure);
            case Step.TryPut(int queue) -> props.queues.get(queue).tryPut();
            case Step.TryGet(int queue) -> props.queues.get(queue).tryGet();
            case Step.Acquire(int semaphore) -> props.semaphores.get(semaphore).acquire(figure);
            case Step.Release(int semaphore) -> props.semaphores.get(semaphore).release();
            case Step.SetEvent(int event) -> props.events.get(event).set();
            case Step.AwaitEvent(int event) -> props.events.get(event).await(figure);
            case Step.Signal(int condition) -> props.conditions.get(condition).signal();
            case Step.AwaitSignal(int condition) ->
                props.conditions.get(condition).await(figure);
            case Step.Cancel(int root) -> roots.get(root).cancel();
            case Step.Patient() -> figure.awaitCancelled();
            case Step.Locked(int lock, var steps) -> locked(figure, props.locks.get(lock), steps);
            case Step.Try(var steps, var otherwise) ->
                begin(figure, steps, thrown -> caught(figure, thrown, otherwise));
            case Step.Finally(var steps, var last) -> begin(figure, steps, thrown -> last(figure, thrown, last));
            case Step.Scope scope -> scope(figure, scope);
            case Step.FailAfter(var steps) -> limited(figure, steps, Vision::tooSlow);
            case Step.MoveOnAfter(var steps) -> limited(figure, steps, Vision::movedOn);
        }
    }

    private void locked(Figure figure, Props.Lock lock, List<Step> steps) {
        lock.acquire(
                figure,
                () -> begin(figure, steps, thrown -> {
                    lock.release();
                    return thrown;
                }));
    }

    /// A cancellation is an error, which nobody catches.
    private @Nullable Thrown caught(Figure figure, @Nullable Thrown thrown, List<Step> otherwise) {
        if (thrown == null || thrown.isCancellation()) return thrown;
        begin(figure, otherwise, another -> another);
        return null;
    }

    private @Nullable Thrown last(Figure figure, @Nullable Thrown thrown, List<Step> last) {
        begin(figure, last, another -> another != null ? another : thrown);
        return null;
    }

    private void scope(Figure owner, Step.Scope scope) {
        if (!owner.mayWait()) return;
        var troupe = new Troupe(owner, chance);
        begin(owner, scope.body(), troupe::blockLeft);
        for (var steps : scope.children()) troupe.add(start(owner.nextName(), steps, troupe.block(), troupe));
    }

    // ---- limits

    /// What leaves a limit whose body was left by `thrown`.
    private interface Limit {
        @Nullable Thrown leave(@Nullable Thrown thrown, Region limit, Figure figure);
    }

    private void limited(Figure figure, List<Step> steps, Limit rule) {
        if (!figure.mayWait()) return;
        var limit = figure.enterRegion();
        var timer = turns.timer(limit::cancel);
        begin(figure, steps, thrown -> {
            timer.cancel();
            figure.leaveRegion();
            return rule.leave(thrown, limit, figure);
        });
    }

    /// It wins over a body that it threw out of a wait (rule 27); but the outer one wins over it (rule 49).
    private static @Nullable Thrown tooSlow(@Nullable Thrown thrown, Region limit, Figure figure) {
        if (!limit.wasFelt()) return thrown;
        if (limit.isCancelledItself()) return Thrown.TOO_SLOW;
        return thrown == null || thrown.isOf(limit) ? figure.cancellation() : thrown;
    }

    private static @Nullable Thrown movedOn(@Nullable Thrown thrown, Region limit, Figure figure) {
        if (thrown != null && !thrown.isOf(limit)) return thrown;
        return limit.wasFelt() && !limit.isCancelledItself() ? figure.cancellation() : null;
    }
}
