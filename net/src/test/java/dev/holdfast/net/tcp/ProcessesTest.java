package dev.holdfast.net.tcp;

import static dev.holdfast.net.tcp.TcpServerTest.bytes;
import static dev.holdfast.task.Coroutine.sleep;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Holdfast;
import dev.holdfast.Program;
import dev.holdfast.build.Built;
import dev.holdfast.net.Leaks;
import dev.holdfast.task.Task;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What concerns a whole process: its files, and its end.
@Tag("threads")
final class ProcessesTest {
    private static final Duration SHORT = Duration.ofMillis(50);

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
