package dev.holdfast.net.netty;

import static dev.holdfast.task.Coroutine.spawn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.holdfast.Holdfast;
import dev.holdfast.future.Promise;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.net.Certificates;
import dev.holdfast.net.stream.BufferedStream;
import dev.holdfast.net.stream.StreamClosed;
import dev.holdfast.net.testing.MemoryStream;
import dev.holdfast.net.testing.StreamContract;
import dev.holdfast.task.Coroutine;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

@Tag("threads")
final class TlsStreamTest {
    private static final Listener.Options USUAL = new Listener.Options(128, false, SocketOptions.USUAL);
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @BeforeAll
    static void makeCertificates() {
        Certificates.make();
    }

    @TestFactory
    Stream<DynamicTest> tlsKeepsTheRulesOfStreams() {
        return TlsBy.all()
                .flatMap(tls -> Stream.of(Transport.values())
                        .filter(transport -> transport.problem() == null)
                        .flatMap(transport -> StreamContract.rules(() -> pair(transport, tls)).stream()
                                .filter(rule ->
                                        !tls.equals("openssl") || !rule.name().contains("the way back stays open"))
                                .map(rule -> dynamicTest(
                                        tls + " on " + transport + ": " + rule.name(),
                                        () -> Holdfast.run(LIMIT, rule::check)))));
    }

    @Test
    void byOpenSslAStreamWhosePeerSendsNoMoreIsClosed() throws Exception { // the twin of the rule left out
        if (TlsProvider.OPENSSL.problem() != null) return;
        Holdfast.run(LIMIT, () -> {
            var pair = pair(Transport.chosen(), "openssl");
            pair.near().write(new byte[] {1});
            pair.near().closeWrite();
            assertThat(pair.far().readAll()).containsExactly(1);
            assertThatExceptionOfType(StreamClosed.class)
                    .isThrownBy(() -> pair.far().write(new byte[] {2}))
                    .withMessageEndingWith("failed: TLS: the peer sends no more, and by OpenSSL that ends both ways");
            pair.near().close();
            pair.far().close();
        });
    }

    private static MemoryStream.Pair pair(Transport transport, String tls) throws Exception {
        var network = Network.on(IOLoop.current(), transport, transport.handlers());
        TlsBy.use(tls);
        var accepted = new Promise<SocketStream>("accepted");
        var anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (var listener = network.listen(anyPort, USUAL, accepted::complete)) {
            var near = network.connect(listener.address(), null, SocketOptions.USUAL);
            var far = Coroutine.await(accepted);
            var farLayer = TlsLayer.on(far, null).begin(network.tlsServer(Certificates.of("local")));
            var nearLayer = TlsLayer.on(near, "localhost").begin(network.tlsClient(Certificates.client()));
            var greeted = spawn("far", () -> farLayer.await());
            nearLayer.await();
            greeted.join();
            return new MemoryStream.Pair(new BufferedStream(near), new BufferedStream(far));
        }
    }
}
