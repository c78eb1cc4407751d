package dev.holdfast.chain;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Links in a row, first come first: everything but looking at all of them takes constant time.
///
/// @param <L> what stands in it
public final class Chain<L extends Link> extends Link { // its own sentinel: before the first and after the last

    /// An empty chain.
    public Chain() {
        before = this;
        after = this;
    }

    /// {@return whether nobody stands in it}
    public boolean isEmpty() {
        return after == this;
    }

    /// Puts `link` at the end.
    ///
    /// @param link stands nowhere yet
    /// @throws IllegalStateException if it stands in a chain already
    public void add(L link) {
        insert(link, this);
    }

    /// Puts `link` at the front.
    ///
    /// @param link stands nowhere yet
    /// @throws IllegalStateException if it stands in a chain already
    public void addFirst(L link) {
        insert(link, after(this));
    }

    /// {@return the first, or null if nobody stands in it}
    public @Nullable L first() {
        return isEmpty() ? null : member(after(this));
    }

    /// Takes the first out.
    ///
    /// @return the first; null if nobody stands in it
    public @Nullable L removeFirst() {
        var first = first();
        if (first != null) first.unlink();
        return first;
    }

    /// {@return a copy: those who stand in it now, first come first}
    public List<L> snapshot() {
        var members = new ArrayList<L>();
        for (var link = after(this); link != this; link = after(link)) members.add(member(link));
        return members;
    }

    private static void insert(Link link, Link next) {
        if (link.isLinked()) throw new IllegalStateException("already in a chain: " + link);
        var previous = before(next);
        link.before = previous;
        link.after = next;
        previous.after = link;
        next.before = link;
    }

    @SuppressWarnings("unchecked") // only add and addFirst put links in, and they take L
    private L member(Link link) {
        return (L) link;
    }

    @SuppressWarnings("NullAway") // in a chain both neighbours are there
    private static Link after(Link link) {
        return link.after;
    }

    @SuppressWarnings("NullAway") // in a chain both neighbours are there
    private static Link before(Link link) {
        return link.before;
    }
}
