package dev.holdfast.inspect;

import dev.holdfast.loop.Words;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Loops and what stands in them, as text: a line for each scope and each task, inside each other.
///
/// ```
/// IOLoop[main]: 4 tasks, 3 waiting; 1 ready, 1 timer, 1 external: sensor
///   Task[main] waiting 12.4 s on TaskScope[main], at Spider.main(Spider.java:14)
///     TaskScope[main]
///       Task[reader] waiting 12.4 s on Queue[0/8] "jobs", at Spider.read(Spider.java:40), holds Lock[pages]
///       Task[writer] waiting 3.0 s on Lock[pages] of Task[reader], at Spider.write(Spider.java:51)
///       Task[parser] ready
/// ```
///
/// Of tasks side by side that do the same at the same line the first [#ALIKE] are shown, and the others counted; who
/// does something else is always shown. No name can break a line.
public final class TaskTree {
    /// So many of a kind are shown side by side.
    public static final int ALIKE = 10;

    private static final int MOST_FRAMES = 30; // of a stack

    private final StringBuilder text = new StringBuilder();

    private TaskTree() {}

    /// {@return `loops` in words, without a line break at the end}
    ///
    /// @param loops what [Inspector#snapshot()] returned, say
    public static String of(Collection<? extends LoopInfo> loops) {
        if (loops.isEmpty()) return "no loop is open";
        var tree = new TaskTree();
        loops.forEach(tree::loop);
        return tree.text.toString().stripTrailing();
    }

    /// {@return `loop` in words, without a line break at the end}
    ///
    /// @param loop what [Inspector#snapshot(dev.holdfast.loop.IOLoop)] returned, say
    public static String of(LoopInfo loop) {
        return of(List.of(loop));
    }

    private void loop(LoopInfo loop) {
        var name = Words.of(loop.name());
        switch (loop) {
            case LoopInfo.Answered answered -> {
                line(0, name + ": " + work(answered));
                branches(1, answered.root().inside(), answered.root().hidden());
            }
            case LoopInfo.Busy busy -> {
                line(0, name + " does not answer; " + Words.of(busy.holder()) + " holds it:");
                stack(busy.stack());
                names(busy.tasks());
            }
            case LoopInfo.Resting resting -> {
                line(0, name + " does not run; " + Words.count(resting.tasks().size(), "task"));
                names(resting.tasks());
            }
            case LoopInfo.Closed _ -> line(0, name + " is closed");
        }
    }

    private static String work(LoopInfo.Answered loop) {
        var externals = loop.externals();
        return Words.count(loop.tasks(), "task") + ", " + loop.waiting() + " waiting; " + loop.ready() + " ready, "
                + Words.count(loop.timers(), "timer") + ", " + Words.count(externals.size(), "external")
                + (externals.isEmpty() ? "" : ": " + Words.list(externals));
    }

    private void stack(List<StackTraceElement> stack) {
        for (var frame : stack.subList(0, Math.min(MOST_FRAMES, stack.size()))) line(2, "at " + frame);
        if (stack.size() > MOST_FRAMES) line(2, "… and " + (stack.size() - MOST_FRAMES) + " more");
    }

    private void names(List<String> tasks) {
        for (var name : tasks.subList(0, Math.min(ALIKE, tasks.size()))) line(1, named(name));
        if (tasks.size() > ALIKE) line(1, "… and " + (tasks.size() - ALIKE) + " more");
    }

    private void branches(int depth, List<Branch> branches, int hidden) {
        var alike = new LinkedHashMap<String, Integer>(); // how many do what, where
        for (var branch : branches) {
            if (!(branch instanceof TaskInfo task)
                    || isSpecial(task)
                    || alike.merge(doing(task), 1, Integer::sum) <= ALIKE) branch(depth, branch);
        }
        alike.forEach((doing, number) -> {
            if (number > ALIKE) line(depth, "… and " + (number - ALIKE) + " more " + doing);
        });
        if (hidden > 0) line(depth, "… and " + hidden + " more, not looked at");
    }

    private static boolean isSpecial(TaskInfo task) {
        return !task.inside().isEmpty() || !task.holds().isEmpty() || task.cancelled() != null || task.hidden() > 0;
    }

    private static String doing(TaskInfo task) {
        return task.state().name().toLowerCase(Locale.ROOT) + (task.at() == null ? "" : ", at " + task.at());
    }

    private void branch(int depth, Branch branch) {
        line(
                depth,
                switch (branch) {
                    case ScopeInfo scope -> scope.name() + reason(scope.cancelled());
                    case TaskInfo task -> story(task);
                });
        branches(depth + 1, branch.inside(), branch.hidden());
    }

    private static String story(TaskInfo task) {
        var story = new StringBuilder(named(task.name()));
        story.append(' ').append(task.state().name().toLowerCase(Locale.ROOT));
        if (task.waitsFor() != null)
            story.append(' ').append(seconds(task)).append(" on ").append(task.waitsFor());
        if (task.at() != null) story.append(", at ").append(task.at());
        if (task.startedAt() != null) story.append(", started at ").append(task.startedAt());
        if (!task.holds().isEmpty()) story.append(", holds ").append(Words.list(task.holds()));
        return story.append(reason(task.cancelled())).toString();
    }

    private static String seconds(TaskInfo task) {
        return String.format(Locale.ROOT, "%.1f s", task.waited().toNanos() / 1e9);
    }

    private static String reason(@Nullable String cancelled) {
        return cancelled == null ? "" : ", cancelled: " + cancelled;
    }

    private static String named(String task) {
        return Words.of("Task[" + task + "]");
    }

    private void line(int depth, String line) {
        text.append("  ".repeat(depth)).append(line).append('\n');
    }
}
