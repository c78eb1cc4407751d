package dev.holdfast.net.netty;

import static dev.holdfast.task.Coroutine.blocking;
import static dev.holdfast.task.Coroutine.spawn;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Holdfast;
import dev.holdfast.net.Certificates;
import dev.holdfast.net.stream.StreamClosed;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/// Peers of whom nobody knows yet who they are. What they can make us keep is bounded.
@ParameterizedClass
@MethodSource("dev.holdfast.net.netty.TlsBy#all")
@Tag("threads")
final class TlsPressureTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int MUCH = 64 << 20; // bytes; systems keep some for a socket, but not that many
    private static final int RECORD = 1 << 14; // bytes

    @Parameter
    String tls;

    @BeforeAll
    static void makeCertificates() {
        Certificates.make();
    }

    /// Keeps whoever computes for handshakes from doing so, until it is closed.
    private static final class Stop implements AutoCloseable {
        private final CountDownLatch end = new CountDownLatch(1);

        Stop() {
            int threads = Runtime.getRuntime().availableProcessors();
            for (int i = 0; i < threads; i++) TlsTasks.THREADS.execute(this::await);
        }

        private void await() {
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void close() {
            end.countDown();
        }
    }

    /// Listens, and greets whoever comes.
    private Listener listen() throws IOException {
        var network = Network.here();
        TlsBy.use(tls);
        var context = network.tlsServer(Certificates.of("local"));
        var anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return network.listen(anyPort, new Listener.Options(128, false, SocketOptions.USUAL), stream -> {
            var layer = TlsLayer.on(stream, null).begin(context);
            spawn("greet", () -> {
                try (stream) {
                    layer.await();
                } catch (StreamClosed e) {
                    // nobody here has a handshake to its end
                }
            });
        });
    }

    private static byte[] hello() throws Exception {
        var context = SSLContext.getInstance("TLS");
        context.init(null, null, null);
        var engine = context.createSSLEngine();
        engine.setUseClientMode(true);
        var hello = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), hello);
        return Arrays.copyOf(hello.array(), hello.position());
    }

    /// Greets, and sends as much as is taken. Returns how many bytes that was. Blocks.
    private static long flood(SocketAddress address) throws Exception {
        try (var channel = SocketChannel.open(address);
                var selector = Selector.open()) {
            channel.write(ByteBuffer.wrap(hello()));
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_WRITE);
            var record = ByteBuffer.allocate(5 + RECORD).put(0, new byte[] {23, 3, 3, RECORD >> 8, 0});
            long sent = 0;
            while (sent < MUCH && selector.select(1_000) > 0) {
                selector.selectedKeys().clear();
                if (!record.hasRemaining()) record.clear();
                sent += channel.write(record);
            }
            return sent;
        }
    }

    @Test
    void whoSendsMuchBeforeTheHandshakeHasEndedHasToWait() throws Exception {
        Holdfast.run(LIMIT, () -> {
            try (var listener = listen();
                    var _ = new Stop()) {
                assertThat(blocking(() -> flood(listener.address()))).isLessThan(MUCH);
            }
        });
    }

    @Test
    void whatWasComputedForALoopThatIsClosedIsDroppedWithoutAWord() throws Exception {
        var netty = Holdfast.run(LIMIT, () -> Network.here().poller().netty());
        var late = new FutureTask<>(() -> netty.execute(() -> {}), "dropped");
        Thread.ofPlatform().start(late);
        assertThat(late.get()).isEqualTo("dropped"); // Netty complains of a refusal
    }
}
