package dev.holdfast.net.tcp;

import static dev.holdfast.net.tcp.NothingLeft.run;
import static dev.holdfast.net.tcp.TcpServerTest.bytes;
import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.holdfast.cancel.TooSlow;
import dev.holdfast.scope.TaskScope;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Names of hosts that nobody knows, or of which nobody tells for long.
@Tag("threads")
@ExtendWith(NothingLeft.class)
final class NamesTest {
    private static final Duration SHORT = Duration.ofMillis(50);

    private static final int THREADS = 16; // that look for names

    private final CountDownLatch over = new CountDownLatch(1);

    /// A resolver that hangs, as the system's does when its server is gone, and hears of no interruption.
    private List<InetAddress> hang(String host) throws UnknownHostException {
        while (true) {
            try {
                over.await();
                throw new UnknownHostException(host);
            } catch (InterruptedException e) {
                // as getaddrinfo does
            }
        }
    }

    @Test
    void namesThatAreNotKnownLeaveNothing() throws Exception {
        run(() -> {
            var options = TcpClient.options().resolver(host -> {
                throw new UnknownHostException(host);
            });
            for (int i = 0; i < 100; i++) {
                assertThatExceptionOfType(UncheckedIOException.class)
                        .isThrownBy(() -> options.connect("nowhere.example", 80))
                        .withMessage("cannot connect to nowhere.example:80: unknown host");
            }
        });
    }

    @Test
    void whileANameIsLookedForOthersGoOn() throws Exception {
        run(() -> {
            try (var server = TcpServer.listen("127.0.0.1", 0, stream -> stream.copyTo(stream));
                    var client = TcpClient.connect("127.0.0.1", server.port())) {
                var slow = spawn(
                        "slow", () -> TcpClient.options().resolver(this::hang).connect("slow.example", 80));
                for (int i = 0; i < 100; i++) {
                    client.write(bytes("ping\n"));
                    assertThat(client.readLine()).isEqualTo("ping");
                }
                assertThat(slow.future().isDone()).isFalse();
                over.countDown();
                assertThatExceptionOfType(UncheckedIOException.class)
                        .isThrownBy(slow::join)
                        .withMessage("cannot connect to slow.example:80: unknown host");
            }
        });
    }

    @Test
    void whoIsCancelledDoesNotWaitForTheName() throws Exception {
        run(() -> {
            var slow =
                    spawn("slow", () -> TcpClient.options().resolver(this::hang).connect("slow.example", 80));
            sleep(SHORT);
            slow.cancel("on purpose");
            assertThatExceptionOfType(CancellationException.class).isThrownBy(slow::join);
        });
        over.countDown();
    }

    @Test
    void moreSlowNamesThanThreadsFailInTimeAndThenAllIsWell() throws Exception {
        run(() -> {
            var options = TcpClient.options().within(SHORT).resolver(this::hang);
            TaskScope.run(scope -> {
                for (int i = 0; i < 2 * THREADS; i++) {
                    var host = "slow-" + i + ".example";
                    scope.start(
                            host,
                            () -> assertThatExceptionOfType(TooSlow.class)
                                    .isThrownBy(() -> options.connect(host, 80))
                                    .withMessage("connection to " + host + ":80: not within 50 ms"));
                }
            });
            over.countDown();
            try (var server = TcpServer.listen("127.0.0.1", 0, stream -> stream.copyTo(stream));
                    var client = TcpClient.options()
                            .resolver(_ -> List.of(InetAddress.getLoopbackAddress()))
                            .connect("quick.example", server.port())) {
                client.write(bytes("hello\n"));
                assertThat(client.readLine()).isEqualTo("hello");
            }
        });
    }
}
