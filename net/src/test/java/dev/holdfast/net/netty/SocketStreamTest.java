package dev.holdfast.net.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.holdfast.Holdfast;
import dev.holdfast.future.Promise;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.net.stream.BufferedStream;
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
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

@Tag("threads")
final class SocketStreamTest {
    private static final Listener.Options USUAL = new Listener.Options(128, false, SocketOptions.USUAL);
    private static final Duration LIMIT = Duration.ofSeconds(30);

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
