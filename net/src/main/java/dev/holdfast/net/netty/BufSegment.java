package dev.holdfast.net.netty;

import dev.holdfast.net.stream.Segment;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;

/// Bytes in a buffer of Netty's, which goes back to its pool when they have been read or sent.
final class BufSegment extends Segment {
    private static final int SPARSE = 2; // times the memory of its bytes

    private final ByteBuf buf;

    /// Owns `buf` from now on.
    BufSegment(ByteBuf buf) {
        this.buf = buf;
    }

    /// Returns the buffer, which is the caller's from now on.
    ByteBuf buf() {
        return buf;
    }

    @Override
    public int size() {
        return buf.readableBytes();
    }

    @Override
    public byte at(int index) {
        return buf.getByte(buf.readerIndex() + index);
    }

    @Override
    public int indexOf(byte value, int from, int to) {
        int start = buf.readerIndex();
        int found = buf.indexOf(start + from, start + to, value);
        return found < 0 ? found : found - start;
    }

    @Override
    public void copy(int from, byte[] target, int at, int count) {
        buf.getBytes(buf.readerIndex() + from, target, at, count);
    }

    @Override
    public ByteBuffer view() {
        return buf.nioBuffer();
    }

    @Override
    public void drop(int count) {
        buf.skipBytes(count);
    }

    @Override
    public Segment cut(int count) {
        return new BufSegment(buf.readRetainedSlice(count));
    }

    @Override
    public boolean isSparse() {
        return buf.capacity() > SPARSE * buf.readableBytes();
    }

    @Override
    public void release() {
        buf.release();
    }
}
