package dev.holdfast.lifetime;

import static java.util.Objects.requireNonNull;

import dev.holdfast.scope.TaskScope;
import dev.holdfast.task.Probe;
import dev.holdfast.task.Task;
import dev.holdfast.task.Tasks;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/// Who waits, and for whom: kept from one verdict to the next, so that a hundred thousand verdicts in a row need
/// not look at everybody a hundred thousand times.
///
/// Of each task that waits it knows one task without which that wait cannot end, its *blocker*, or that there is
/// none: then it is a *leaf*. One is enough: as long as the blocker lives the task is no leaf, and when it has
/// ended the task is looked at again. So each change costs little, and the oldest case is never opened twice
/// without need.
///
/// While it is open it watches who begins to wait and who ends. When so much has changed that it would be cheaper
/// to begin anew it is thrown away; a loop on which nobody is stuck has none and pays nothing.
final class Docket implements Probe {
    private static final int FEW = 1_000; // changes that do not matter
    private static final Comparator<Case> IN_TURN = Comparator.comparingInt(Case::verdicts)
            .thenComparing(Comparator.comparingLong(Case::age).reversed());
    private static final Comparator<Case> IN_RING =
            Comparator.comparing(Docket::guardsChildren).thenComparing(IN_TURN);

    private final Tasks tasks;
    private final Map<Task<?>, Integer> verdicts = new WeakHashMap<>(); // that each has met
    private final Map<Task<?>, Case> cases = new LinkedHashMap<>(); // those who wait, as far as looked at
    private final PriorityQueue<Case> leaves = new PriorityQueue<>(IN_TURN);
    private final Map<Task<?>, List<Task<?>>> followers = new HashMap<>(); // who was found to wait for whom
    private final Set<Task<?>> abroad = new LinkedHashSet<>(); // followed, on other loops: whose end nobody tells
    private final Set<Task<?>> unseen = new LinkedHashSet<>(); // to be looked at
    private boolean isOpen;
    private int changes; // since it was opened

    /// One who waits. Its age is the number of its thread: the JDK numbers them as they are made.
    private record Case(Task<?> task, int verdicts, long age) {}

    Docket(Tasks tasks) {
        this.tasks = tasks;
    }

    /// Opens it, unless it is open. Returns false if it was.
    boolean open() {
        if (isOpen) return false;
        isOpen = true;
        unseen.addAll(tasks.live());
        tasks.watch(this);
        return true;
    }

    private void throwAway() {
        isOpen = false;
        changes = 0;
        tasks.watch(Probe.SILENT);
        cases.clear();
        leaves.clear();
        followers.clear();
        abroad.clear();
        unseen.clear();
    }

    /// Returns whose turn it is to meet a verdict: of the leaves the one that has met the fewest, then the
    /// youngest; if there are none, one of those who wait for each other in a ring. Null if all that wait do so on
    /// purpose, or for one that does.
    ///
    /// @param all of loops that are judged together, and open
    static @Nullable Task<?> next(List<Docket> all) {
        return all.stream()
                .map(Docket::nextLeaf)
                .filter(Objects::nonNull)
                .min(IN_TURN)
                .or(() -> findRing(all).stream().min(IN_RING))
                .map(Case::task)
                .orElse(null);
    }

    private @Nullable Case nextLeaf() {
        for (var task : List.copyOf(abroad)) if (task.hasEnded()) leftBy(task);
        unseen.forEach(this::look);
        unseen.clear();
        for (Case leaf; (leaf = leaves.peek()) != null; leaves.poll()) {
            if (cases.get(leaf.task) == leaf) return leaf;
        }
        return null;
    }

    /// Who waits for the end of a scope must not be thrown out of it and leave the scope's tasks behind, if anybody
    /// else can be.
    private static boolean guardsChildren(Case waiting) {
        return waiting.task.waitsFor() instanceof TaskScope;
    }

    /// Returns how many verdicts `task` has met, this one included.
    int count(Task<?> task) {
        return verdicts.merge(task, 1, Integer::sum);
    }

    /// Returns whether `task` has waited without a break since it was looked at.
    boolean isWaiting(Task<?> task) {
        return cases.containsKey(task);
    }

    /// Returns all who wait, and not on purpose.
    Collection<Task<?>> waiting() {
        return cases.keySet();
    }

    /// Returns all who wait, and not on purpose, of several loops.
    static Collection<Task<?>> waiting(List<Docket> all) {
        if (all.size() == 1) return all.getFirst().waiting();
        return all.stream().flatMap(docket -> docket.waiting().stream()).toList();
    }

    private void look(Task<?> task) {
        if (task.waitsFor() == null || task.waitsOnPurpose()) return;
        var thread = task.thread();
        var found = new Case(task, verdicts.getOrDefault(task, 0), thread == null ? 0 : thread.threadId());
        cases.put(task, found);
        var blocker = task.blocker();
        if (blocker == null) leaves.add(found);
        else followers.computeIfAbsent(blocker, _ -> new ArrayList<>()).add(task);
        if (blocker != null && blocker.loop() != task.loop()) abroad.add(blocker);
    }

    /// Whoever waited for `blocker`, which has ended, may wait for somebody else now, or for nobody.
    private void leftBy(Task<?> blocker) {
        abroad.remove(blocker);
        var waiting = followers.remove(blocker);
        if (waiting != null) unseen.addAll(waiting);
    }

    /// Returns those of whom each waits for the next, and the last for the first; none if there are none.
    private static List<Case> findRing(List<Docket> all) {
        var seen = new HashMap<Task<?>, Task<?>>(); // and on which walk
        for (var start : waiting(all)) {
            Task<?> next = start;
            while (next != null && caseOf(next, all) != null && seen.putIfAbsent(next, start) == null)
                next = next.blocker();
            if (next != null && seen.get(next) == start)
                return ringOf(next).stream()
                        .map(task -> requireNonNull(caseOf(task, all)))
                        .toList();
        }
        return List.of();
    }

    private static @Nullable Case caseOf(Task<?> task, List<Docket> all) {
        for (var docket : all) {
            var found = docket.cases.get(task);
            if (found != null) return found;
        }
        return null;
    }

    /// Returns the ring that `member` stands in.
    static List<Task<?>> ringOf(Task<?> member) {
        var ring = new ArrayList<Task<?>>();
        Task<?> next = member;
        do {
            ring.add(next);
            next = next.blocker();
        } while (next != null && next != member);
        return ring;
    }

    @Override
    public void parked(Task<?> task, Object where) {
        unseen.add(task);
        changed();
    }

    @Override
    public void granted(Task<?> task) {
        cases.remove(task);
        unseen.remove(task);
        changed();
    }

    @Override
    public void finished(Task<?> task) {
        leftBy(task);
        changed();
    }

    private void changed() {
        if (++changes > FEW + 4 * cases.size()) throwAway();
    }
}
