package dev.holdfast.net.netty;

import static dev.holdfast.task.Coroutine.await;
import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static dev.holdfast.task.Coroutine.yieldNow;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.holdfast.Holdfast;
import dev.holdfast.future.Promise;
import dev.holdfast.lifetime.Deadlock;
import dev.holdfast.lifetime.ExternalPromise;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.net.stream.BufferedStream;
import dev.holdfast.net.testing.MemoryStream;
import dev.holdfast.queue.Queue;
import dev.holdfast.task.Tasks;
import dev.holdfast.testing.Logged;
import dev.holdfast.testing.Sim;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Netty as a guest of our loop.
@Tag("threads")
final class NettyPollerTest {
    private static final Listener.Options USUAL = new Listener.Options(128, false, SocketOptions.USUAL);
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final InetSocketAddress ANY = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private static Network network(Transport transport) {
        return Network.on(IOLoop.current(), transport, transport.handlers());
    }

    private static Listener listen(Network network) throws Exception {
        return network.listen(
                ANY,
                USUAL,
                stream -> spawn("echo", () -> {
                    var echo = new BufferedStream(stream);
                    echo.copyTo(echo);
                    echo.close();
                }));
    }

    private static BufferedStream connect(Network network, Listener listener) throws Exception {
        return new BufferedStream(network.connect(listener.address(), null, SocketOptions.USUAL));
    }

    // ---- when the loop sleeps, and when not

    @ParameterizedTest
    @EnumSource
    void channelCallsFromTheLoopCostNoWakeUp(Transport transport) throws Exception {
        Holdfast.run(LIMIT, () -> {
            var counting = new Counting(transport.handlers());
            var network = Network.on(IOLoop.current(), transport, counting);
            try (var listener = listen(network);
                    var client = connect(network, listener)) {
                for (int i = 0; i < 1_000; i++) {
                    client.write(new byte[] {1, 2, 3});
                    client.readExactly(3);
                }
            }
            assertThat(counting.wakeUps).hasValue(0);
        });
    }

    @ParameterizedTest
    @EnumSource
    void datagramsCostNoWakeUp(Transport transport) throws Exception {
        Holdfast.run(LIMIT, () -> {
            var counting = new Counting(transport.handlers());
            var network = Network.on(IOLoop.current(), transport, counting);
            var inbox = new Queue<byte[]>();
            try (var mailbox = network.bind(ANY, false, new Mailbox.Visitor() {
                @Override
                public void came(byte[] bytes, InetSocketAddress sender) {
                    inbox.tryPut(bytes);
                }

                @Override
                public void ended() {}
            })) {
                for (int i = 0; i < 1_000; i++) {
                    mailbox.send(new byte[] {1, 2, 3}, mailbox.address());
                    inbox.get();
                }
            }
            assertThat(counting.wakeUps).hasValue(0);
        });
    }

    @Test
    void channelsOfOthersCostNoWakeUpWhereTheLoopSelectsThem() throws Exception {
        Holdfast.run(LIMIT, () -> {
            var counting = new Counting(Transport.NIO.handlers());
            var network = Network.on(IOLoop.current(), Transport.NIO, counting);
            var pipe = Pipe.open();
            try (var source = pipe.source();
                    var sink = pipe.sink()) {
                source.configureBlocking(false);
                for (int i = 0; i < 1_000; i++) {
                    sink.write(ByteBuffer.wrap(new byte[] {1}));
                    network.awaitReady(source, SelectionKey.OP_READ);
                    source.read(ByteBuffer.allocate(1));
                }
            }
            assertThat(counting.wakeUps).hasValue(0);
        });
    }

