package dev.holdfast.echo;

import java.nio.ByteBuffer;
import java.util.Random;

/// What is sent: of a long stretch of noise each connection takes another part, so that an answer that belongs to
/// somebody else is seen to be wrong.
final class Noise {
    private static final int PARTS = 4093; // a prime: neighbours in a round number of connections differ
    private static final int SEED = 1;

    private final ByteBuffer all;
    private final int bytes;

    /// Noise for messages of `bytes` each.
    Noise(int bytes) {
        this.bytes = bytes;
        var noise = new byte[bytes + PARTS];
        new Random(SEED).nextBytes(noise);
        all = ByteBuffer.allocateDirect(noise.length).put(noise);
    }

    /// {@return the message of the connection with this number; the memory is shared}
    ByteBuffer message(int number) {
        return all.slice(number % PARTS, bytes);
    }
}
