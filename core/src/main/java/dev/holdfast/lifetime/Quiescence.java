package dev.holdfast.lifetime;

import dev.holdfast.carrier.Callback;
import dev.holdfast.loop.Guest;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.loop.LoopLocal;
import dev.holdfast.task.Family;
import dev.holdfast.task.Task;
import dev.holdfast.task.Tasks;
import java.lang.System.Logger.Level;
import java.util.List;

/// The verdict: when nothing that the loop counts can happen any more, and somebody still waits, that one is told.
///
/// *When.* At the one point where the loop would sleep without an end in sight: nobody stands in line, nothing has
/// arrived, no counted timer, socket, external or signal watch is left, nobody is blocked in the JDK or works off
/// the loop. All of these are counted *before* the work they stand for becomes visible, and who waits counts as
/// waiting until the very grant; so the point is exact, and nobody who can still be woken is ever judged. Other
/// threads can change nothing: they need a door that the loop opened, and none is open.
///
/// One thing can: a collection, by which a task loses its owner and is cancelled. So as long as there are such
/// tasks one is run first, those whose owner is gone are let go, and what they do is awaited.
///
/// Loops that call each other are quiet together or not at all; see [Family]. Only the opener of a group can have no
/// call out, and as nobody can call it either it is judged by itself then.
///
/// *Who.* Tasks that wait form a graph: who joins a task, awaits its future, directly or through futures made of
/// it, leaves the scope it runs in, or wants the lock it holds, waits *for* it. All others are leaves: nobody in
/// particular will ever wake them. To blame are the leaves; whoever waits for one may yet be saved by what it does
/// next.
///
/// ```
///   main ──joins──► top ──joins──► middle ──joins──► leaf ──► Promise      the verdict strikes leaf
///   a ──joins──► b ──joins──► a                                            a ring: it strikes one of the two
///   c ──joins──► d ──► cancellation                                        on purpose: nobody is struck
/// ```
///
/// *What.* [Deadlock] is thrown out of the wait of one leaf. Then the loop goes on, `finally` blocks run, locks are
/// passed on, joiners wake; and when all is quiet again whoever is left is judged afresh. Never a whole cluster at
/// once: one that catches the error and returns something else saves all above it. Who met two verdicts and waits
/// hopelessly a third time is cancelled: so it ends.
///
/// *In which order.* Who met the fewest verdicts comes first, then the youngest: a child that recovers may save its
/// elders. Nothing else depends on chance, so the same program gets the same reports.
final class Quiescence implements Guest {
    private static final System.Logger LOG = System.getLogger(Quiescence.class.getPackageName());
    private static final LoopLocal<Quiescence> ON = LoopLocal.withInitial(Quiescence::new);
    private static final int MOST_VERDICTS = 2; // then it is cancelled

    private final IOLoop loop;
    private final Tasks tasks;
    private final OwnedTasks owned;
    private final Docket docket;

    private Quiescence(IOLoop loop) {
        this.loop = loop;
        this.tasks = Tasks.of(loop);
        this.owned = OwnedTasks.on(loop);
        this.docket = new Docket(tasks);
    }

    static Quiescence of(IOLoop loop) {
        return ON.get(loop);
    }

    @Override
    public void quiescent() {
        if (!loop.awaitsOutside()) judge(List.of(this)); // no call is out or may come: whatever the family does
        var family = Family.of(loop);
        if (family != null)
            family.fallQuiet(loop, loops -> judge(loops.stream().map(ON::get).toList()));
    }

    @Override
    public void awake() {
        var family = Family.of(loop);
        if (family != null) family.wake(loop);
    }

    @Override
    public void evicted() {
        var family = Family.of(loop);
        if (family != null) family.leave(loop);
    }

    /// All of `quiet` are, and stay so meanwhile.
    private static void judge(List<Quiescence> quiet) {
        if (quiet.stream().noneMatch(each -> each.tasks.isAnyoneWaiting()) || doesACollectionWake(quiet)) return;
        var dockets = quiet.stream().map(each -> each.docket).toList();
        boolean isFirst = false;
        for (var docket : dockets) isFirst |= docket.open();
        var struck = Docket.next(dockets);
        if (struck == null) return;
        var report = isFirst ? Report.ofAll(struck, Docket.waiting(dockets)) : Report.ofOne(struck);
        ON.get(struck.loop()).strikeHere(struck, report);
    }

    /// Only while somebody has an owner: that owner may be garbage, and the end of the task what all wait for.
    private static boolean doesACollectionWake(List<Quiescence> quiet) {
        if (quiet.stream().allMatch(each -> each.owned.isEmpty())) return false;
        Collector.collect();
        boolean any = false;
        for (var each : quiet) if (each.owned.isAnyCollected()) any |= each.bring(each.owned::cancelCollected);
        return any;
    }

    private void strikeHere(Task<?> task, String report) {
        bring(() -> strike(task, report));
    }

    private boolean bring(Callback callback) {
        var family = Family.of(loop);
        return family == null
                ? loop.carrier().bring(callback)
                : family.send(loop, () -> loop.carrier().bring(callback));
    }

    /// On the loop of `task`. What it waits for may just have been granted: then it is not struck.
    private void strike(Task<?> task, String report) {
        if (!docket.isWaiting(task)) return;
        loop.carrier().complain(LOG, Level.ERROR, "Deadlock: " + report, null);
        Flight.deadlock(task, report);
        if (docket.count(task) > MOST_VERDICTS) task.cancel("it met " + MOST_VERDICTS + " deadlocks, and waits again");
        if (task.waitsFor() != null) task.breakWait(new Deadlock(report, Report.stackOf(task)));
    }

    /// Reports who waits when a run is over, though nothing can happen any more.
    void reportLost() {
        if (!loop.isQuiescent() || loop.awaitsOutside() || !tasks.isAnyoneWaiting()) return;
        docket.open();
        Docket.next(List.of(docket));
        for (var task : docket.waiting()) {
            var line = Report.line(task);
            var text = "LostTask: the run is over, and nothing could have woken " + line;
            loop.carrier().complain(LOG, Level.WARNING, text, null);
            Flight.lostTask(task, line);
        }
    }

    @Override
    public String toString() {
        return "quiescence of " + loop;
    }
}
