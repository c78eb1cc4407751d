package dev.holdfast.chain;

import org.jspecify.annotations.Nullable;

/// A member of a [Chain]: whoever waits in line is its own place in the line, so joining takes no memory and
/// leaving no search. A link stands in one chain at a time.
public abstract class Link {
    @Nullable Link before; // null while in no chain

    @Nullable Link after;

    /// A link that stands in no chain.
    protected Link() {}

    /// {@return whether this stands in a chain}
    public final boolean isLinked() {
        return before != null;
    }

    /// Leaves the chain, in constant time; does nothing if it stands in none.
    public final void unlink() {
        var left = before;
        var right = after;
        if (left == null || right == null) return;
        left.after = right;
        right.before = left;
        before = null;
        after = null;
    }
}
