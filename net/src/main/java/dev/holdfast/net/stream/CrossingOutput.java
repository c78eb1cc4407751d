package dev.holdfast.net.stream;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Objects;

/// A stream of ours as other threads write to it.
final class CrossingOutput extends OutputStream {
    private final Crossing crossing;

    CrossingOutput(Crossing crossing) {
        this.crossing = crossing;
    }

    @Override
    public void write(int value) throws IOException {
        crossing.write(new byte[] {(byte) value});
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
        Objects.checkFromIndexSize(from, count, bytes.length);
        if (count > 0) crossing.write(Arrays.copyOfRange(bytes, from, from + count));
    }

    @Override
    public void close() {
        crossing.close();
    }
}
