package dev.holdfast.net.stream;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// A run of bytes in memory that belongs to one [ByteQueue] at a time. What that memory is, an array or a buffer of
/// a network library, is the business of each kind.
public abstract class Segment {
    @Nullable Segment next; // behind it in its queue

    /// A segment that no queue has yet.
    protected Segment() {}

    /// {@return how many bytes it has}
    public abstract int size();

    /// {@return the byte at `index`}
    ///
    /// @param index from 0, below [#size]
    public abstract byte at(int index);

    /// {@return where `value` stands first; -1 if it does not}
    ///
    /// @param value what is looked for
    /// @param from the first index to look at
    /// @param to the first index not to look at, at most [#size]
    public abstract int indexOf(byte value, int from, int to);

    /// Copies bytes out.
    ///
    /// @param from index of the first
    /// @param target where they go
    /// @param at index of the first in `target`
    /// @param count how many
    public abstract void copy(int from, byte[] target, int at, int count);

    /// {@return its bytes, without a copy} They are there until it is changed or released.
    public abstract ByteBuffer view();

    /// Forgets the first bytes.
    ///
    /// @param count how many, at most [#size]
    public abstract void drop(int count);

    /// Takes the first bytes off, without copying many.
    ///
    /// @param count how many, less than [#size]
    /// @return a segment of their own
    public abstract Segment cut(int count);

    /// {@return whether it holds on to much more memory than it has bytes}
    public boolean isSparse() {
        return false;
    }

    /// Gives its memory back, for one that was taken out of its queue. It is not touched any more.
    public void release() {}
}
