package dev.holdfast.net.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.holdfast.Holdfast;
import dev.holdfast.future.Promise;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.net.stream.BufferedStream;
import dev.holdfast.net.stream.ByteQueue;
import dev.holdfast.net.stream.ByteStream;
import dev.holdfast.net.stream.Segment;
import dev.holdfast.net.stream.StreamClosed;
import dev.holdfast.net.testing.MemoryStream;
import dev.holdfast.net.testing.StreamContract;
import dev.holdfast.task.Coroutine;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("threads")
final class SocketStreamTest {
    private static final Listener.Options USUAL = new Listener.Options(128, false, SocketOptions.USUAL);
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int MUCH = 10_000_000; // bytes

    @TempDir
    Path folder;

    @TestFactory
    Stream<DynamicTest> tcpKeepsTheRulesOfStreams() {
        return Arrays.stream(Transport.values())
                .flatMap(transport -> StreamContract.rules(() -> pair(transport, anyPort())).stream()
                        .map(rule ->
                                dynamicTest(transport + ": " + rule.name(), () -> Holdfast.run(LIMIT, rule::check))));
    }

    @TestFactory
    Stream<DynamicTest> unixSocketsKeepTheRulesOfStreams() {
        return Arrays.stream(Transport.values())
                .flatMap(transport -> StreamContract.rules(() -> pair(transport, newPath())).stream()
                        .filter(rule ->
                                transport != Transport.NIO || !rule.name().contains("the way back stays open"))
                        .map(rule ->
                                dynamicTest(transport + ": " + rule.name(), () -> Holdfast.run(LIMIT, rule::check))));
    }

    /// Netty asks the wrong kind of configuration whether half is to stay open.
    @Test
    void byNioAUnixSocketWhosePeerSendsNoMoreIsClosed() throws Exception {
        Holdfast.run(LIMIT, () -> {
            var pair = pair(Transport.NIO, newPath());
            pair.near().write(new byte[] {1});
            pair.near().closeWrite();
            assertThat(pair.far().readAll()).containsExactly(1);
            assertThatExceptionOfType(StreamClosed.class)
                    .isThrownBy(() -> pair.far().write(new byte[] {2}))
                    .withMessageEndingWith("failed: the connection is gone");
            pair.near().close();
            pair.far().close();
        });
    }

    @ParameterizedTest
    @EnumSource
    void onAnotherLoopItIsRefused(Transport transport) throws Exception { // rule 18
        Holdfast.run(LIMIT, () -> {
            var pair = pair(transport, anyPort());
            expectRefusalElsewhere(() -> pair.near().readExactly(1));
            expectRefusalElsewhere(() -> pair.near().write(new byte[1]));
            pair.near().close();
            pair.far().close();
        });
    }

    private static void expectRefusalElsewhere(Runnable use) {
        Coroutine.blocking(() -> {
            assertThatIllegalStateException()
                    .isThrownBy(() -> Holdfast.run(LIMIT, () -> {
                        use.run();
                    }))
                    .withMessageMatching(".* touched TcpStream.* of IOLoop\\[main].*");
        });
    }

    /// A buffer that is mostly empty is copied, so that it can go; how many are is the sender's doing.
    @ParameterizedTest
    @EnumSource
    void whatComesByOneSocketGoesOutByAnotherInTheSameBuffers(Transport transport) throws Exception {
        Holdfast.run(LIMIT, () -> {
            var there = pair(transport, anyPort());
            var on = pair(transport, anyPort());
            var passing = new Passing(on.near());
            var sender = Coroutine.spawn("sender", () -> {
                there.near().write(new byte[MUCH]);
                there.near().closeWrite();
            });
            var proxy = Coroutine.spawn("proxy", () -> there.far().copyTo(passing));
            assertThat(on.far().readExactly(MUCH)).hasSize(MUCH);
            sender.join();
            assertThat(proxy.join()).isEqualTo(MUCH);
            assertThat(passing.inBuffers).isGreaterThan(MUCH / 2);
            for (var each : List.of(there, on)) {
                each.near().close();
                each.far().close();
            }
        });
    }

    /// Counts the bytes that pass in a buffer of Netty's.
    private static final class Passing implements ByteStream {
        private final ByteStream target;
        private long inBuffers;

        Passing(ByteStream target) {
            this.target = target;
        }

        @Override
        public boolean read(ByteQueue into) {
            return target.read(into);
        }

        @Override
        public void write(ByteQueue from) {
            var counted = new ByteQueue();
            for (Segment next; (next = from.removeFirst()) != null; ) {
                if (next instanceof BufSegment) inBuffers += next.size();
                counted.add(next);
            }
            target.write(counted);
        }

        @Override
        public void closeWrite() {
            target.closeWrite();
        }

        @Override
        public void close() {
            target.close();
        }
    }

    private SocketAddress newPath() throws IOException {
        return UnixDomainSocketAddress.of(Files.createTempDirectory(folder, "").resolve("socket"));
    }

    private static SocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    static MemoryStream.Pair pair(Transport transport, SocketAddress address) throws Exception {
        var network = Network.on(IOLoop.current(), transport, transport.handlers());
        var accepted = new Promise<SocketStream>("accepted");
        try (var listener = network.listen(address, USUAL, accepted::complete)) {
            var near = network.connect(listener.address(), null, SocketOptions.USUAL);
            return new MemoryStream.Pair(new BufferedStream(near), new BufferedStream(Coroutine.await(accepted)));
        }
    }
}
