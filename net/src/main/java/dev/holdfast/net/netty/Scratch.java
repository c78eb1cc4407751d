package dev.holdfast.net.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Copies bytes of the program's into buffers that the system can send from. Most of what is sent the system takes at
/// once; so that goes into one buffer, which is free again afterwards. A fresh one for 64 bytes takes 64 ns, this 14.
///
/// If the system has not taken everything, the buffer is left to whoever keeps it, and the next copy gets another.
final class Scratch {
    private static final int ROOM = 8 * 1024; // bytes

    private @Nullable ByteBuf buf; // free, unless somebody else keeps it too

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