    @ParameterizedTest
    @EnumSource
    void wakeUpsByOtherThreadsAreNotLost(Transport transport) {
        Holdfast.run(LIMIT, () -> {
            network(transport);
            for (int i = 0; i < 5_000; i++) {
                ExternalPromise<Integer> promise = ExternalPromise.open("number");
                int number = i;
                ForkJoinPool.commonPool().execute(() -> promise.complete(number));
                assertThat(await(promise.future())).isEqualTo(number);
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void timersFireWhileNobodySends(Transport transport) throws Exception {
        Holdfast.run(LIMIT, () -> {
            var network = network(transport);
            try (var _ = listen(network)) {
                long start = IOLoop.current().now();
                for (int i = 0; i < 20; i++) sleep(Duration.ofMillis(i));
                assertThat(Duration.ofNanos(IOLoop.current().now() - start)).isGreaterThan(Duration.ofMillis(185));
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void socketsAreServedAlsoWhenTasksAreAlwaysReady(Transport transport) throws Exception { // rule 12
        Holdfast.run(LIMIT, () -> {
            var network = network(transport);
            var busy = spawn("busy", () -> {
                while (true) yieldNow();
            });
            try (var listener = listen(network);
                    var client = connect(network, listener)) {
                client.write(new byte[] {1});
                assertThat(client.readExactly(1)).containsExactly(1);
            }
            busy.cancel("over");
        });
    }

    @ParameterizedTest
    @EnumSource
    void anIdleServerCostsNoTime(Transport transport) throws Exception { // S26
        var threads = ManagementFactory.getThreadMXBean();
        long runner = Thread.currentThread().threadId();
        Holdfast.run(LIMIT, () -> {
            var network = network(transport);
            try (var listener = listen(network);
                    var _ = connect(network, listener)) {
                sleep(Duration.ofMillis(100));
                long before = threads.getThreadCpuTime(runner);
                sleep(Duration.ofSeconds(1));
                assertThat(Duration.ofNanos(threads.getThreadCpuTime(runner) - before))
                        .isLessThan(Duration.ofMillis(100));
            }
        });
    }

    // ---- what counts

    @ParameterizedTest
    @EnumSource
    void besideAListenerNobodyIsStuck(Transport transport) throws Exception { // S26
        Holdfast.run(
                () -> { // a limit would count too
                    try (var _ = listen(network(transport))) {
                        expectNoVerdict();
                    }
                });
    }

    @ParameterizedTest
    @EnumSource
    void besideAConnectionNobodyIsStuck(Transport transport) throws Exception { // S26
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Holdfast.run(() -> {
                try (var _ = network(transport).connect(server.getLocalSocketAddress(), null, SocketOptions.USUAL)) {
                    expectNoVerdict();
                }
            });
        }
    }

    /// Waits for a while, for nothing that the loop counts.
    private static void expectNoVerdict() {
        var waiting = spawn("waiting", () -> await(new Promise<Void>("never")));
        IOLoop.current()
                .callLater(Duration.ofMillis(200), () -> waiting.cancel("enough"))
                .unref();
        assertThatExceptionOfType(CancellationException.class).isThrownBy(waiting::join);
    }

    @ParameterizedTest
    @EnumSource
    void whoWaitsWithNoSocketLeftIsTold(Transport transport, Logged log) {
        assertThatExceptionOfType(Deadlock.class)
                .isThrownBy(() -> Holdfast.run(() -> {
                    var network = network(transport);
                    var listener = listen(network);
                    connect(network, listener).close();
                    listener.close();
                    await(new Promise<Void>("never"));
                }));
        assertThat(log.take()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void whoWaitsBesideAListenerThatDoesNotCountIsTold(Transport transport, Logged log) {
        assertThatExceptionOfType(Deadlock.class)
                .isThrownBy(() -> Holdfast.run(() -> {
                    listen(network(transport)).unref();
                    await(new Promise<Void>("never"));
                }));
        assertThat(log.take()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void whoWaitsBesideAStreamThatHasEndedIsTold(Transport transport, Logged log) {
        assertThatExceptionOfType(Deadlock.class)
                .isThrownBy(() -> Holdfast.run(() -> {
                    var network = network(transport);
                    var accepted = new Promise<SocketStream>("accepted");
                    var listener = network.listen(ANY, USUAL, accepted::complete);
                    var client = connect(network, listener);
                    listener.close();
                    await(accepted).close();
                    assertThat(client.awaitMore()).isFalse();
                    await(new Promise<Void>("never"));
                }));
        assertThat(log.take()).hasSize(1);
    }

    // ---- runs, and the end

    @ParameterizedTest
    @EnumSource
    void socketsLiveFromRunToRun(Transport transport) throws Exception {
        try (var loop = IOLoop.open()) {
            var tasks = Tasks.of(loop);
            var pair = new Promise<MemoryStream.Pair>("pair");
            tasks.start("first", tasks.root(), () -> {
                pair.complete(SocketStreamTest.pair(transport, ANY));
                loop.stop();
                return null;
            });
            loop.run();
            var task = tasks.start("second", tasks.root(), () -> {
                pair.outcome().get().near().write(new byte[] {1});
                var read = pair.outcome().get().far().readExactly(1);
                loop.stop();
                return read;
            });
            loop.run();
            assertThat(task.future().outcome().get()).containsExactly(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatWasWrittenBeforeTheEndOfMainGoesOut(Transport transport) throws Exception {
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Holdfast.run(LIMIT, () -> {
                var stream = new BufferedStream(
                        network(transport).connect(server.getLocalSocketAddress(), null, SocketOptions.USUAL));
                stream.write(new byte[100_000]);
                stream.close();
            });
            try (var socket = server.accept()) {
                assertThat(socket.getInputStream().readAllBytes()).hasSize(100_000);
            }
        }
    }

    @Test
    void inVirtualTimeThereAreNoSockets() {
        Sim.run(() -> assertThatIllegalStateException()
                .isThrownBy(Network::here)
                .withMessage("IOLoop[sim] has no sockets, only streams in memory: "
                        + "IOLoop[sim] keeps the poller that it was opened with"));
    }

    @Test
    void aTransportThatIsUnknownIsRefused() {
        assertThat(Transport.choose("ipx").refusal()).isEqualTo("holdfast.transport is neither epoll nor nio: ipx");
        assertThat(Transport.choose("nio").transport()).isEqualTo(Transport.NIO);
        assertThat(Transport.choose("").refusal()).isNull();
    }
}
