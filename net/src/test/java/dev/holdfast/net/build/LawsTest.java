package dev.holdfast.net.build;

import dev.holdfast.build.Built;
import dev.holdfast.build.Laws;
import dev.holdfast.net.stream.ByteQueue;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The laws that the classes of net can be asked for.
@Tag("build")
class LawsTest {
    private final Laws laws = new Laws(Built.with(ByteQueue.class), "dev.holdfast.net");

    @Test
    void nobodyKnowsOfOtherThreads() { // law 3
        laws.expectThreadsIn(Set.of());
    }

    @Test
    void nobodyReadsTheTime() { // law 4
        laws.expectTimeIn(Set.of());
    }

    @Test
    void noStaticIsMutable() { // law 7
        laws.expectNoMutableStatic();
    }
}
