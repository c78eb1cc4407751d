package dev.holdfast.net.build;

import dev.holdfast.build.Built;
import dev.holdfast.build.Laws;
import dev.holdfast.net.stream.ByteQueue;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The laws that the classes of net can be asked for.
@Tag("build")
class LawsTest {
    /// Law 3: who may be seen by two threads at once.
    private static final Map<String, String> DOORS = Map.of(
            "netty.Beside", "other people's channels are watched by a thread beside the loop",
            "netty.NettyLoop", "where the loop sleeps: other threads wake it",
            "netty.TlsTasks", "handshakes compute on threads of their own",
            "tcp.Resolver", "names are looked up on threads of their own");

    private static final Pattern NETTY = Pattern.compile("io/netty/");

    private final Laws laws = new Laws(Built.with(ByteQueue.class), "dev.holdfast.net");

    @Test
    void onlyTheDoorsKnowOfOtherThreads() { // law 3
        laws.expectThreadsIn(DOORS.keySet());
    }

    @Test
    void nobodyReadsTheTime() { // law 4
        laws.expectTimeIn(Set.of());
    }

    @Test
    void noStaticIsMutable() { // law 7
        laws.expectNoMutableStatic();
    }

    @Test
    void onePackageKnowsNetty() { // law 8
        laws.expectNamesIn(Set.of("netty"), NETTY);
    }
}
