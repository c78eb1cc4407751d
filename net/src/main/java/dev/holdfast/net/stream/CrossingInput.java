package dev.holdfast.net.stream;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/// A stream of ours as other threads read it.
final class CrossingInput extends InputStream {
    private final Crossing crossing;
    private byte[] piece = {}; // brought over from the loop
    private int at; // first of its bytes that was not read
    private boolean ended;

    CrossingInput(Crossing crossing) {
        this.crossing = crossing;
    }

    @Override
    public int read() throws IOException {
        return bringMore() ? Byte.toUnsignedInt(piece[at++]) : -1;
    }

    @Override
    public int read(byte[] target, int from, int count) throws IOException {
        Objects.checkFromIndexSize(from, count, target.length);
        if (count == 0) return 0;
        if (!bringMore()) return -1;
        int some = Math.min(count, available());
        System.arraycopy(piece, at, target, from, some);
        at += some;
        return some;
    }

    private boolean bringMore() throws IOException {
        if (available() > 0) return true;
        if (ended) return false;
        var next = crossing.read();
        if (next == null) {
            ended = true;
            return false;
        }
        piece = next;
        at = 0;
        return true;
    }

    @Override
    public int available() {
        return piece.length - at;
    }

    @Override
    public void close() {
        crossing.close();
    }
}
