package dev.holdfast.cancel;

import dev.holdfast.chain.Chain;
import dev.holdfast.chain.Link;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A node in the tree of cancellation. It knows nothing of tasks, only of what can be undone: whoever lives in a
/// scope stands there as its occupant and is told to abort what it waits for. Cancelling is sticky: once cancelled,
/// a scope stays so until it ends (rule 21).
///
/// ```
///   main ─────────── occupant: Task[main], waiting for the two below
///    └─ limit 30 s ─ occupant: Task[main]
///        └─ scope ── occupant: Task[main]
///            ├─ a ── occupant: Task[a], waiting on a lock
///            └─ b ── occupant: Task[b], waiting on a queue
///                └─ shield ─ occupant: Task[b]; nothing from above goes in here
/// ```
///
/// A cancellation runs down the tree from the scope it was asked of. Each scope below learns whose it was, so that
/// what is thrown in `a` can say "limit 30 s" and only the block of that limit takes it as its own. Where two meet,
/// the outer one wins (rule 49): it would go on to cancel what the inner one's block does next anyway.
///
/// The subtree is marked from above, scope by scope, and each occupant is told as its scope is marked; an occupant
/// looks at the scope it stands in *now*, which may lie deeper, behind a shield. Nothing of the user's runs while
/// the tree is walked: an aborted task only joins the loop's line.
public final class CancelScope extends Link {
    /// Whoever lives in a scope.
    @FunctionalInterface
    public interface Occupant {
        /// Gives up what it waits for, if its scope is cancelled and it waits. Must not throw.
        void abort();
    }

    private final Object owner; // names this scope
    private final boolean shield; // the parent's cancellation stops here
    private @Nullable Chain<CancelScope> inner; // made by the first
    private @Nullable Occupant occupant;
    private @Nullable Cancellation cancellation; // of this scope or the outermost around it
    private boolean felt; // somebody was thrown out of a wait by what was asked of this scope
    private boolean failureThrown; // its occupant was thrown the failure that ended it

    /// What ended a scope.
    private record Cancellation(
            CancelScope scope, String reason, @Nullable Throwable failure) {}

    private CancelScope(Object owner, @Nullable CancelScope parent, boolean shield) {
        this.owner = owner;
        this.shield = shield;
        if (parent == null) return;
        if (parent.inner == null) parent.inner = new Chain<>();
        parent.inner.add(this);
        if (!shield) cancellation = parent.cancellation;
    }

    /// {@return a scope with nothing around it}
    ///
    /// @param owner its `toString` is what messages call the scope
    public static CancelScope root(Object owner) {
        return new CancelScope(owner, null, false);
    }

    /// {@return a scope inside this one: cancelled with it, and cancelled from the start if this one is}
    ///
    /// @param owner its `toString` is what messages call the scope
    public CancelScope inside(Object owner) {
        return new CancelScope(owner, this, false);
    }

    /// {@return a scope inside this one which this one's cancellation does not reach}
    ///
    /// @param owner its `toString` is what messages call the scope
    public CancelScope shieldInside(Object owner) {
        return new CancelScope(owner, this, true);
    }

    /// Says who lives here.
    ///
    /// @param occupant null when it leaves
    public void occupy(@Nullable Occupant occupant) {
        this.occupant = occupant;
    }

    /// {@return whether this scope or one around it was cancelled}
    public boolean isCancelled() {
        return cancellation != null;
    }

    /// {@return whether it was this scope's own cancellation, and not one from around it, that holds here}
    public boolean isCancelledItself() {
        return cancellation != null && cancellation.scope == this;
    }

    /// {@return whether this scope's own cancellation threw somebody out of a wait, before one from around took its
    /// place, if one did}
    public boolean wasFelt() {
        return felt;
    }

    /// {@return whether this scope's occupant was thrown the failure that cancelled it}
    public boolean wasFailureThrown() {
        return failureThrown;
    }

    /// Cancels everything in this scope and below, but for what is behind a shield.
    ///
    /// @param reason in words, for [Cancelled#reason]
    /// @return false if it was cancelled before
    public boolean cancel(String reason) {
        return cancel(reason, null);
    }

    /// Cancels everything in this scope and below, like [#cancel(String)], because of `failure`: this scope's
    /// occupant is thrown `failure` itself out of its next wait, everybody else a [Cancelled] caused by it.
    ///
    /// @param reason in words, for [Cancelled#reason]
    /// @param failure null if it did not come of one
    /// @return false if it was cancelled before
    public boolean cancel(String reason, @Nullable Throwable failure) {
        Objects.requireNonNull(reason, "reason");
        if (cancellation != null) return false;
        spread(new Cancellation(this, reason, failure));
        return true;
    }

    /// Throws if this scope is cancelled.
    ///
    /// @throws Cancelled naming the scope that was cancelled and the reason
    public void check() {
        if (cancellation != null) throw cancelled(cancellation);
    }

    /// {@return what `occupant` is to be thrown out of its wait} The scope whose cancellation that is notes that it
    /// was felt.
    ///
    /// @param occupant lives in this scope or in one inside it
    /// @throws IllegalStateException if this scope is not cancelled
    public Throwable thrownTo(Occupant occupant) {
        var cancellation = this.cancellation;
        if (cancellation == null) throw new IllegalStateException(this + " is not cancelled");
        var home = cancellation.scope;
        if (cancellation.failure == null || home.failureThrown || home.occupant != occupant) {
            return cancelled(cancellation);
        }
        home.failureThrown = true;
        home.felt = true;
        return cancellation.failure;
    }

    /// Ends this scope: its parent forgets it. Does nothing the second time.
    public void close() {
        unlink();
        occupant = null;
    }

    /// Walks with a stack of its own: scopes may lie inside each other deeper than calls may.
    private void spread(Cancellation cancellation) {
        var next = new ArrayDeque<CancelScope>();
        for (CancelScope scope = this; scope != null; scope = next.poll()) {
            scope.cancellation = cancellation;
            if (scope.occupant != null) scope.occupant.abort();
            if (scope.inner == null) continue;
            for (var below : scope.inner.snapshot().reversed()) {
                if (!below.shield) next.push(below);
            }
        }
    }

    private static Cancelled cancelled(Cancellation cancellation) {
        cancellation.scope.felt = true;
        return new Cancelled(cancellation.scope, cancellation.reason, cancellation.failure);
    }

    /// {@return whoever made it, after whom it is named}
    public Object owner() {
        return owner;
    }

    /// {@return the scopes inside this one, in the order in which they were made}
    public List<CancelScope> inner() {
        return inner == null ? List.of() : inner.snapshot();
    }

    /// {@return why this scope was cancelled, if it was this one itself and none around it; else null}
    public @Nullable String reason() {
        return cancellation != null && cancellation.scope == this ? cancellation.reason : null;
    }

    /// {@return the name of whoever made it}
    @Override
    public String toString() {
        return owner.toString();
    }
}
