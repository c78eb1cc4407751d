package dev.holdfast.net.channel;

import static dev.holdfast.net.channel.Readiness.awaitReadable;
import static dev.holdfast.net.channel.Readiness.awaitWritable;
import static dev.holdfast.task.Coroutine.await;
import static dev.holdfast.task.Coroutine.blocking;
import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static dev.holdfast.task.Coroutine.yieldNow;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.holdfast.Holdfast;
import dev.holdfast.future.Promise;
import dev.holdfast.lifetime.Deadlock;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.net.Leaks;
import dev.holdfast.net.netty.Transports;
import dev.holdfast.net.stream.StreamClosed;
import dev.holdfast.task.Task;
import dev.holdfast.testing.Logged;
import dev.holdfast.testing.Trail;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.nio.channels.spi.SelectorProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Channels that a library has opened which knows nothing of us.
@Tag("threads")
final class ReadinessTest {
    private static final String ALL = "dev.holdfast.net.netty.Transports#names";
    private static final Duration SHORT = Duration.ofMillis(50);
    private static final InetSocketAddress ANY = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private final Trail trail = new Trail();

    /// A pipe that does not block; closed with the block.
    private record Duct(Pipe.SourceChannel source, Pipe.SinkChannel sink) implements AutoCloseable {
        static Duct open() throws IOException {
            var pipe = Pipe.open();
            pipe.source().configureBlocking(false);
            pipe.sink().configureBlocking(false);
            return new Duct(pipe.source(), pipe.sink());
        }

        void write(int value) throws IOException {
            assertThat(sink.write(ByteBuffer.wrap(new byte[] {(byte) value}))).isEqualTo(1);
        }

        int read() throws IOException {
            var buffer = ByteBuffer.allocate(1);
            return source.read(buffer) < 1 ? -1 : buffer.get(0);
        }

        void fill() throws IOException {
            while (sink.write(ByteBuffer.allocate(4096)) > 0) {}
        }

        int drain() throws IOException {
            int count = 0;
            for (int n; (n = source.read(ByteBuffer.allocate(4096))) > 0; ) count += n;
            return count;
        }

        @Override
        public void close() throws IOException {
            source.close();
            sink.close();
        }
    }

    // ---- ready

    @ParameterizedTest
    @MethodSource(ALL)
    void whoWaitsToReadGoesOnWhenThereIsSomething(String transport) throws IOException {
        Transports.run(transport, () -> {
            try (var duct = Duct.open()) {
                for (int i = 0; i < 100; i++) {
                    var reader = spawn("reader", () -> {
                        awaitReadable(duct.source());
                        return duct.read();
                    });
                    yieldNow();
                    assertThat(reader.future().isDone()).isFalse();
                    duct.write(i);
                    assertThat(reader.join()).isEqualTo(i);
                }
            }
        });
    }

    @ParameterizedTest
    @MethodSource(ALL)
    void whoWaitsToWriteGoesOnWhenThereIsRoom(String transport) throws IOException {
        Transports.run(transport, () -> {
            try (var duct = Duct.open()) {
                awaitWritable(duct.sink());
                duct.fill();
                var writer = spawn("writer", () -> awaitWritable(duct.sink()));
                sleep(SHORT);
                assertThat(writer.future().isDone()).isFalse();
                duct.drain();
                writer.join();
            }
        });
    }

    @ParameterizedTest
    @MethodSource(ALL)
    void connectionsAreAcceptedAndMade(String transport) throws IOException {
        Transports.run(transport, () -> {
            try (var server = ServerSocketChannel.open().bind(ANY);
                    var client = SocketChannel.open()) {
                server.configureBlocking(false);
                client.configureBlocking(false);
                client.connect(server.getLocalAddress());
                awaitWritable(client);
                assertThat(client.finishConnect()).isTrue();
                awaitReadable(server);
                try (var accepted = server.accept()) {
                    accepted.configureBlocking(false);
                    accepted.write(ByteBuffer.wrap(new byte[] {7}));
                    awaitReadable(client);
                    var buffer = ByteBuffer.allocate(1);
                    client.read(buffer);
                    assertThat(buffer.get(0)).isEqualTo((byte) 7);
                }
                awaitReadable(client); // the end, too, is something
            }
        });
    }

    @ParameterizedTest
    @MethodSource(ALL)
    void oneMayReadWhileAnotherWrites(String transport) throws IOException {
        Transports.run(transport, () -> {
            try (var server = ServerSocketChannel.open().bind(ANY);
                    var near = SocketChannel.open(server.getLocalAddress());
                    var far = server.accept()) {
                near.configureBlocking(false);
                while (near.write(ByteBuffer.allocate(65_536)) > 0) {}
                var reader = spawn("reader", () -> {
                    awaitReadable(near);
                    trail.mark("readable");
                });
                var writer = spawn("writer", () -> {
                    awaitWritable(near);
                    trail.mark("writable");
                });
                sleep(SHORT);
                trail.expect();
                far.write(ByteBuffer.wrap(new byte[1]));
                reader.join();
                trail.expect("readable");
                far.configureBlocking(false);
                while (!writer.future().isDone()) {
                    far.read(ByteBuffer.allocate(65_536));
                    yieldNow();
                }
                trail.expect("writable");
            }
        });
    }

