package dev.holdfast.net.udp;

import static dev.holdfast.task.Coroutine.await;
import static dev.holdfast.task.Coroutine.blocking;
import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static dev.holdfast.task.Coroutine.yieldNow;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.holdfast.Holdfast;
import dev.holdfast.Program;
import dev.holdfast.future.Promise;
import dev.holdfast.lifetime.Deadlock;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.net.Leaks;
import dev.holdfast.net.netty.Transports;
import dev.holdfast.net.stream.StreamClosed;
import dev.holdfast.scope.TaskScope;
import dev.holdfast.task.Task;
import dev.holdfast.testing.Logged;
import dev.holdfast.testing.Trail;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("threads")
final class UdpSocketTest {
    private static final String ALL = "dev.holdfast.net.netty.Transports#names";
    private static final String HERE = "127.0.0.1";

    private final Trail trail = new Trail();

    @AfterEach
    void noBufferIsLost() {
        Leaks.expectNone();
    }

    // ---- sending and receiving

    @ParameterizedTest
    @MethodSource(ALL)
    void aDatagramComesWithItsSender(String transport) {
        Transports.run(transport, () -> {
            try (var server = UdpSocket.bind(HERE, 0);
                    var client = UdpSocket.bind(HERE, 0)) {
                client.send(bytes("hello"), server.address());
                var question = server.receive();
                assertThat(text(question)).isEqualTo("hello");
                assertThat(question.sender()).isEqualTo(client.address());
                assertThat(question).hasToString("Datagram[5 bytes from 127.0.0.1:" + client.port() + "]");
                server.send(bytes("world"), question.sender());
                assertThat(text(client.receive())).isEqualTo("world");
            }
        });
    }

    @ParameterizedTest
    @MethodSource(ALL)
    void itTalksToASocketOfTheJdks(String transport) throws IOException {
        Transports.run(transport, () -> {
            try (var socket = UdpSocket.bind(HERE, 0);
                    var peer = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
                socket.send(bytes("hello"), (InetSocketAddress) peer.getLocalSocketAddress());
                var packet = new DatagramPacket(new byte[100], 100);
                blocking(() -> peer.receive(packet));
                assertThat(packet.getLength()).isEqualTo(5);
                peer.send(new DatagramPacket(new byte[0], 0, packet.getSocketAddress()));
                assertThat(socket.receive().bytes()).isEmpty(); // that, too, is a datagram
            }
        });
    }

    @ParameterizedTest
    @MethodSource(ALL)
    void theLargestComesWhole(String transport) {
        Transports.run(transport, () -> {
            var sent = new byte[65_507];
            new Random(1).nextBytes(sent);
            try (var socket = UdpSocket.bind(HERE, 0)) {
                socket.send(sent, socket.address());
                assertThat(socket.receive().bytes()).isEqualTo(sent);
            }
        });
    }

    @ParameterizedTest
    @MethodSource(ALL)
    void oneThatIsTooLargeIsAnErrorInWords(String transport) {
        Transports.run(transport, () -> {
            try (var socket = UdpSocket.bind(HERE, 0)) {
                assertThatExceptionOfType(UncheckedIOException.class)
                        .isThrownBy(() -> socket.send(new byte[65_508], socket.address()))
                        .withMessage(socket + " cannot send 65508 bytes to 127.0.0.1:" + socket.port()
                                + ": Message too long");
                socket.send(bytes("fits"), socket.address());
                assertThat(text(socket.receive())).isEqualTo("fits");
            }
        });
    }

    @Test
    void whoSendsWithNoMemoryLeftIsTold() throws Exception {
        try (var program = Program.start(
                Hoarder.class,
                "--enable-native-access=ALL-UNNAMED",
                "-XX:MaxDirectMemorySize=1m",
                "-Dio.netty.allocator.type=unpooled")) {
            program.awaitLine("100000000 bytes: Message too long");
            program.awaitLine("60000 bytes: no memory");
            assertThat(program.status()).isZero();
        }
    }

