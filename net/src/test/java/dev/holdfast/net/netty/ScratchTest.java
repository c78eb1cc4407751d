package dev.holdfast.net.netty;

import static dev.holdfast.task.Coroutine.await;
import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Holdfast;
import dev.holdfast.future.Promise;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.net.stream.ByteQueue;
import dev.holdfast.net.stream.StreamClosed;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

final class ScratchTest {
    private static final ByteBufAllocator ALLOCATOR = ByteBufAllocator.DEFAULT;

    private final Scratch scratch = new Scratch();

    private ByteBuf copy(String text) {
        return scratch.copyForNow(ByteBuffer.wrap(text.getBytes()), ALLOCATOR);
    }

    private static String text(ByteBuf buf) {
        var bytes = new byte[buf.readableBytes()];
        buf.getBytes(buf.readerIndex(), bytes);
        return new String(bytes);
    }

    @Test
    void aBufferThatWasGivenBackIsUsedAgain() {
        var first = copy("first");
        assertThat(text(first)).isEqualTo("first");
        first.release();
        var second = copy("second");
        assertThat(second).isSameAs(first);
        assertThat(text(second)).isEqualTo("second");
        second.release();
        scratch.clear();
        assertThat(second.refCnt()).isZero();
    }

    @Test
    void aBufferThatSomebodyKeepsIsHis() {
        var kept = copy("kept");
        var next = copy("next");
        assertThat(text(kept)).isEqualTo("kept");
        assertThat(text(next)).isEqualTo("next");
        kept.release();
        assertThat(kept.refCnt()).isZero();
        next.release();
        scratch.clear();
    }

    @Test
    void manyBytesGetABufferOfTheirOwn() {
        var few = copy("few");
        few.release();
        var many = scratch.copyForNow(ByteBuffer.wrap(new byte[8 * 1024 + 1]), ALLOCATOR);
        assertThat(many).isNotSameAs(few);
        assertThat(many.readableBytes()).isEqualTo(8 * 1024 + 1);
        many.release();
        assertThat(many.refCnt()).isZero();
        scratch.clear();
    }

    @Test
    void aPartOfAnArrayIsCopiedFromWhereItBegins() {
        var part = ByteBuffer.wrap("abcdef".getBytes(), 1, 4).slice().position(1);
        var copy = scratch.copyForNow(part, ALLOCATOR);
        assertThat(text(copy)).isEqualTo("cde");
        copy.release();
        scratch.clear();
    }

    @Test
    void bytesInNoArrayAreCopiedToo() {
        var direct = ByteBuffer.allocateDirect(2).put((byte) 7).put((byte) 8).flip();
        var copy = Scratch.copy(direct, ALLOCATOR);
        assertThat(copy.capacity()).isEqualTo(2);
        assertThat(copy.readByte()).isEqualTo((byte) 7);
        assertThat(copy.readByte()).isEqualTo((byte) 8);
        copy.release();
    }

    @Test
    @Tag("threads")
    void whatAPeerDoesNotTakeHoldsNoMoreRoomThanBytes() throws Exception {
        Holdfast.run(Duration.ofSeconds(30), () -> {
            var transport = Transport.NIO;
            var network = Network.on(IOLoop.current(), transport, transport.handlers());
            var accepted = new Promise<SocketStream>("accepted");
            var any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            try (var listener = network.listen(
                            any, new Listener.Options(1, false, SocketOptions.USUAL), accepted::complete);
                    var near = network.connect(listener.address(), null, SocketOptions.USUAL)) {
                var far = await(accepted); // and does not read
                spawn("many", () -> write(near, 16 * 1024 * 1024));
                for (int i = 0; i < 20; i++) {
                    spawn("few", () -> write(near, 10));
                    sleep(Duration.ofMillis(1)); // so that each goes by itself
                }
                var rooms = new ArrayList<Integer>();
                near.channel().unsafe().outboundBuffer().forEachFlushedMessage(message -> {
                    if (message instanceof ByteBuf buf && buf.readableBytes() == 10) rooms.add(buf.capacity());
                    return true;
                });
                assertThat(rooms).hasSizeGreaterThan(1).containsOnly(10);
                far.channel().eventLoop().execute(far::reset);
            }
        });
    }

    private static void write(SocketStream stream, int count) {
        var bytes = new ByteQueue();
        bytes.add(new byte[count]);
        try {
            stream.write(bytes);
        } catch (StreamClosed e) {
            // At the end of the test the peer is gone.
        }
    }
}