    @ParameterizedTest
    @MethodSource(ALL)
    void manyChannelsAreWaitedForAtATime(String transport) throws IOException {
        Transports.run(transport, () -> {
            var ducts = new ArrayList<Duct>();
            var readers = new ArrayList<Task<Integer>>();
            for (int i = 0; i < 100; i++) {
                var duct = Duct.open();
                ducts.add(duct);
                readers.add(spawn("reader", () -> {
                    awaitReadable(duct.source());
                    return duct.read();
                }));
            }
            yieldNow();
            for (int i = 99; i >= 0; i--) ducts.get(i).write(i);
            for (int i = 0; i < 100; i++) assertThat(readers.get(i).join()).isEqualTo(i);
            for (var duct : ducts) duct.close();
        });
    }

    // ---- and not

    @ParameterizedTest
    @MethodSource(ALL)
    void aSecondReaderIsRefused(String transport) throws IOException {
        Transports.run(transport, () -> {
            try (var duct = Duct.open()) {
                var first = spawn("first", () -> awaitReadable(duct.source()));
                yieldNow();
                for (int i = 0; i < 3; i++) {
                    assertThatIllegalStateException()
                            .isThrownBy(() -> awaitReadable(duct.source()))
                            .withMessage(duct.source() + " is already waited for by Task[first], to read");
                }
                duct.write(1);
                first.join();
            }
        });
    }

    @ParameterizedTest
    @MethodSource(ALL)
    void aWaitThatIsCancelledLetsGoOfTheChannel(String transport) throws IOException {
        Transports.run(transport, () -> {
            try (var duct = Duct.open()) {
                var reader = spawn("reader", () -> awaitReadable(duct.source()));
                while (!duct.source().isRegistered()) yieldNow();
                reader.cancel("on purpose");
                assertThatExceptionOfType(CancellationException.class).isThrownBy(reader::join);
                while (duct.source().isRegistered()) yieldNow();
                duct.write(5);
                awaitReadable(duct.source());
                assertThat(duct.read()).isEqualTo(5);
            }
        });
    }

    @ParameterizedTest
    @MethodSource(ALL)
    void aWaitThatIsCancelledInAnyPhaseDisturbsNobody(String transport) throws IOException { // rule 22
        Transports.run(transport, () -> {
            try (var duct = Duct.open()) {
                for (int turns = 0; turns < 40; turns++) {
                    var reader = spawn("reader", () -> awaitReadable(duct.source()));
                    for (int i = 0; i < turns % 8; i++) yieldNow();
                    duct.write(turns);
                    for (int i = 0; i < turns / 8; i++) yieldNow();
                    reader.cancel("on purpose");
                    awaitEnd(reader);
                    awaitReadable(duct.source());
                    assertThat(duct.read()).isEqualTo(turns);
                }
            }
        });
    }

    private static void awaitEnd(Task<?> task) {
        try {
            task.join();
        } catch (CancellationException e) {
            // as it should
        }
    }

    @ParameterizedTest
    @MethodSource(ALL)
    void whoWaitsForAChannelThatIsClosedIsTold(String transport) throws IOException {
        Transports.run(transport, () -> {
            var duct = Duct.open();
            var reader = spawn("reader", () -> awaitReadable(duct.source()));
            duct.fill();
            var writer = spawn("writer", () -> awaitWritable(duct.sink()));
            sleep(SHORT);
            duct.source().close();
            duct.sink().close();
            awaitEndOf(reader, duct.source());
            awaitEndOf(writer, duct.sink());
            assertThatExceptionOfType(StreamClosed.class)
                    .isThrownBy(() -> awaitReadable(duct.source()))
                    .withMessage(duct.source() + " is closed");
        });
    }

    /// It may have been readable before.
    private static void awaitEndOf(Task<?> task, SelectableChannel channel) {
        try {
            task.join();
        } catch (StreamClosed e) {
            assertThat(e).hasMessage(channel + " was closed while " + task + " waited for it");
        }
    }

    @ParameterizedTest
    @MethodSource(ALL)
    void whoWaitsForAChannelThatAnotherThreadClosesIsTold(String transport) throws IOException {
        Transports.run(transport, () -> {
            var duct = Duct.open();
            var reader = spawn("reader", () -> awaitReadable(duct.source()));
            sleep(SHORT);
            blocking(() -> duct.source().close());
            assertThatExceptionOfType(StreamClosed.class)
                    .isThrownBy(reader::join)
                    .withMessage(duct.source() + " was closed while Task[reader] waited for it");
            duct.close();
        });
    }

