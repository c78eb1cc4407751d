package dev.holdfast.net.netty;

import dev.holdfast.net.stream.Segment;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Copies bytes of the program's into buffers that the system can send from. Most of what is sent the system takes at
/// once; so that goes into one buffer, which is free again afterwards. A fresh one for 64 bytes takes 64 ns, this 14.
///
/// If the system has not taken everything, the buffer is left to whoever keeps it, and the next copy gets another.
final class Scratch {
    private static final int ROOM = 8 * 1024; // bytes

    private @Nullable ByteBuf buf; // free, unless somebody else keeps it too

    /// Returns `segment` as a buffer that `channel` can send from, which is the caller's to release.
    ///
    /// @param stays whether it may be kept for long
    ByteBuf bufOf(Segment segment, Channel channel, boolean stays) {
        if (segment instanceof BufSegment known) return known.buf();
        return stays || !isClear(channel)
                ? copy(segment.view(), channel.alloc())
                : copyForNow(segment.view(), channel.alloc());
    }

    /// Nothing is on its way out, so the system will probably take the next at once.
    private static boolean isClear(Channel channel) {
        var outbound = channel.unsafe().outboundBuffer();
        return outbound != null && outbound.totalPendingWriteBytes() == 0;
    }

    /// Returns a buffer with a copy of `bytes`, which is the caller's to release. A small one may have far more room
    /// than bytes, and so must not be kept for long.
    ByteBuf copyForNow(ByteBuffer bytes, ByteBufAllocator allocator) {
        if (bytes.remaining() > ROOM) return copy(bytes, allocator);
        var free = buf;
        if (free == null || free.refCnt() > 1) {
            clear();
            buf = free = allocator.directBuffer(ROOM, ROOM);
        }
        return fill(free.clear().retain(), bytes);
    }

    /// Returns a buffer with a copy of `bytes`, and no more room than that; it is the caller's to release.
    static ByteBuf copy(ByteBuffer bytes, ByteBufAllocator allocator) {
        return fill(allocator.directBuffer(bytes.remaining()), bytes);
    }

    /// From an array Netty copies faster than from a view of it.
    private static ByteBuf fill(ByteBuf buf, ByteBuffer bytes) {
        return bytes.hasArray()
                ? buf.writeBytes(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining())
                : buf.writeBytes(bytes);
    }

    /// Keeps no buffer any more.
    void clear() {
        if (buf != null) buf.release();
        buf = null;
    }
}
