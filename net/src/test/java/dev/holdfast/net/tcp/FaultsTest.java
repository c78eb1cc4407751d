package dev.holdfast.net.tcp;

import static dev.holdfast.net.tcp.TcpServerTest.bytes;
import static dev.holdfast.task.Coroutine.await;
import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.holdfast.Holdfast;
import dev.holdfast.Program;
import dev.holdfast.build.Built;
import dev.holdfast.cancel.TooSlow;
import dev.holdfast.future.Promise;
import dev.holdfast.net.Leaks;
import dev.holdfast.net.netty.SocketStream;
import dev.holdfast.net.stream.StreamClosed;
import dev.holdfast.net.stream.TooLong;
import dev.holdfast.scope.Timeouts;
import dev.holdfast.task.Action;
import dev.holdfast.task.Task;
import dev.holdfast.testing.Logged;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What goes wrong between two machines. Nothing hangs, each error says which connection it was, and nothing is
/// left: no file, no buffer, no task.
@Tag("threads")
final class FaultsTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration SHORT = Duration.ofMillis(50);

    private int files;

    private static <X extends Throwable> void run(Action<X> body) throws X {
        Holdfast.run(LIMIT, body);
    }

    @BeforeEach
    void countFiles() throws Exception {
        run(
                () -> { // what stays open for good is opened
                    try (var server = TcpServer.listen("127.0.0.1", 0, stream -> stream.write(bytes("hello\n")));
                            var peer = RawPeer.connect(server.port());
                            var listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                            var _ = TcpClient.connect("127.0.0.1", listener.getLocalPort());
                            var _ = listener.accept()) {
                        peer.read(6);
                    }
                });
        files = Leaks.files();
    }

    @AfterEach
    void nothingIsLeft() {
        assertThat(Leaks.files()).isEqualTo(files);
        Leaks.expectNone();
    }

    /// Checks that only the main task lives.
    private static void expectNoTask() {
        assertThat(Task.live()).hasSize(1);
    }

    // ---- resets, in each phase

    @Test
    void resetBeforeAnythingWasRead() throws Exception {
        run(() -> {
            try (var server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                    var stream = TcpClient.connect("127.0.0.1", server.getLocalPort())) {
                reset(server.accept());
                sleep(SHORT);
                assertThatExceptionOfType(StreamClosed.class)
                        .isThrownBy(() -> stream.readExactly(1))
                        .withMessageMatching("TcpStream\\[127.0.0.1:\\d+] failed: Connection reset( by peer)?")
                        .satisfies(e -> assertThat(e.isOrderly()).isFalse());
            }
            expectNoTask();
        });
    }

    @Test
    void resetWhileReading() throws Exception { // rule 39: what had come is there
        run(() -> {
            try (var server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                    var stream = TcpClient.connect("127.0.0.1", server.getLocalPort());
                    var peer = server.accept()) {
                peer.getOutputStream().write(bytes("half a li"));
                var reading = spawn("reader", () -> stream.readLine());
                sleep(SHORT);
                reset(peer);
                assertThatExceptionOfType(StreamClosed.class)
                        .isThrownBy(reading::join)
                        .withMessageContaining("failed: Connection reset");
                assertThat(TcpServerTest.text(stream.readExactly(9))).isEqualTo("half a li");
            }
        });
    }

    @Test
    void resetWhileWriting() throws Exception {
        run(() -> {
            try (var server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                    var stream = TcpClient.connect("127.0.0.1", server.getLocalPort());
                    var peer = server.accept()) {
                var writing = spawn("writer", () -> stream.write(new byte[20_000_000]));
                sleep(SHORT);
                assertThat(writing.future().isDone()).isFalse();
                reset(peer);
                assertThatExceptionOfType(StreamClosed.class)
                        .isThrownBy(writing::join)
                        .withMessageMatching("TcpStream\\[127.0.0.1:\\d+] failed: (Connection reset.*|Broken pipe)");
                assertThatExceptionOfType(StreamClosed.class).isThrownBy(() -> stream.write(bytes("more")));
            }
        });
    }

    @Test
    void resetWhileClosing() throws Exception {
        run(() -> {
            try (var server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
                var stream = TcpClient.connect("127.0.0.1", server.getLocalPort());
                try (var peer = server.accept()) {
                    var writing = spawn("writer", () -> stream.write(new byte[20_000_000]));
                    sleep(SHORT);
                    stream.close();
                    assertThatExceptionOfType(StreamClosed.class)
                            .isThrownBy(writing::join)
                            .withMessageEndingWith("was closed here");
                    reset(peer);
                }
            }
        });
    }

    private static void reset(Socket peer) throws IOException {
        peer.setSoLinger(true, 0);
        peer.close();
    }

    // ---- peers that do nothing, or not enough

    @Test
    void aPeerThatNeverSendsIsWaitedForAsLongAsSaid() throws Exception { // half-open: its machine is gone, say
        run(() -> {
            try (var server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                    var stream = TcpClient.connect("127.0.0.1", server.getLocalPort());
                    var peer = server.accept()) {
                assertThatExceptionOfType(TooSlow.class)
                        .isThrownBy(() -> Timeouts.failAfter(SHORT, () -> stream.readLine()));
                peer.getOutputStream().write(bytes("late\n"));
                assertThat(stream.readLine()).isEqualTo("late");
            }
        });
    }

    @Test
    void aPeerThatNeverReadsStopsWhoWritesAndNobodyElse(Logged log) throws Exception {
        run(() -> {
            try (var server = TcpServer.listen("127.0.0.1", 0, stream -> stream.copyTo(stream));
                    var other = TcpClient.connect("127.0.0.1", server.port());
                    var stuck = RawPeer.connect(server.port())) {
                var flood = spawn("flood", () -> stuck.write(new byte[50_000_000]));
                for (int i = 0; i < 100; i++) {
                    other.write(bytes("ping\n"));
                    assertThat(other.readLine()).isEqualTo("ping");
                }
                assertThat(flood.future().isDone()).isFalse();
                stuck.reset();
                assertThatExceptionOfType(SocketException.class).isThrownBy(() -> flood.join(SocketException.class));
            }
        });
        assertThat(log.take())
                .singleElement()
                .satisfies(line -> assertThat(line.getMessage())
                        .matches(".* ended: TcpStream\\[127.0.0.1:\\d+] failed: (Connection reset.*|Broken pipe)"));
    }

    @Test
    void aLineThatComesAByteAtATimeIsCutOffInTime() throws Exception { // slow-loris
        run(() -> {
            var thrown = new Promise<Throwable>("thrown");
            try (var server = TcpServer.listen("127.0.0.1", 0, stream -> {
                        try {
                            Timeouts.failAfter(SHORT, () -> stream.readLine());
                        } catch (TooSlow e) {
                            thrown.complete(e);
                        }
                    });
                    var peer = RawPeer.connect(server.port())) {
                var loris = spawn("loris", () -> {
                    while (!thrown.isDone()) {
                        peer.write(bytes("a"));
                        sleep(Duration.ofMillis(5));
                    }
                });
                assertThat(await(thrown)).isInstanceOf(TooSlow.class);
                loris.join();
            }
        });
    }

    @Test
    void aLineThatNeverEndsIsCutOff(Logged log) throws Exception { // rule 39
        run(() -> {
            try (var server = TcpServer.listen("127.0.0.1", 0, stream -> stream.readLine(1_000));
                    var client = TcpClient.connect("127.0.0.1", server.port())) {
                client.write(new byte[1_000]);
                client.closeWrite();
                assertThat(client.readAll()).isEmpty();
            }
        });
        assertThat(log.take()).singleElement().satisfies(line -> {
            assertThat(line.getThrown()).isInstanceOf(TooLong.class);
            assertThat(line.getThrown().getMessage())
                    .matches("TcpStream\\[127.0.0.1:\\d+] was closed: no \"\\\\n\" within 1000 bytes");
        });
    }

    @Test
    @Tag("long")
    void whatAPeerDoesNotTakeInTimeAfterACloseIsDroppedInWords(Logged log) throws Exception {
        run(() -> {
            try (var server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
                var stream = TcpClient.connect("127.0.0.1", server.getLocalPort());
                try (var _ = server.accept()) {
                    var writing = spawn("writer", () -> stream.write(new byte[20_000_000]));
                    sleep(SHORT);
                    stream.close();
                    assertThatExceptionOfType(StreamClosed.class).isThrownBy(writing::join);
                    sleep(SocketStream.PATIENCE.plus(SHORT));
                }
            }
        });
        assertThat(log.take())
                .singleElement()
                .satisfies(line -> assertThat(line.getMessage())
                        .matches("TcpStream\\[127.0.0.1:\\d+] was closed, and its peer did not take the rest in 10 s"));
    }

    // ---- load

    @Test
    void handlersThatThrowUnderLoadLeaveNothing(Logged log) throws Exception {
        run(() -> {
            try (var server = TcpServer.listen("127.0.0.1", 0, stream -> {
                if (stream.readLine().equals("odd")) throw new IllegalStateException("on purpose");
                stream.write(bytes("fine\n"));
            })) {
                for (int i = 0; i < 200; i++) {
                    try (var client = TcpClient.connect("127.0.0.1", server.port())) {
                        client.write(bytes(i % 2 == 0 ? "even\n" : "odd\n"));
                        assertThat(TcpServerTest.text(client.readAll())).isEqualTo(i % 2 == 0 ? "fine\n" : "");
                    }
                }
            }
            expectNoTask();
        });
        assertThat(log.take())
                .hasSize(100)
                .allSatisfy(line -> assertThat(line.getLevel()).isEqualTo(Level.SEVERE));
    }

    @Test
    void peersThatResetUnderLoadLeaveNothing(Logged log) throws Exception {
        run(() -> {
            try (var server = TcpServer.listen("127.0.0.1", 0, stream -> {
                while (true) stream.write(stream.readUntil(bytes("\n"), 100));
            })) {
                for (int i = 0; i < 200; i++) {
                    var peer = RawPeer.connect(server.port());
                    peer.write(bytes("hello\n"));
                    if (i % 3 > 0) peer.read(6);
                    peer.reset();
                }
            }
            expectNoTask();
        });
        log.take(); // how many of them were told depends on the moment
    }

    // ---- whole processes

    private static Program start(Class<?> main) throws IOException {
        return Program.start(
                main, "--enable-native-access=ALL-UNNAMED", "-Djava.util.logging.SimpleFormatter.format=%4$s: %5$s%n");
    }

    @Test
    void tooManyFilesAreToldAndOvercome() throws Exception {
        try (var program = start(TooManyFiles.class)) {
            assertThat(program.rest().lines())
                    .anyMatch(line -> line.matches("cannot connect to 127.0.0.1:\\d+: Too many open files"))
                    .anyMatch(
                            line -> line.matches("WARNING: Listener\\[127.0.0.1:\\d+] could not take in a connection: "
                                    + "Too many open files"))
                    .last()
                    .isEqualTo("served again");
            assertThat(program.status()).isZero();
        }
    }

    /// Client and server share what few files they may have.
    static final class TooManyFiles {
        private static final int NOFILE = 7; // RLIMIT_NOFILE

        public static void main(String[] args) throws Throwable {
            Holdfast.run(() -> {
                try (var server = TcpServer.options()
                        .patience(Duration.ZERO)
                        .listen("127.0.0.1", 0, stream -> stream.copyTo(stream))) {
                    use(server);
                    var clients = new ArrayList<TcpStream>();
                    long few = Leaks.files() + 20;
                    long most = limitFiles(few);
                    for (int refused = 0; refused < 2; ) {
                        try {
                            clients.add(TcpClient.connect("127.0.0.1", server.port()));
                        } catch (UncheckedIOException e) {
                            IO.println(e.getMessage());
                            refused++;
                            limitFiles(few + refused); // one more: for a client, and none for the server
                        }
                        sleep(Duration.ofMillis(5));
                    }
                    clients.forEach(TcpStream::close);
                    limitFiles(most);
                    sleep(Duration.ofSeconds(2));
                    ping(server);
                    IO.println("served again");
                }
            });
        }

        /// Loads what cannot be loaded when no file can be opened.
        private static void use(TcpServer server) throws Exception {
            for (var module : List.of(Built.with(Task.class), Built.with(TcpServer.class))) {
                for (var type : module.classes())
                    load(type.thisClass().asInternalName().replace('/', '.'));
            }
            System.getLogger("dev.holdfast.net").log(System.Logger.Level.WARNING, "begin");
            ping(server);
            RawPeer.connect(server.port()).reset();
            sleep(SHORT);
        }

        private static void load(String name) throws ClassNotFoundException {
            try {
                Class.forName(name, false, TcpServer.class.getClassLoader());
            } catch (IllegalAccessError e) {
                // one of the carrier that is not used
            }
        }

        private static void ping(TcpServer server) {
            try (var client = TcpClient.connect("127.0.0.1", server.port())) {
                client.write(bytes("ping\n"));
                client.readLine();
            }
        }

        /// Returns how many there might have been.
        private static long limitFiles(long most) throws Throwable {
            try (var arena = Arena.ofConfined()) {
                var limits = arena.allocate(ValueLayout.JAVA_LONG, 2); // the soft one, and the hard one above it
                call("getrlimit", limits);
                long before = limits.getAtIndex(ValueLayout.JAVA_LONG, 0);
                limits.setAtIndex(ValueLayout.JAVA_LONG, 0, most);
                call("setrlimit", limits);
                return before;
            }
        }

        @SuppressWarnings("restricted") // the tests run with --enable-native-access
        private static void call(String name, MemorySegment limits) throws Throwable {
            var linker = Linker.nativeLinker();
            var function = linker.downcallHandle(
                    linker.defaultLookup().findOrThrow(name),
                    FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
            if ((int) function.invokeExact(NOFILE, limits) != 0) throw new AssertionError(name + " failed");
        }
    }

    @Test
    void aShutdownUnderLoadServesWhatWasBegunAndEndsWithTheUsualStatus() throws Exception { // rule 9a
        try (var program = start(Serving.class)) {
            int port = Integer.parseInt(program.line());
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.getOutputStream().write(bytes("begin\n"));
                assertThat(socket.getInputStream().readNBytes(6)).isEqualTo(bytes("begun\n"));
                program.kill("TERM");
                assertThat(socket.getInputStream().readAllBytes()).isEqualTo(bytes("done\n"));
            }
            assertThat(program.rest()).isEqualTo("closed");
            assertThat(program.status()).isEqualTo(143);
        }
    }

    static final class Serving {
        public static void main(String[] args) {
            Holdfast.run(() -> {
                try (var server = TcpServer.listen("127.0.0.1", 0, stream -> {
                    stream.readLine();
                    stream.write(bytes("begun\n"));
                    sleep(Duration.ofMillis(500));
                    stream.write(bytes("done\n"));
                })) {
                    IO.println(server.port());
                    server.join();
                } finally {
                    IO.println("closed");
                }
            });
        }
    }
}