    @ParameterizedTest
    @MethodSource(ALL)
    void aChannelThatBlocksIsRefused(String transport) throws IOException {
        Transports.run(transport, () -> {
            try (var channel = SocketChannel.open()) {
                assertThatIllegalStateException()
                        .isThrownBy(() -> awaitReadable(channel))
                        .withMessage(channel + " blocks; call configureBlocking(false)");
            }
        });
    }

    @ParameterizedTest
    @MethodSource(ALL)
    void aChannelThatNoSelectorTakesIsAnErrorInWordsAndHarmsNobodyElse(String transport) throws IOException {
        Transports.run(transport, () -> {
            try (var duct = Duct.open();
                    var strange = new Strange()) {
                strange.configureBlocking(false);
                var reader = spawn("reader", () -> awaitReadable(duct.source()));
                assertThatExceptionOfType(StreamClosed.class)
                        .isThrownBy(() -> awaitReadable(strange))
                        .withMessage("Strange cannot be watched: java.nio.channels.IllegalSelectorException");
                duct.write(1);
                reader.join();
            }
        });
    }

    /// One that is none of the JDK's.
    private static final class Strange extends AbstractSelectableChannel {
        Strange() {
            super(SelectorProvider.provider());
        }

        @Override
        protected void implCloseSelectableChannel() {}

        @Override
        protected void implConfigureBlocking(boolean block) {}

        @Override
        public int validOps() {
            return SelectionKey.OP_READ;
        }

        @Override
        public String toString() {
            return "Strange";
        }
    }

    @Test
    void aChannelThatIsNeverReadyIsRefused() throws IOException {
        Transports.run("nio", () -> {
            try (var duct = Duct.open();
                    var server = ServerSocketChannel.open()) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> awaitReadable(duct.sink()))
                        .withMessage(duct.sink() + " is never readable");
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> awaitWritable(server))
                        .withMessage(server + " is never writable");
            }
        });
    }

    // ---- what counts, and the end

    @ParameterizedTest
    @MethodSource(ALL)
    void besideAWaitForAChannelNobodyIsStuck(String transport) throws IOException { // S26
        try (var duct = Duct.open()) {
            Holdfast.run(
                    () -> { // a limit would count too
                        Transports.use(transport);
                        var reader = spawn("reader", () -> awaitReadable(duct.source()));
                        var waiting = spawn("waiting", () -> await(new Promise<Void>("never")));
                        IOLoop.current()
                                .callLater(Duration.ofMillis(200), () -> waiting.cancel("enough"))
                                .unref();
                        assertThatExceptionOfType(CancellationException.class).isThrownBy(waiting::join);
                        duct.write(1);
                        reader.join();
                    });
        }
    }

    @ParameterizedTest
    @MethodSource(ALL)
    void whoWaitsWithNoChannelLeftIsTold(String transport, Logged log) throws IOException {
        try (var duct = Duct.open()) {
            duct.write(1);
            assertThatExceptionOfType(Deadlock.class)
                    .isThrownBy(() -> Holdfast.run(() -> {
                        Transports.use(transport);
                        awaitReadable(duct.source());
                        await(new Promise<Void>("never"));
                    }));
        }
        assertThat(log.take()).hasSize(1);
    }

    @ParameterizedTest
    @MethodSource(ALL)
    void theChannelOutlivesTheLoop(String transport) throws Exception {
        try (var duct = Duct.open()) {
            Transports.run(transport, () -> {
                spawn("reader", () -> awaitReadable(duct.source()));
                while (!duct.source().isRegistered()) yieldNow();
            });
            Leaks.expectNoThread("holdfast-channels");
            assertThat(duct.source().isOpen()).isTrue();
            assertThat(duct.source().isRegistered()).isFalse();
            duct.write(3);
            assertThat(duct.read()).isEqualTo(3);
        }
    }

    @Test
    void theThreadEndsWithTheLastChannelAndAnotherStartsWithTheNext() throws Exception {
        Transports.run("epoll", () -> {
            try (var duct = Duct.open()) {
                for (int i = 0; i < 2; i++) {
                    duct.write(i);
                    awaitReadable(duct.source());
                    assertThat(duct.read()).isEqualTo(i);
                    blocking(() -> Leaks.expectNoThread("holdfast-channels"));
                }
            }
        });
    }

    @ParameterizedTest
    @MethodSource(ALL)
    void nothingIsLeft(String transport) throws Exception {
        Transports.run(transport, () -> useOne());
        Leaks.expectNoThread("holdfast-channels");
        int files = Leaks.files();
        for (int i = 0; i < 3; i++) Transports.run(transport, () -> useOne());
        Leaks.expectNoThread("holdfast-channels");
        Leaks.expectFiles(files);
    }

    private static void useOne() throws IOException {
        try (var duct = Duct.open()) {
            duct.write(1);
            awaitReadable(duct.source());
            spawn("late", () -> awaitReadable(duct.source()));
            yieldNow();
        }
    }
}
