package dev.holdfast.net.stream;

import java.nio.ByteBuffer;
import java.util.Arrays;

/// Bytes in an array, and perhaps room behind them for more.
final class HeapSegment extends Segment {
    private static final int FEW = 1024; // copied rather than shared

    private final byte[] array;
    private int from; // the first byte
    private int to; // behind the last byte
    private int end; // behind the room; another segment may have what lies beyond
    private boolean shared; // another segment has a part of the array

    private HeapSegment(byte[] array, int from, int to, int end) {
        this.array = array;
        this.from = from;
        this.to = to;
        this.end = end;
    }

    /// Room for `capacity` bytes.
    HeapSegment(int capacity) {
        this(new byte[capacity], 0, 0, capacity);
    }

    /// A copy of a part of `bytes`, and no room behind it.
    static HeapSegment copyOf(byte[] bytes, int from, int count) {
        return new HeapSegment(Arrays.copyOfRange(bytes, from, from + count), 0, count, count);
    }

    int room() {
        return end - to;
    }

    /// Appends a copy of bytes, for which there is room.
    void append(byte[] bytes, int from, int count) {
        System.arraycopy(bytes, from, array, to, count);
        to += count;
    }

    /// Appends a copy of all of `segment`, for which there is room.
    void append(Segment segment) {
        int count = segment.size();
        segment.copy(0, array, to, count);
        to += count;
    }

    /// Returns whether its bytes are all there is in the array, which so can be given away.
    boolean isWhole() {
        return from == 0 && to == array.length && !shared;
    }

    byte[] array() {
        return array;
    }

    @Override
    public int size() {
        return to - from;
    }

    @Override
    public byte at(int index) {
        return array[from + index];
    }

    @Override
    public int indexOf(byte value, int from, int to) {
        for (int i = this.from + from; i < this.from + to; i++) if (array[i] == value) return i - this.from;
        return -1;
    }

    @Override
    public void copy(int from, byte[] target, int at, int count) {
        System.arraycopy(array, this.from + from, target, at, count);
    }

    @Override
    public ByteBuffer view() {
        return ByteBuffer.wrap(array, from, size());
    }

    @Override
    public void drop(int count) {
        from += count;
    }

    @Override
    public Segment cut(int count) {
        var first = count <= FEW ? copyOf(array, from, count) : share(count);
        from += count;
        return first;
    }

    private HeapSegment share(int count) {
        shared = true;
        var first = new HeapSegment(array, from, from + count, from + count);
        first.shared = true;
        return first;
    }
}
