package dev.holdfast.lifetime;

import dev.holdfast.loop.Origin;
import dev.holdfast.loop.Words;
import dev.holdfast.task.Holding;
import dev.holdfast.task.Task;
import dev.holdfast.task.WaitsFor;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/// A verdict in words: who can never be woken, and who waits for whom. One line for each; of very many, the first
/// [#MOST].
///
/// ```
/// nothing can wake Task[main] any more (0 ready, 0 timers, 0 I/O, 0 externals)
///   Task[main] waiting 0.0 s on Promise, at Stuck.main(Stuck.java:15)
///   Task[reader-2] waiting 12.4 s on Queue[0/8] "jobs", at Spider.read(Spider.java:40), holds Lock[pages]
///   cycle: Task[a] joins Task[b] joins Task[a]
/// ```
final class Report {
    /// So many tasks are shown at most.
    static final int MOST = 20;

    private Report() {}

    /// Returns the report of a verdict that strikes `struck` while all of `waiting` are stuck.
    static String ofAll(Task<?> struck, Collection<Task<?>> waiting) {
        var shown = chainFrom(struck, waiting);
        for (var task : waiting) {
            if (shown.size() >= MOST) break;
            shown.add(task);
        }
        return text(struck, shown, waiting.size());
    }

    /// Returns the report of a verdict that follows another: the rest was shown there.
    static String ofOne(Task<?> struck) {
        return text(struck, Set.of(struck), 1);
    }

    private static String text(Task<?> struck, Collection<Task<?>> shown, int all) {
        var text = new StringBuilder(
                "nothing can wake " + Words.of(struck) + " any more (0 ready, 0 timers, 0 I/O, 0 externals)");
        for (var task : shown) text.append("\n  ").append(line(task));
        if (all > shown.size())
            text.append("\n  … and ").append(all - shown.size()).append(" more");
        if (struck.blocker() != null) text.append("\n  cycle: ").append(ring(struck));
        return text.toString();
    }

    /// Who is struck, and then those who wait for it, from one to the next: as far as the eye follows.
    private static Set<Task<?>> chainFrom(Task<?> struck, Collection<Task<?>> waiting) {
        var chain = new LinkedHashSet<Task<?>>();
        chain.add(struck);
        if (struck.blocker() != null)
            chain.addAll(Docket.ringOf(struck).stream().limit(MOST).toList());
        if (waiting.size() > MOST) return chain;
        for (int before = 0; before < chain.size() && chain.size() < MOST; ) {
            before = chain.size();
            for (var task : waiting) if (chain.contains(task.blocker())) chain.add(task);
        }
        return chain;
    }

    /// Returns what is to be said of one task that waits.
    static String line(Task<?> task) {
        var line = new StringBuilder(Words.of(task));
        var where = task.waitsFor();
        line.append(" waiting ").append(seconds(task));
        if (where != null) line.append(" on ").append(Words.of(where));
        var made = WaitsFor.originOf(where);
        if (made != null) line.append(", made at ").append(made);
        var site = Origin.of(stackOf(task));
        if (site != null) line.append(", at ").append(site);
        if (task.origin() != null) line.append(", started at ").append(task.origin());
        var holdings = task.holdings();
        if (!holdings.isEmpty()) line.append(", holds ").append(named(holdings));
        return line.toString();
    }

    private static String seconds(Task<?> task) {
        return String.format(Locale.ROOT, "%.1f s", task.waitedFor().toNanos() / 1e9);
    }

    private static String named(List<Holding> holdings) {
        return holdings.stream().limit(MOST).map(Words::of).collect(Collectors.joining(", "))
                + (holdings.size() > MOST ? ", …" : "");
    }

    private static String ring(Task<?> member) {
        var ring = Docket.ringOf(member);
        var text = new StringBuilder();
        for (var task : ring.subList(0, Math.min(MOST, ring.size()))) {
            text.append(Words.of(task)).append(verb(task));
        }
        if (ring.size() > MOST) text.append("… ").append(ring.size() - MOST).append(" more … joins ");
        return text.append(Words.of(member)).toString();
    }

    private static String verb(Task<?> task) {
        var where = task.waitsFor();
        return where instanceof WaitsFor known && known.isHeld() ? " wants " + Words.of(where) + " of " : " joins ";
    }

    /// Returns where `task`, which is parked, stands: from the line on that waits.
    static StackTraceElement[] stackOf(Task<?> task) {
        var thread = task.thread();
        if (thread == null) return new StackTraceElement[0];
        var stack = thread.getStackTrace();
        int top = 0;
        while (top < stack.length && isBelowTasks(stack[top])) top++;
        return List.of(stack).subList(top, stack.length).toArray(StackTraceElement[]::new);
    }

    private static boolean isBelowTasks(StackTraceElement frame) {
        return "java.base".equals(frame.getModuleName()) || frame.getClassName().startsWith("dev.holdfast.carrier.");
    }
}
