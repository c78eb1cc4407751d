package dev.holdfast.task;

import dev.holdfast.cancel.CancelScope;
import dev.holdfast.loop.Guest;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.loop.LoopLocal;
import dev.holdfast.loop.Origin;
import dev.holdfast.loop.Words;
import java.lang.System.Logger.Level;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The coroutines of one loop, and its root scope. Starting one outside of a block is the business of
/// [Coroutine#spawn]; the floors above start theirs here.
public final class Tasks implements Guest {
    private static final System.Logger LOG = System.getLogger(Tasks.class.getPackageName());
    private static final int MOST_ACCUSED = 20;
    private static final int MOST_PLACES = 100;
    static final Object ON_PURPOSE = "cancellation"; // what such a task waits for
    private static final LoopLocal<Tasks> HOME = LoopLocal.withInitial(Tasks::new);

    private final IOLoop loop;
    private final CancelScope root;
    private final Set<String> notAlone = new HashSet<>(); // places of which that was told
    private Probe probe = Probe.SILENT; // whoever was told to look, and whoever watches
    private Probe looking = Probe.SILENT;
    private Probe watching = Probe.SILENT;
    private int live; // started, and not done with ending
    private int patient; // of those that wait, waiting on purpose, to be cancelled
    private int waiting; // of those, waiting and not yet granted
    private int started;

    private Tasks(IOLoop loop) {
        this.loop = loop;
        this.root = CancelScope.root(loop);
    }

    /// {@return the tasks of `loop`}
    ///
    /// @param loop their home
    public static Tasks of(IOLoop loop) {
        return HOME.get(loop);
    }

    /// Starts a task called `name` in `scope`; its body runs in a later turn.
    ///
    /// @param <T> what `body` returns
    /// @param name for messages and thread dumps; need not be unique
    /// @param scope cancels it
    /// @param body what the task runs
    /// @return the task, which has not begun
    /// @throws IllegalStateException on a thread that is not on the loop, or after the loop was closed
    public <T extends @Nullable Object> Task<T> start(String name, CancelScope scope, Body<? extends T, ?> body) {
        return start(name, scope, body, null);
    }

    /// Starts a task called `name` in `scope`, and tells `parent` when it has ended.
    ///
    /// @param <T> what `body` returns
    /// @param name for messages and thread dumps; need not be unique
    /// @param scope cancels it
    /// @param body what the task runs
    /// @param parent null for one that nobody waits for
    /// @return the task, which has not begun
    /// @throws IllegalStateException on a thread that is not on the loop, or after the loop was closed
    public <T extends @Nullable Object> Task<T> start(
            String name, CancelScope scope, Body<? extends T, ?> body, Task.@Nullable Parent parent) {
        loop.checkDoor(this);
        live++;
        var task = new Task<T>(this, name, scope, body, parent, Origin.ofNewOn(loop, started++));
        probe.started(task);
        loop.carrier().start(task, name);
        return task;
    }

    /// {@return the scope around everything that [Coroutine#spawn] starts on this loop}
    public CancelScope root() {
        return root;
    }

    /// {@return the tasks that have not ended, in the order they were started}
    public List<Task<?>> live() {
        return loop.carrier().strands().stream()
                .filter(Task.class::isInstance)
                .<Task<?>>map(strand -> (Task<?>) strand)
                .filter(task -> !task.hasEnded())
                .toList();
    }

    /// {@return how many have not ended}
    public int size() {
        return live;
    }

    /// {@return how many of them wait, on purpose or not, and are not yet granted}
    public int waiting() {
        return waiting;
    }

    /// From now on `probe` is told what the tasks do.
    ///
    /// @param probe takes the place of the one before; [Probe#SILENT] for none
    public void probe(Probe probe) {
        looking = probe;
        this.probe = Probe.both(looking, watching);
    }

    /// For the floors above: from now on `watch` is told too, after the probe.
    ///
    /// @param watch takes the place of the one before; [Probe#SILENT] for none
    public void watch(Probe watch) {
        watching = watch;
        probe = Probe.both(looking, watching);
    }

    /// {@return whether somebody waits who does not do so on purpose}
    public boolean isAnyoneWaiting() {
        return waiting > patient;
    }

    /// {@return whether a task runs, stands in line or is blocked in the JDK}
    @Override
    public boolean isBusy() {
        return live > waiting;
    }

    @Override
    public boolean isPatient() {
        return patient > 0;
    }

    @Override
    public boolean isLeft() {
        return live > 0;
    }

    @Override
    public void leave() {
        root.cancel("the loop is closed");
    }

    @Override
    public void evicted() {
        accuse("refuses to end although " + loop + " is closed");
    }

    /// Logs of each task that has not ended what it is doing, and where, and `charge`: what is wrong with that. Any
    /// thread may call it.
    ///
    /// @param charge completes the sentence: `refuses to end`
    public void accuse(String charge) {
        var refusing = live();
        for (var task : refusing.subList(0, Math.min(MOST_ACCUSED, refusing.size()))) {
            complain(Level.ERROR, task.describe() + " " + charge + stackOf(task));
        }
        int others = refusing.size() - MOST_ACCUSED;
        if (others > 0) complain(Level.ERROR, others + " more tasks of " + loop + ": " + charge);
    }

    private void complain(Level level, String text) {
        loop.carrier().complain(LOG, level, text, null);
    }

    private static String stackOf(Task<?> task) {
        var thread = task.thread();
        if (thread == null) return "";
        return Arrays.stream(thread.getStackTrace())
                .map(frame -> "\n\tat " + frame)
                .collect(Collectors.joining());
    }

    IOLoop loop() {
        return loop;
    }

    int started() {
        return started;
    }

    /// A call of the JDK's blocked `task` where it wanted to be alone; told once for each such place.
    void wasNotAlone(Task<?> task) {
        var place = String.valueOf(Origin.here());
        if (notAlone.size() == MOST_PLACES || !notAlone.add(place)) return;
        complain(
                Level.WARNING,
                Words.of(task) + " let others run inside of alone(…), because a call of the JDK's blocked it, at "
                        + place);
    }

    /// Waits for what only a cancellation ends.
    void waitOnPurpose() {
        patient++;
        try {
            Task.suspend(ON_PURPOSE, _ -> {});
        } finally {
            patient--;
        }
    }

    void parked(Task<?> task, Object where) {
        waiting++;
        probe.parked(task, where);
    }

    void granted(Task<?> task) {
        waiting--;
        probe.granted(task);
    }

    void finished(Task<?> task) {
        probe.finished(task);
    }

    void left() {
        live--;
    }

    @Override
    public String toString() {
        return "tasks";
    }
}
