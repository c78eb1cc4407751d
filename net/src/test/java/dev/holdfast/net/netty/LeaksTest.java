package dev.holdfast.net.netty;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.holdfast.net.Leaks;
import io.netty.buffer.ByteBufAllocator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// That the other tests of buffers can fail.
@Tag("threads")
final class LeaksTest {
    @Test
    void aBufferThatIsLostIsSeen() {
        lose();
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(Leaks::expectNone)
                .withMessageContaining("LeaksTest.lose");
    }

    private static void lose() {
        ByteBufAllocator.DEFAULT.directBuffer(100).writeByte(1);
    }
}
