package dev.holdfast.net.stream;

import static java.util.Objects.requireNonNull;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Bytes on their way: put in at one end, taken out at the other, and not copied in between if that can be helped.
///
/// They lie in segments, runs of bytes in memory, each of which belongs to one queue at a time:
///
/// ```
///   head                              tail
///   ┌────┬─────────┐   ┌─────────┐   ┌─────────┬──────┐
///   │gone│  bytes  ├──►│  bytes  ├──►│  bytes  │ room │
///   └────┴─────────┘   └─────────┘   └─────────┴──────┘
/// ```
///
/// *Moving* hands segments from one queue to another, however large they are. So bytes that go from a network
/// buffer through a program and out again are never copied.
///
/// *Few bytes* are copied all the same. A peer that sends one byte at a time would otherwise cost a segment for
/// each, and a network buffer. Up to [#FEW] go into the room at the end; if there is too little, a segment is made
/// that has as much room as there are bytes in the queue, but no more than [#LARGEST]. So a queue of many small
/// pieces takes at most about twice the memory of its bytes, an empty one takes none, and the first piece, which is
/// often all there is, gets a segment of its very size: when it is taken out whole, its array is given away without
/// another copy.
///
/// *Searching* is the business of [Search], which goes on where it stopped, so that reading up to something looks
/// at each byte once, whatever the pieces in which they came.
///
/// *Whose memory.* A segment may stand for memory that is not the collector's. Who takes bytes out need not care.
/// But a queue that is let go of with bytes in it must be cleared before, or a network buffer is lost.
///
/// It is nobody's in particular, and no thread's: for one at a time.
public final class ByteQueue {
    private static final int FEW = 2 * 1024; // bytes, up to which copying is cheaper than keeping a buffer for them
    private static final int LARGEST = 8 * 1024; // room of a segment that is made for more to come

    private @Nullable Segment head;
    private @Nullable Segment tail;
    private long size;

    /// An empty one.
    public ByteQueue() {}

    /// {@return how many bytes are in it}
    public long size() {
        return size;
    }

    /// {@return whether there are none}
    public boolean isEmpty() {
        return size == 0;
    }

    // ---- putting in

    /// Adds a copy of `bytes`.
    ///
    /// @param bytes may be changed afterwards
    public void add(byte[] bytes) {
        add(bytes, 0, bytes.length);
    }

    /// Adds a copy of a part of `bytes`.
    ///
    /// @param bytes may be changed afterwards
    /// @param from index of the first
    /// @param count how many
    /// @throws IndexOutOfBoundsException if `bytes` has not so many
    public void add(byte[] bytes, int from, int count) {
        Objects.checkFromIndexSize(from, count, bytes.length);
        if (count == 0) return;
        if (count > FEW || size == 0) link(HeapSegment.copyOf(bytes, from, count));
        else roomFor(count).append(bytes, from, count);
        size += count;
    }

    /// Adds a segment, which belongs to this queue from now on.
    ///
    /// @param segment in no other queue
    public void add(Segment segment) {
        int count = segment.size();
        boolean isLarge = count > FEW && !segment.isSparse();
        boolean isFirst = size == 0 && count > 0 && segment instanceof HeapSegment;
        if (isLarge || isFirst) {
            link(segment);
        } else {
            if (count > 0) roomFor(count).append(segment);
            segment.release();
        }
        size += count;
    }

    private HeapSegment roomFor(int count) {
        if (tail instanceof HeapSegment last && last.room() >= count) return last;
        var made = new HeapSegment(count > FEW ? count : Math.max(count, (int) Math.min(size, LARGEST)));
        link(made);
        return made;
    }

    private void link(Segment segment) {
        segment.next = null;
        if (tail == null) head = segment;
        else tail.next = segment;
        tail = segment;
    }

    // ---- taking out

    /// Moves everything to the end of `target`.
    ///
    /// @param target another queue
    public void moveTo(ByteQueue target) {
        if (target == this) throw new IllegalArgumentException("a queue cannot be moved to itself: " + this);
        if (target.size == 0) {
            target.head = head;
            target.tail = tail;
            target.size = size;
            forget();
        } else {
            while (head != null) target.add(requireNonNull(removeFirst()));
        }
    }

    /// Moves the first bytes to the end of `target`.
    ///
    /// @param target another queue
    /// @param count how many
    /// @throws IllegalArgumentException if there are not so many
    public void moveTo(ByteQueue target, long count) {
        checkCount(count);
        if (count == size) {
            moveTo(target);
            return;
        }
        for (long left = count; left > 0; ) {
            var first = requireNonNull(head);
            if (first.size() > left) {
                target.add(first.cut((int) left));
                size -= left;
                return;
            }
            left -= first.size();
            target.add(requireNonNull(removeFirst()));
        }
    }

    /// Takes the first bytes out.
    ///
    /// @param count how many
    /// @return an array that is the caller's
    /// @throws IllegalArgumentException if there are not so many
    public byte[] take(int count) {
        checkCount(count);
        if (head instanceof HeapSegment first && first.size() == count && first.isWhole()) {
            removeFirst();
            return first.array();
        }
        var bytes = peek(count);
        skip(count);
        return bytes;
    }

    /// {@return a copy of the first bytes, which stay}
    ///
    /// @param count how many
    /// @throws IllegalArgumentException if there are not so many
    public byte[] peek(int count) {
        checkCount(count);
        var bytes = new byte[count];
        int at = 0;
        for (var segment = head; at < count && segment != null; segment = segment.next) {
            int part = Math.min(segment.size(), count - at);
            segment.copy(0, bytes, at, part);
            at += part;
        }
        return bytes;
    }

    /// Throws the first bytes away.
    ///
    /// @param count how many
    /// @throws IllegalArgumentException if there are not so many
    public void skip(long count) {
        checkCount(count);
        for (long left = count; left > 0; ) {
            var first = requireNonNull(head);
            if (first.size() > left) {
                first.drop((int) left);
                size -= left;
                return;
            }
            left -= first.size();
            requireNonNull(removeFirst()).release();
        }
    }

    /// {@return the first segment, which belongs to the caller from now on; null if there is none}
    public @Nullable Segment removeFirst() {
        var first = head;
        if (first == null) return null;
        head = first.next;
        if (head == null) tail = null;
        first.next = null;
        size -= first.size();
        return first;
    }

    /// Throws everything away.
    public void clear() {
        for (Segment first; (first = removeFirst()) != null; ) first.release();
    }

    private void forget() {
        head = tail = null;
        size = 0;
    }

    private void checkCount(long count) {
        if (count < 0 || count > size) throw new IllegalArgumentException("not between 0 and " + size + ": " + count);
    }

    @Nullable Segment head() {
        return head;
    }

    /// {@return its kind and size: `ByteQueue[12]`}
    @Override
    public String toString() {
        return "ByteQueue[" + size + "]";
    }
}
