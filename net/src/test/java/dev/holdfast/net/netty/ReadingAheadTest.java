package dev.holdfast.net.netty;

import static dev.holdfast.task.Coroutine.await;
import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Holdfast;
import dev.holdfast.future.Promise;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.net.stream.BufferedStream;
import dev.holdfast.net.stream.ByteQueue;
import dev.holdfast.net.stream.StreamClosed;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("threads")
final class ReadingAheadTest {
    private static final int MARK = 64 * 1024;
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private interface Story {
        void of(SocketStream near, SocketStream far) throws Exception;
    }

    private static void tell(Transport transport, Story story) throws Exception {
        Holdfast.run(LIMIT, () -> {
            var network = Network.on(IOLoop.current(), transport, transport.handlers());
            var accepted = new Promise<SocketStream>("accepted");
            var any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            try (var listener = network.listen(
                            any, new Listener.Options(1, false, SocketOptions.USUAL), accepted::complete);
                    var near = network.connect(listener.address(), null, SocketOptions.USUAL);
                    var far = await(accepted)) {
                story.of(near, far);
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void whoeverTakesAllThatComesNeverHasThePeerWait(Transport transport) throws Exception {
        tell(transport, (near, far) -> {
            var pauses = new Pauses();
            far.channel().pipeline().addFirst(pauses);
            var echo = spawn("echo", () -> new BufferedStream(far).copyTo(far));
            var client = new BufferedStream(near);
            for (int i = 0; i < 20; i++) {
                client.write(new byte[MARK]);
                client.skip(MARK);
            }
            assertThat(pauses.largest).isGreaterThan(MARK / 2); // or the test would say nothing
            assertThat(pauses.seen).isZero();
            near.closeWrite();
            assertThat(echo.join()).isEqualTo(20L * MARK);
        });
    }

    @ParameterizedTest
    @EnumSource
    void whatNobodyTakesIsReadAheadUpToTwiceTheMarkAndARead(Transport transport) throws Exception {
        tell(transport, (near, far) -> {
            var writer = spawn("writer", () -> write(near, 32 * 1024 * 1024));
            while (far.channel().config().isAutoRead() || writer.isReady()) sleep(Duration.ofMillis(1));
            sleep(Duration.ofMillis(20)); // nothing more may come
            var ahead = new ByteQueue();
            assertThat(far.read(ahead)).isTrue();
            assertThat(ahead.size()).isBetween((long) MARK, 3L * MARK - 1);
            ahead.clear();
            assertThat(far.read(ahead)).isTrue(); // and goes on
            ahead.clear();
            near.channel().eventLoop().execute(near::reset);
            writer.join();
        });
    }

    private static void write(SocketStream stream, int count) {
        var bytes = new ByteQueue();
        bytes.add(new byte[count]);
        try {
            stream.write(bytes);
        } catch (StreamClosed e) {
            // At the end of the test it is reset.
        }
    }

    /// How often the socket is left alone right after something has come, and the most that has come at once.
    private static final class Pauses extends ChannelInboundHandlerAdapter {
        private int seen;
        private int largest;

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            largest = Math.max(largest, ((ByteBuf) message).readableBytes());
            context.fireChannelRead(message);
            if (!context.channel().config().isAutoRead()) seen++;
        }
    }
}
