package dev.holdfast.net.stream;

import static dev.holdfast.task.Coroutine.blocking;
import static dev.holdfast.task.Coroutine.spawn;
import static dev.holdfast.task.Coroutine.yieldNow;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.holdfast.Holdfast;
import dev.holdfast.future.Promise;
import dev.holdfast.lifetime.Deadlock;
import dev.holdfast.net.testing.MemoryStream;
import dev.holdfast.task.Action;
import dev.holdfast.task.Coroutine;
import dev.holdfast.task.Task;
import dev.holdfast.testing.Logged;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Streams of ours in the hands of libraries that block.
@Tag("threads")
final class CrossingTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private static <X extends Throwable> void run(Action<X> body) throws X {
        Holdfast.run(LIMIT, body);
    }

    @Test
    void aLibraryReadsLines() throws IOException {
        run(() -> {
            var pair = MemoryStream.pair();
            var line = spawn("library", () -> {
                try (var input = pair.far().inputStream()) {
                    return blocking(() -> new BufferedReader(new InputStreamReader(input, UTF_8)).readLine());
                }
            });
            yieldNow();
            pair.near().write("hel".getBytes(UTF_8));
            yieldNow();
            pair.near().write("lo\n".getBytes(UTF_8));
            assertThat(line.join()).isEqualTo("hello");
        });
    }

    @Test
    void muchIsReadAndWritten() throws IOException {
        var sent = new byte[3_000_000];
        new Random(1).nextBytes(sent);
        run(() -> {
            var pair = MemoryStream.pair();
            var writer = spawn("writer", () -> {
                try (var output = pair.near().outputStream()) {
                    blocking(() -> output.write(sent));
                }
                pair.near().closeWrite();
            });
            try (var input = pair.far().inputStream()) {
                assertThat(blocking(() -> input.readAllBytes())).isEqualTo(sent);
                assertThat(blocking(() -> input.read())).isEqualTo(-1);
                assertThat(blocking(() -> input.read(new byte[0]))).isZero();
            }
            writer.join();
        });
    }

    @Test
    void aBytesValueIsNotItsSign() throws IOException {
        run(() -> {
            var pair = MemoryStream.pair();
            try (var input = pair.far().inputStream();
                    var output = pair.near().outputStream()) {
                blocking(() -> output.write(200));
                assertThat(blocking(() -> input.read())).isEqualTo(200);
            }
        });
    }

    @Test
    void whoWritesWaitsForWhoReads() {
        run(() -> {
            var pair = MemoryStream.pair(1_000);
            var writer = spawn("writer", () -> {
                try (var output = pair.near().outputStream()) {
                    blocking(() -> output.write(new byte[100_000]));
                }
            });
            for (int i = 0; i < 100; i++) yieldNow();
            assertThat(writer.future().isDone()).isFalse();
            pair.far().readExactly(100_000);
            writer.join();
        });
    }

    @Test
    void aReadThatIsCancelledLosesNothing() throws IOException { // rules 22 and 23
        run(() -> {
            var pair = MemoryStream.pair();
            try (var input = pair.far().inputStream()) {
                for (int turns = 0; turns < 30; turns++) {
                    var reader = spawn("reader", () -> blocking(() -> input.read()));
                    for (int i = 0; i < turns % 6; i++) yieldNow();
                    pair.near().write(new byte[] {(byte) turns});
                    for (int i = 0; i < turns / 6; i++) yieldNow();
                    reader.cancel("on purpose");
                    if (!completes(reader))
                        assertThat(blocking(() -> input.read())).isEqualTo(turns);
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

    @Test
    void onTheLoopItIsRefused() throws IOException {
        run(() -> {
            var pair = MemoryStream.pair();
            try (var input = pair.near().inputStream()) {
                assertThatIllegalStateException()
                        .isThrownBy(input::read)
                        .withMessage("MemoryStream[near] would block IOLoop[main]; use it inside blocking(…)");
            }
        });
    }

    @Test
    void aStreamThatWasClosedIsAnErrorInWords() throws IOException {
        run(() -> {
            var pair = MemoryStream.pair();
            pair.near().close();
            try (var input = pair.near().inputStream();
                    var output = pair.near().outputStream()) {
                assertThatExceptionOfType(IOException.class)
                        .isThrownBy(() -> blocking(() -> input.read()))
                        .withMessage("MemoryStream[near] was closed here")
                        .withCauseInstanceOf(StreamClosed.class);
                assertThatExceptionOfType(IOException.class)
                        .isThrownBy(() -> blocking(() -> output.write(1)))
                        .withMessage("MemoryStream[near] was closed here");
            }
        });
    }

    @Test
    void closingItLeavesTheStreamOpen() throws IOException {
        run(() -> {
            var pair = MemoryStream.pair();
            var output = pair.near().outputStream();
            output.close();
            output.close();
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> blocking(() -> output.write(1)))
                    .withMessage("MemoryStream[near] is out of reach: the way there is closed");
            pair.near().write(new byte[] {1});
            assertThat(pair.far().readExactly(1)).containsExactly(1);
        });
    }

    @Test
    void closingItTellsWhoReadsAndLeavesTheStreamToOthers() throws IOException {
        run(() -> {
            var pair = MemoryStream.pair();
            var input = pair.near().inputStream();
            var reader = spawn("reader", () -> blocking(() -> input.read()));
            while (Task.live().size() < 3) yieldNow(); // it has asked
            for (int i = 0; i < 5; i++) yieldNow(); // and waits
            input.close();
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> reader.join(IOException.class))
                    .withMessage("MemoryStream[near] is out of reach: the way there is closed");
            pair.far().write(new byte[] {1});
            assertThat(pair.near().readExactly(1)).containsExactly(1);
        });
    }

    @Test
    void aThreadOfItsOwnMayPrint() throws IOException {
        run(() -> {
            var pair = MemoryStream.pair();
            var output = new PrintStream(pair.near().outputStream(), true, UTF_8);
            Thread.ofPlatform().start(() -> {
                try (output) {
                    output.println("hello");
                }
            });
            assertThat(pair.far().readLine()).isEqualTo("hello");
        });
    }

    @Test
    void aThreadThatWaitsWhenTheLoopIsClosedIsTold() throws Exception {
        var handed = new CompletableFuture<InputStream>();
        var reading = new FutureTask<>(() -> handed.get().read());
        Thread.ofPlatform().start(reading);
        run(() -> {
            handed.complete(MemoryStream.pair().near().inputStream());
            while (Task.live().size() < 2) yieldNow(); // it has asked
        });
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(reading::get)
                .withCauseInstanceOf(IOException.class);
    }

    @Test
    void aThreadThatComesAfterTheCloseIsTold() throws Exception {
        var handed = new CompletableFuture<InputStream>();
        run(() -> handed.complete(MemoryStream.pair().near().inputStream()));
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> handed.join().read())
                .withMessage("MemoryStream[near] is out of reach: IOLoop[main] is closed");
    }

    @Test
    void whoHasItMayStillComeUntilItIsClosed(Logged log) {
        assertThatExceptionOfType(Deadlock.class)
                .isThrownBy(() -> Holdfast.run(
                        () -> { // a limit would count
                            MemoryStream.pair().near().inputStream().close();
                            Coroutine.await(new Promise<Void>("never"));
                        }));
        assertThat(log.take()).hasSize(1);
    }
}
