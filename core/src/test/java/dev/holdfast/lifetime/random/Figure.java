package dev.holdfast.lifetime.random;

import dev.holdfast.lifetime.random.Outcome.End;
import dev.holdfast.lifetime.random.Region.Thrown;
import dev.holdfast.lifetime.random.Script.Step;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A task, as the oracle imagines it: the blocks it is in, what it waits for, and how it ends.
///
/// When its turn comes it moves until it waits, stands in line again, or has ended. What is thrown unwinds one block
/// after the other; each says what is thrown on, or goes on with something else.
final class Figure {
    private final String name;
    private final int number; // of those started before it
    private final Turns turns;
    private final Region own;
    private final @Nullable Troupe troupe; // of the scope it was started in
    private final Prospect future = new Prospect(this);
    private final Deque<Block> blocks = new ArrayDeque<>();
    private Region region; // the innermost that it stands in
    private @Nullable Wait wait; // until its turn has come after that
    private @Nullable Thrown thrown; // and nobody caught it yet
    private @Nullable End end;
    private boolean begun;
    private boolean inLine;
    private int nested; // tasks that it started in its scopes
    private int verdicts;

    private record Block(Iterator<Runnable> moves, Leave leave) {}

    /// How a block ends.
    @FunctionalInterface
    interface Leave {
        /// Returns what is thrown on.
        ///
        /// @param thrown out of the block; null for nothing
        @Nullable Thrown by(@Nullable Thrown thrown);
    }

    Figure(String name, int number, Turns turns, Region around, @Nullable Troupe troupe) {
        this.name = name;
        this.number = number;
        this.turns = turns;
        this.own = around.inside(this);
        this.region = own;
        this.troupe = troupe;
    }

    String name() {
        return name;
    }

    int number() {
        return number;
    }

    Prospect future() {
        return future;
    }

    boolean hasBegun() {
        return begun;
    }

    @Nullable End end() {
        return end;
    }

    /// Returns what the next task is called that it starts in a scope.
    String nextName() {
        return name + "." + ++nested;
    }

    // ---- its turns

    void standInLine() {
        inLine = true;
        turns.add(this::act);
    }

    /// Its turn has come.
    void act() {
        inLine = false;
        if (!begun && own.isCancelled()) {
            end(cancellation());
            return;
        }
        begun = true;
        thrown = whatTheWaitThrows();
        while (end == null && wait == null && !inLine) move();
    }

    /// Who only stood in line is thrown out too if it was cancelled (rule 21).
    private @Nullable Thrown whatTheWaitThrows() {
        var over = wait;
        wait = null;
        if (over != null) return over.over();
        return region.isCancelled() ? cancellation() : null;
    }

    private void move() {
        var block = blocks.element();
        if (thrown == null && block.moves.hasNext()) {
            block.moves.next().run();
            return;
        }
        blocks.remove();
        var leaving = thrown;
        thrown = null;
        thrown = block.leave.by(leaving);
        if (blocks.isEmpty()) end(thrown);
    }

    /// Its scope hears of it first, and then those who wait for it.
    private void end(@Nullable Thrown thrown) {
        end = thrown == null ? End.WELL : thrown.end();
        own.close();
        if (troupe != null) troupe.ended(this, isFailure(thrown) ? thrown : null);
        future.settle(thrown != null && thrown.isCancellation() ? Thrown.OTHER_CANCELLED : thrown);
    }

    /// One that was cancelled meanwhile has not failed if it only tells of another's cancellation (rule 43).
    private boolean isFailure(@Nullable Thrown thrown) {
        if (thrown == null || thrown.isCancellation()) return false;
        return thrown != Thrown.OTHER_CANCELLED || !own.isCancelled();
    }

    // ---- blocks

    void begin(List<Step> steps, Consumer<Step> perform, Leave leave) {
        begin(steps.stream().map(step -> () -> perform.accept(step)), leave);
    }

    void begin(Runnable move, Leave leave) {
        begin(Stream.of(move), leave);
    }

    private void begin(Stream<Runnable> moves, Leave leave) {
        blocks.push(new Block(moves.iterator(), leave));
    }

    Region enterRegion() {
        return region = region.inside(this);
    }

    /// Returns where it stands then.
    Region leaveRegion() {
        return region = region.close();
    }

    // ---- waits

    /// What whatever may wait asks first: who was cancelled lets one turn pass, and is thrown out then (rule 21).
    boolean mayWait() {
        if (region.isCancelled()) standInLine();
        return !region.isCancelled();
    }

    void yieldNow() {
        if (mayWait()) standInLine();
    }

    void awaitCancelled() {
        if (mayWait()) await(new Wait.Beyond(this));
    }

    void await(Wait wait) {
        this.wait = wait;
    }

    /// What it would have waited for is here, or has failed.
    void meet(@Nullable Thrown failure) {
        thrown = failure;
    }

    /// Returns what it waits for; null if it does not, or was granted it.
    @Nullable Wait pending() {
        return wait != null && wait.isPending() ? wait : null;
    }

    // ---- cancellations and verdicts

    void cancel() {
        if (end == null) own.cancel();
    }

    boolean isCancelled() {
        return region.isCancelled();
    }

    /// Returns what throws it out of a wait.
    Thrown cancellation() {
        return region.thrownTo(this);
    }

    boolean standsIn(Region region) {
        return this.region == region;
    }

    /// The region was cancelled that it stands in.
    void cancelled() {
        if (wait != null) wait.cancelled();
    }

    int verdicts() {
        return verdicts;
    }

    /// The third verdict is the last.
    void strike() {
        if (++verdicts > 2) cancel();
        var struck = pending();
        if (struck != null) struck.breakOff(Thrown.DEADLOCK);
    }

    @Override
    public String toString() {
        return name;
    }
}
