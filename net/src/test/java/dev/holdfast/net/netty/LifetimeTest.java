package dev.holdfast.net.netty;

import static dev.holdfast.task.Coroutine.await;
import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofNanos;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.holdfast.Holdfast;
import dev.holdfast.cancel.Cancelled;
import dev.holdfast.future.Future;
import dev.holdfast.future.Promise;
import dev.holdfast.lifetime.BrokenPromise;
import dev.holdfast.lifetime.ExternalPromise;
import dev.holdfast.lifetime.Owned;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.net.Leaks;
import dev.holdfast.net.tcp.TcpClient;
import dev.holdfast.net.tcp.TcpServer;
import dev.holdfast.net.tcp.TcpStream;
import dev.holdfast.queue.Queue;
import dev.holdfast.task.Task;
import dev.holdfast.testing.Trail;
import java.lang.management.ManagementFactory;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The scenarios of docs/scenarios.md that real sockets change.
@Tag("threads")
@Timeout(60)
final class LifetimeTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration A_WHILE = ofMillis(100);
    private static final Duration A_MOMENT = ofMillis(1);

    private final Trail trail = new Trail();

    private static TcpServer echo() {
        return TcpServer.listen("127.0.0.1", 0, stream -> stream.copyTo(stream));
    }

    // ---- a client that nobody has any more

    /// What a user holds. Its reader works on the stream, and never on the client itself.
    private final class Client {
        private final TcpStream stream;
        private final Task<Void> reader;

        Client(int port) {
            var connection = TcpClient.connect("127.0.0.1", port);
            var marks = trail;
            stream = connection;
            reader = Owned.spawn(this, "reader", () -> read(connection, marks));
        }

        private static void read(TcpStream connection, Trail marks) {
            try (connection) {
                while (connection.awaitMore()) marks.mark("got " + connection.readLine());
            } catch (Cancelled e) {
                marks.mark(e.reason());
                throw e;
            } finally {
                marks.mark("finally");
            }
        }

        void say(String line) {
            stream.write((line + "\n").getBytes(UTF_8));
        }
    }

    @Test
    void S10_collectableClient() throws Exception {
        Holdfast.run(LIMIT, () -> {
            try (var server = echo()) {
                awaitCollected(talk(server.port()));
                int files = filesWithoutConnections(server);
                awaitCollected(talk(server.port()));
                assertThat(filesWithoutConnections(server)).isEqualTo(files);
            }
        });
        var end = "its owner, a LifetimeTest$Client, was collected";
        trail.expect("got a", "got b", end, "finally", "got a", "got b", end, "finally");
    }

    /// Waits until the server has heard of the end of all, and both sides have closed their files.
    private static int filesWithoutConnections(TcpServer server) {
        while (server.connections() > 0) sleep(A_MOMENT);
        sleep(A_WHILE);
        return Leaks.files();
    }

    private Task<Void> talk(int port) {
        var client = new Client(port);
        for (var line : new String[] {"a", "b"}) {
            System.gc();
            client.say(line);
            sleep(ofMillis(50));
        }
        Reference.reachabilityFence(client);
        return client.reader;
    }

    private static void awaitCollected(Task<Void> reader) {
        var waiter = spawn("waiter", () -> reader.join());
        while (!waiter.future().isDone()) {
            System.gc();
            sleep(A_MOMENT);
        }
        assertThatExceptionOfType(CancellationException.class)
                .isThrownBy(waiter::join)
                .withMessage("Task[reader] was cancelled: its owner, a LifetimeTest$Client, was collected");
    }

    // ---- a thread that dies while the loop sleeps in its sockets

    @Test
    void S25_externalThreadDied() throws Exception {
        Holdfast.run(LIMIT, () -> {
            try (var server = echo();
                    var client = TcpClient.connect("127.0.0.1", server.port())) {
                var reader = spawn("reader", () -> client.awaitMore());
                var answer = askAThreadThatDies();
                var over = new CountDownLatch(1);
                var collecting = collectUntil(over);
                assertThatExceptionOfType(BrokenPromise.class)
                        .isThrownBy(() -> await(answer))
                        .withMessageContaining("ExternalPromise[answer]");
                over.countDown();
                collecting.join();
                assertThat(reader.future().isDone()).isFalse();
                client.closeWrite();
                assertThat(reader.join()).isFalse();
            }
        });
    }

    private static Future<Integer> askAThreadThatDies() {
        ExternalPromise<Integer> answer = ExternalPromise.open("answer");
        Thread.ofPlatform()
                .uncaughtExceptionHandler((_, _) -> {})
                .start(() -> answer.complete(Integer.parseInt("forty-two")));
        return answer.future();
    }

    /// Collects from outside: nothing that happens on the loop wakes it but the news.
    private static Thread collectUntil(CountDownLatch over) {
        return Thread.ofPlatform().start(() -> {
            while (over.getCount() > 0) {
                System.gc();
                pause(A_MOMENT);
            }
        });
    }

    // ---- a server to which nobody comes

    @ParameterizedTest
    @EnumSource
    void S26_idleServer(Transport transport) throws Exception {
        var counting = new Counting(transport.handlers());
        try (var loop = IOLoop.open("server")) {
            var door = loop.external("the test").unref();
            loop.execute(() -> {
                Network.on(loop, transport, counting);
                spawn("main", LifetimeTest::serveNobody);
                spawn("awaits", () -> await(new Promise<>()));
                spawn("gets", () -> new Queue<>().get());
            });
            var thread = Thread.ofPlatform().start(loop::run);
            expectIdle(counting, thread);
            assertThat(door.tryExecute(loop::stop)).isTrue();
            thread.join();
        }
    }

    /// Listens, and has a connection on which nobody speaks.
    private static void serveNobody() {
        try (var server = TcpServer.options().patience(Duration.ZERO).listen("127.0.0.1", 0, stream -> {
                    stream.awaitMore();
                });
                var client = TcpClient.connect("127.0.0.1", server.port())) {
            client.awaitMore();
        }
    }

    private static void expectIdle(Counting counting, Thread thread) {
        awaitRest(counting);
        var threads = ManagementFactory.getThreadMXBean();
        int sleeps = counting.sleeps.get();
        long before = threads.getThreadCpuTime(thread.threadId());
        for (int i = 0; i < 3; i++) {
            System.gc();
            pause(A_WHILE);
        }
        assertThat(counting.sleeps).as("sleeps: nobody woke it").hasValue(sleeps);
        assertThat(ofNanos(threads.getThreadCpuTime(thread.threadId()) - before))
                .isLessThan(ofMillis(5));
    }

    /// Waits until the loop has slept for a while.
    private static void awaitRest(Counting counting) {
        for (int before = 0, now; (now = counting.sleeps.get()) == 0 || now != before; before = now) {
            pause(A_WHILE.multipliedBy(3));
        }
    }

    private static void pause(Duration length) {
        long end = System.nanoTime() + length.toNanos();
        for (long left; (left = end - System.nanoTime()) > 0; ) LockSupport.parkNanos(left);
    }
}
