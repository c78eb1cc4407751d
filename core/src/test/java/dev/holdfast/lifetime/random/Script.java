package dev.holdfast.lifetime.random;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// A program, as data: what each of its tasks does. [Stage] plays it on Holdfast, [Oracle] says how that must end.
///
/// @param seed what it was written from
/// @param roots its tasks; the first is the main task, which starts the others before it does anything else
/// @param slots how many promises all tasks know
/// @param queues how many items each queue holds
/// @param semaphores how many permits each semaphore has
/// @param events how many there are, not set at first
/// @param conditions how many there are
/// @param locks how many there are
record Script(
        long seed,
        List<Root> roots,
        int slots,
        List<Integer> queues,
        List<Integer> semaphores,
        int events,
        int conditions,
        int locks) {

    /// One of its tasks.
    record Root(String name, Owner owner, List<Step> steps) {}

    /// Whether a task ends with an owner.
    enum Owner {
        NONE,
        KEPT,
        DROPPED
    }

    /// What becomes of something that is awaited from outside.
    enum Fate {
        COMPLETED,
        CLOSED,
        DROPPED,
        STAGE, // a CompletionStage that another thread completes
        WEAKLY // completed by a timer that knows it weakly, after a collection
    }

    /// Who completes a promise later, whatever the tasks do.
    enum By {
        TIMER,
        THREAD,
        CALLBACK, // after it was blocked in the JDK
        NOBODY // a timer that nobody counts on, and that never comes
    }

    /// One thing that a task does.
    sealed interface Step {
        record Collect() implements Step {}

        record Yield() implements Step {}

        record Sleep() implements Step {}

        record Offload() implements Step {}

        /// Waits by a word of the JDK's for another thread.
        record Block() implements Step {}

        record Outside(Fate fate) implements Step {}

        record Hire(By by, int slot) implements Step {}

        record Complete(int slot) implements Step {}

        record Await(int slot) implements Step {}

        record AwaitAtMost(int slot) implements Step {}

        record Join(int root) implements Step {}

        record JoinAll(List<Integer> roots) implements Step {}

        record Race(int slot, int root) implements Step {}

        record Put(int queue) implements Step {}

        record Get(int queue) implements Step {}

        record TryPut(int queue) implements Step {}

        record TryGet(int queue) implements Step {}

        record Acquire(int semaphore) implements Step {}

        /// Gives back the permit that was taken first, whoever took it; nothing if none is out.
        record Release(int semaphore) implements Step {}

        record SetEvent(int event) implements Step {}

        record AwaitEvent(int event) implements Step {}

        record Signal(int condition) implements Step {}

        record AwaitSignal(int condition) implements Step {}

        record Cancel(int root) implements Step {}

        record Patient() implements Step {}

        record Locked(int lock, List<Step> steps) implements Step {}

        record Try(List<Step> steps, List<Step> otherwise) implements Step {}

        record Finally(List<Step> steps, List<Step> last) implements Step {}

        record Scope(List<List<Step>> children, List<Step> body) implements Step {}

        record FailAfter(List<Step> steps) implements Step {}

        record MoveOnAfter(List<Step> steps) implements Step {}

        /// The blocks inside it.
        default List<List<Step>> blocks() {
            return switch (this) {
                case Locked locked -> List.of(locked.steps);
                case Try(var steps, var otherwise) -> List.of(steps, otherwise);
                case Finally(var steps, var last) -> List.of(steps, last);
                case Scope(var children, var body) ->
                    Stream.concat(children.stream(), Stream.of(body)).toList();
                case FailAfter(var steps) -> List.of(steps);
                case MoveOnAfter(var steps) -> List.of(steps);
                default -> List.of();
            };
        }

        /// It, and all steps inside it.
        default Stream<Step> all() {
            return Stream.concat(
                    Stream.of(this), blocks().stream().flatMap(List::stream).flatMap(Step::all));
        }
    }

    /// All steps, also those inside of others.
    Stream<Step> steps() {
        return roots.stream().flatMap(root -> root.steps.stream()).flatMap(Step::all);
    }

    /// How many blocks lie inside each other, the body of a task included.
    int depth() {
        return roots.stream().mapToInt(root -> depth(root.steps)).max().orElse(0);
    }

    private static int depth(List<Step> steps) {
        return 1
                + steps.stream()
                        .flatMap(step -> step.blocks().stream())
                        .mapToInt(Script::depth)
                        .max()
                        .orElse(0);
    }

    /// As text, a step in each line.
    @Override
    public String toString() {
        var lines = new ArrayList<String>();
        lines.add("program " + seed + ": " + slots + " promises, queues " + queues + ", semaphores " + semaphores + ", "
                + events + " events, " + conditions + " conditions, " + locks + " locks");
        for (var root : roots) {
            lines.add("  " + root.name + (root.owner == Owner.NONE ? "" : ", owner " + root.owner) + ":");
            write(root.steps, "    ", lines);
        }
        return String.join("\n", lines);
    }

    private static void write(List<Step> steps, String indent, List<String> lines) {
        for (var step : steps) {
            var blocks = step.blocks();
            if (blocks.isEmpty()) {
                lines.add(indent + step);
                continue;
            }
            lines.add(
                    indent + step.getClass().getSimpleName() + (step instanceof Step.Locked locked ? locked.lock : ""));
            for (var block : blocks) {
                if (block != blocks.getFirst()) lines.add(indent + "and");
                write(block, indent + "  ", lines);
            }
        }
    }
}