    /// A program that keeps all the memory there is for buffers.
    static final class Hoarder {
        static void main() {
            Transports.run("nio", () -> {
                try (var socket = UdpSocket.bind(HERE, 0)) {
                    try {
                        socket.send(new byte[100_000_000], socket.address());
                    } catch (UncheckedIOException e) {
                        IO.println("100000000 bytes: " + e.getCause().getMessage());
                    }
                    var hoard = hoard();
                    try {
                        socket.send(new byte[60_000], socket.address());
                    } catch (OutOfMemoryError e) {
                        IO.println("60000 bytes: no memory");
                    }
                    hoard.forEach(ByteBuf::release);
                }
            });
        }

        private static List<ByteBuf> hoard() {
            var hoard = new ArrayList<ByteBuf>();
            try {
                while (true) hoard.add(ByteBufAllocator.DEFAULT.directBuffer(60_000));
            } catch (OutOfMemoryError e) {
                return hoard;
            }
        }
    }

    @Test
    void oneWithoutAByteIsNotSent() {
        Transports.run("nio", () -> {
            try (var socket = UdpSocket.bind(HERE, 0)) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> socket.send(new byte[0], socket.address()))
                        .withMessage("a datagram without a byte is not sent");
            }
        });
    }

    @ParameterizedTest
    @MethodSource(ALL)
    void itSpeaksIpv6Too(String transport) throws IOException {
        if (!hasIpv6()) return;
        Transports.run(transport, () -> {
            try (var server = UdpSocket.bind("::1", 0);
                    var client = UdpSocket.bind("::1", 0)) {
                client.send(bytes("hello"), server.address());
                assertThat(server.receive().sender()).isEqualTo(client.address());
                assertThat(server).hasToString("UdpSocket[[::1]:" + server.port() + "]");
            }
        });
    }

    private static boolean hasIpv6() throws IOException {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .anyMatch(address -> address instanceof Inet6Address && address.isLoopbackAddress());
    }

    @ParameterizedTest
    @MethodSource(ALL)
    void aNameIsLookedUpOffTheLoop(String transport) {
        Transports.run(transport, () -> {
            try (var server = UdpSocket.bind("localhost", 0);
                    var client = UdpSocket.bind("localhost", 0)) {
                client.send(bytes("hello"), InetSocketAddress.createUnresolved("localhost", server.port()));
                assertThat(text(server.receive())).isEqualTo("hello");
            }
        });
    }

    @Test
    void aNameThatNobodyKnowsIsAnErrorInWords() {
        Transports.run("nio", () -> {
            try (var socket = UdpSocket.bind(HERE, 0)) {
                assertThatExceptionOfType(UncheckedIOException.class)
                        .isThrownBy(
                                () -> socket.send(bytes("hello"), InetSocketAddress.createUnresolved("no.invalid", 9)))
                        .withMessage(socket + " cannot send 5 bytes to no.invalid:9: unknown host");
            }
            assertThatExceptionOfType(UncheckedIOException.class)
                    .isThrownBy(() -> UdpSocket.bind("no.invalid", 0))
                    .withMessage("cannot bind no.invalid:0: unknown host");
        });
    }

    @ParameterizedTest
    @MethodSource(ALL)
    void toEverybodyItSendsOnlyIfToldSo(String transport) {
        Transports.run(transport, () -> {
            var everybody = new InetSocketAddress("127.255.255.255", 9);
            try (var socket = UdpSocket.bind("0.0.0.0", 0);
                    var broadcaster = UdpSocket.options().broadcast().bind("0.0.0.0", 0)) {
                assertThatExceptionOfType(UncheckedIOException.class)
                        .isThrownBy(() -> socket.send(bytes("hello"), everybody))
                        .withMessage(socket + " cannot send 5 bytes to 127.255.255.255:9: Permission denied");
                broadcaster.send(bytes("hello"), everybody);
            }
        });
    }

    /// Nobody tells who has sent a datagram to a port where nobody is; and the socket must not suffer.
    @ParameterizedTest
    @MethodSource(ALL)
    void aPortWhereNobodyIsDoesNoHarm(String transport) {
        Transports.run(transport, () -> {
            var gone = UdpSocket.bind(HERE, 0);
            var nobody = gone.address();
            gone.close();
            sleep(Duration.ofMillis(20));
            try (var socket = UdpSocket.bind(HERE, 0)) {
                for (int i = 0; i < 10; i++) socket.send(bytes("anybody?"), nobody);
                sleep(Duration.ofMillis(20)); // for the system to say so
                socket.send(bytes("me"), socket.address());
                assertThat(text(socket.receive())).isEqualTo("me");
            }
        });
    }

    // ---- the inbox

    @ParameterizedTest
    @MethodSource(ALL)
    void manySendAtATime(String transport) throws Exception {
        Transports.run(transport, () -> {
            try (var socket = UdpSocket.options().inbox(1_000).bind(HERE, 0)) {
                TaskScope.run(scope -> {
                    for (int i = 0; i < 50; i++) {
                        scope.start("sender", () -> {
                            for (int n = 0; n < 20; n++) socket.send(new byte[100], socket.address());
                        });
                    }
                    for (int i = 0; i < 1_000; i++)
                        assertThat(socket.receive().bytes()).hasSize(100);
                });
                assertThat(socket.dropped()).isZero();
            }
        });
    }

    @ParameterizedTest
    @MethodSource(ALL)
    void whatComesWhenTheInboxIsFullIsDroppedAndCounted(String transport) {
        Transports.run(transport, () -> {
            try (var socket = UdpSocket.options().inbox(3).bind(HERE, 0)) {
                for (int i = 1; i <= 10; i++) socket.send(bytes("" + i), socket.address());
                while (socket.dropped() < 7) yieldNow();
                for (int i = 1; i <= 3; i++) assertThat(text(socket.receive())).isEqualTo("" + i);
                assertThat(socket.dropped()).isEqualTo(7);
                socket.send(bytes("room again"), socket.address());
                assertThat(text(socket.receive())).isEqualTo("room again");
            }
        });
    }

    @ParameterizedTest
    @MethodSource(ALL)
    void aReceiveThatIsCancelledTakesNone(String transport) { // rule 22
        Transports.run(transport, () -> {
            try (var socket = UdpSocket.bind(HERE, 0)) {
                for (int turns = 0; turns < 20; turns++) {
                    var receiver = spawn("receiver", socket::receive);
                    yieldNow();
                    socket.send(bytes("datagram"), socket.address());
                    for (int i = 0; i < turns; i++) yieldNow();
                    receiver.cancel("on purpose");
                    if (!completes(receiver)) assertThat(text(socket.receive())).isEqualTo("datagram");
                }
            }
        });
    }

    private static boolean completes(Task<?> task) {
        try {
            task.join();
            return true;
        } catch (CancellationException e) {
            return false;
        }
    }

    @ParameterizedTest
    @MethodSource(ALL)
    void whoCameFirstGetsTheFirst(String transport) {
        Transports.run(transport, () -> {
            try (var socket = UdpSocket.bind(HERE, 0)) {
                var a = spawn("a", () -> trail.mark("a " + text(socket.receive())));
                var b = spawn("b", () -> trail.mark("b " + text(socket.receive())));
                yieldNow();
                socket.send(bytes("1"), socket.address());
                socket.send(bytes("2"), socket.address());
                a.join();
                b.join();
            }
        });
        trail.expect("a 1", "b 2");
    }

    // ---- its life

    @ParameterizedTest
    @MethodSource(ALL)
    void aPortInUseIsAnErrorInWords(String transport) {
        Transports.run(transport, () -> {
            try (var socket = UdpSocket.bind(HERE, 0)) {
                assertThatExceptionOfType(UncheckedIOException.class)
                        .isThrownBy(() -> UdpSocket.bind(HERE, socket.port()))
                        .withMessage("cannot bind 127.0.0.1:" + socket.port() + ": Address already in use");
            }
        });
    }

    @Test
    void optionsThatMakeNoSenseAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> UdpSocket.options().inbox(0))
                .withMessage("capacity < 1: 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> UdpSocket.bind(HERE, 65_536))
                .withMessage("not between 0 and 65535: 65536");
    }

    @ParameterizedTest
    @MethodSource(ALL)
    void whoReceivesIsToldOfTheClose(String transport) {
        Transports.run(transport, () -> {
            var socket = UdpSocket.bind(HERE, 0);
            var receiver = spawn("receiver", socket::receive);
            yieldNow();
            socket.close();
            socket.close();
            for (var late :
                    new Action[] {receiver::join, socket::receive, () -> socket.send(bytes("a"), socket.address())}) {
                assertThatExceptionOfType(StreamClosed.class)
                        .isThrownBy(late::run)
                        .withMessage("UdpSocket[127.0.0.1:" + socket.port() + "] was closed here")
                        .satisfies(e -> assertThat(e.isOrderly()).isTrue());
            }
        });
    }

    private interface Action {
        void run();
    }

    @ParameterizedTest
    @MethodSource(ALL)
    void whatWasNotReceivedIsDroppedByTheClose(String transport) {
        Transports.run(transport, () -> {
            var socket = UdpSocket.bind(HERE, 0);
            socket.send(bytes("unread"), socket.address());
            sleep(Duration.ofMillis(20));
            socket.close();
            assertThatExceptionOfType(StreamClosed.class).isThrownBy(socket::receive);
        });
    }

    @ParameterizedTest
    @MethodSource(ALL)
    void noFileIsLeft(String transport) {
        Transports.run(transport, () -> UdpSocket.bind(HERE, 0).close()); // what stays open for good is opened
        int files = Leaks.files();
        Transports.run(transport, () -> {
            for (int i = 0; i < 20; i++) UdpSocket.bind(HERE, 0).close();
            UdpSocket.bind(HERE, 0); // and one that nobody closes
            var cancelled = spawn("cancelled", () -> UdpSocket.bind(HERE, 0));
            yieldNow();
            yieldNow();
            cancelled.cancel("on purpose");
        });
        assertThat(Leaks.files()).isEqualTo(files);
    }

    @Test
    void besideASocketNobodyIsStuck() { // S26
        Holdfast.run(
                () -> { // a limit would count too
                    try (var _ = UdpSocket.bind(HERE, 0)) {
                        var waiting = spawn("waiting", () -> await(new Promise<Void>("never")));
                        IOLoop.current()
                                .callLater(Duration.ofMillis(100), () -> waiting.cancel("enough"))
                                .unref();
                        assertThatExceptionOfType(CancellationException.class).isThrownBy(waiting::join);
                    }
                });
    }

    @Test
    void whoReceivesFromASocketThatDoesNotCountIsTold(Logged log) { // S18
        assertThatExceptionOfType(Deadlock.class)
                .isThrownBy(
                        () -> Holdfast.run(() -> UdpSocket.bind(HERE, 0).unref().receive()))
                .withMessageContaining("waiting 0.0 s on Queue[0/256] \"datagrams of UdpSocket[127.0.0.1:");
        assertThat(log.take()).hasSize(1);
    }

    @Test
    void anotherThreadIsShownTheDoor() throws Exception { // rule 18
        Transports.run("nio", () -> {
            try (var socket = UdpSocket.bind(HERE, 0)) {
                var error = blocking(() -> {
                    try {
                        socket.receive();
                        return null;
                    } catch (IllegalStateException e) {
                        return e.getMessage();
                    }
                });
                assertThat(error).contains("touched UdpSocket[127.0.0.1:" + socket.port() + "] of IOLoop[main]");
            }
        });
        assertThatIllegalStateException().isThrownBy(() -> UdpSocket.bind(HERE, 0));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static String text(Datagram datagram) {
        return new String(datagram.bytes(), UTF_8);
    }
}
