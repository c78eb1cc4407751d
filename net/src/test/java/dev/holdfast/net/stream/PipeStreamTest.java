package dev.holdfast.net.stream;

import static dev.holdfast.task.Coroutine.blocking;
import static dev.holdfast.task.Coroutine.spawn;
import static dev.holdfast.task.Coroutine.yieldNow;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.holdfast.Holdfast;
import dev.holdfast.future.Promise;
import dev.holdfast.lifetime.Deadlock;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.net.Leaks;
import dev.holdfast.net.testing.MemoryStream;
import dev.holdfast.net.testing.StreamContract;
import dev.holdfast.task.Coroutine;
import dev.holdfast.task.Tasks;
import dev.holdfast.testing.Logged;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

@Tag("threads")
final class PipeStreamTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Path FULL = Path.of("/dev/full"); // a device on which there is never room

    @TempDir
    Path folder;

    private int files;

    @BeforeEach
    void countFiles() throws Exception {
        Holdfast.run(
                LIMIT,
                () -> { // what stays open for good is opened
                    var pair = cats();
                    pair.near().close();
                    pair.far().close();
                });
        expectNoThread();
        files = Leaks.files();
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        expectNoThread();
        Leaks.expectFiles(files);
    }

    /// Waits for the threads of pipes to end, which they do when their last call has returned.
    private static void expectNoThread() throws InterruptedException {
        Leaks.expectNoThread("holdfast-pipe");
    }

    // ---- the rules

    @TestFactory
    Stream<DynamicTest> pipesOfProcessesKeepTheRulesOfStreams() {
        return StreamContract.rules(PipeStreamTest::cats).stream()
                .map(rule -> dynamicTest(rule.name(), () -> Holdfast.run(LIMIT, rule::check)));
    }

    /// Two ends, each written to by a `cat` that reads from the other.
    private static MemoryStream.Pair cats() throws IOException {
        var there = blocking(() -> new ProcessBuilder("cat").start());
        var back = blocking(() -> new ProcessBuilder("cat").start());
        return new MemoryStream.Pair(
                PipeStream.over("near", back.getInputStream(), there.getOutputStream()),
                PipeStream.over("far", there.getInputStream(), back.getOutputStream()));
    }

    // ---- files

    @Test
    void aFileIsCopied() throws Exception {
        var bytes = new byte[1_000_000];
        new Random(1).nextBytes(bytes);
        var from = Files.write(folder.resolve("from"), bytes);
        var to = folder.resolve("to");
        Holdfast.run(LIMIT, () -> {
            try (var source = PipeStream.reading(from);
                    var target = PipeStream.writing(to)) {
                assertThat(source.copyTo(target)).isEqualTo(1_000_000);
                target.finish();
            }
        });
        assertThat(to).hasBinaryContent(bytes);
    }

    @Test
    void aFileIsWrittenAnewOrAtItsEnd() throws Exception {
        var file = Files.writeString(folder.resolve("file"), "old");
        Holdfast.run(LIMIT, () -> {
            for (var stream : new PipeStream[] {PipeStream.writing(file), PipeStream.appending(file)}) {
                stream.write("new\n".getBytes(UTF_8));
                stream.finish();
                stream.close();
            }
        });
        assertThat(file).hasContent("new\nnew\n");
    }

    @Test
    void whatWasWrittenBeforeTheCloseIsWritten() throws Exception {
        var file = folder.resolve("file");
        Holdfast.run(LIMIT, () -> {
            try (var stream = PipeStream.writing(file)) {
                stream.write(new byte[300_000]);
            }
        });
        expectNoThread();
        assertThat(file).hasSize(300_000);
    }

    @Test
    void theLoopWaitsForWhatWasWrittenBeforeTheClose() {
        var slow = new Stuck();
        Holdfast.run(LIMIT, () -> {
            var stream = PipeStream.writing("slow", slow);
            stream.write(new byte[100_000]);
            stream.close();
            CompletableFuture.delayedExecutor(200, TimeUnit.MILLISECONDS).execute(slow::letGo);
        });
        assertThat(slow.taken).hasValue(100_000);
    }

    @Test
    void whatCouldNotBeWrittenAtTheLoopsEndIsSaid(Logged log) {
        var stuck = new Stuck();
        try (var loop = IOLoop.open()) {
            var tasks = Tasks.of(loop);
            tasks.start("writer", tasks.root(), () -> {
                var stream = PipeStream.writing("stuck", stuck);
                stream.write(new byte[] {1});
                stream.close();
                loop.stop();
                return null;
            });
            loop.run();
            loop.close(Duration.ofMillis(50));
        }
        assertThat(log.take())
                .singleElement()
                .satisfies(line -> assertThat(line.getMessage())
                        .isEqualTo("1 pipes had not written everything at the loop's end"));
        stuck.letGo();
    }

    @Test
    void aFileThatIsNotThereIsAnErrorInWords() {
        Holdfast.run(LIMIT, () -> {
            var path = folder.resolve("none");
            assertThatExceptionOfType(UncheckedIOException.class)
                    .isThrownBy(() -> PipeStream.reading(path))
                    .withMessage("cannot open " + path + ": No such file or directory");
        });
    }

    @Test
    void aDiskThatIsFullIsAnErrorInWords() {
        Holdfast.run(LIMIT, () -> {
            try (var stream = PipeStream.writing(FULL)) {
                stream.write(new byte[] {1});
                assertThatExceptionOfType(StreamClosed.class)
                        .isThrownBy(stream::finish)
                        .withMessage("File[/dev/full] failed: No space left on device");
                assertThatExceptionOfType(StreamClosed.class).isThrownBy(() -> stream.write(new byte[] {1}));
            }
        });
    }

    @Test
    void whoWaitsForTheFinishIsToldOfTheClose() {
        Holdfast.run(LIMIT, () -> {
            var stuck = new Stuck();
            var stream = PipeStream.writing("stuck", stuck);
            stream.write(new byte[] {1});
            var finisher = spawn("finisher", stream::finish);
            yieldNow();
            stream.close();
            assertThatExceptionOfType(StreamClosed.class)
                    .isThrownBy(finisher::join)
                    .withMessage("stuck was closed here");
            stuck.letGo();
        });
    }

    // ---- streams of somebody else's

    @Test
    void aStreamThatThrowsFailsInWords() {
        Holdfast.run(LIMIT, () -> {
            try (var stream = PipeStream.reading("broken", new Broken())) {
                assertThatExceptionOfType(StreamClosed.class)
                        .isThrownBy(() -> stream.readExactly(1))
                        .withMessage("broken failed: java.lang.IllegalArgumentException: on purpose");
            }
        });
    }

    @Test
    void anErrorThatAStreamThrowsIsToldToWhoWaits() {
        Holdfast.run(LIMIT, () -> {
            try (var source = PipeStream.reading("source", new Faulty.Source());
                    var sink = PipeStream.writing("sink", new Faulty.Sink())) {
                assertThatExceptionOfType(StreamClosed.class)
                        .isThrownBy(() -> source.readExactly(1))
                        .withMessage("source failed: java.lang.AssertionError: on purpose");
                sink.write(new byte[1]);
                assertThatExceptionOfType(StreamClosed.class)
                        .isThrownBy(sink::finish)
                        .withMessage("sink failed: java.lang.AssertionError: on purpose");
            }
        });
    }

    @Test
    void aCloseThatThrowsHarmsNobody() throws Exception {
        var source = new ClosesBadly();
        Holdfast.run(LIMIT, () -> {
            try (var stream = PipeStream.reading("source", source)) {
                assertThat(stream.readAll()).isEmpty();
            }
        });
        source.reader.get().join();
        assertThat(source.uncaught).isNotDone();
    }

    @Test
    void onAnotherLoopItIsRefused() { // rule 18
        Holdfast.run(LIMIT, () -> {
            try (var source = PipeStream.reading("source", InputStream.nullInputStream());
                    var sink = PipeStream.writing("sink", OutputStream.nullOutputStream())) {
                expectRefusalElsewhere("source", source::readAll);
                expectRefusalElsewhere("sink", () -> sink.write(new byte[1]));
            }
        });
    }

    private static void expectRefusalElsewhere(String name, Runnable use) {
        blocking(() -> {
            assertThatIllegalStateException()
                    .isThrownBy(() -> Holdfast.run(LIMIT, () -> {
                        use.run();
                    }))
                    .withMessageContaining(" touched " + name + " of IOLoop[main]");
        });
    }

    @Test
    void oneThatIsReadOnlyIsNotWritten() {
        Holdfast.run(LIMIT, () -> {
            try (var source = PipeStream.reading("source", InputStream.nullInputStream());
                    var sink = PipeStream.writing("sink", OutputStream.nullOutputStream())) {
                assertThatIllegalStateException()
                        .isThrownBy(() -> source.write(new byte[1]))
                        .withMessage("source is read only");
                assertThatIllegalStateException()
                        .isThrownBy(() -> sink.readExactly(1))
                        .withMessage("sink is written only");
            }
        });
    }

    @Test
    void whoWaitsBesideAPipeThatHasEndedIsTold(Logged log) {
        assertThatExceptionOfType(Deadlock.class)
                .isThrownBy(() -> Holdfast.run(() -> {
                    try (var source = PipeStream.reading("source", InputStream.nullInputStream())) {
                        assertThat(source.readAll()).isEmpty();
                        Coroutine.await(new Promise<Void>("never"));
                    }
                }));
        assertThat(log.take()).hasSize(1);
    }

    @Test
    void oneThatNobodyClosesEndsWithItsLoop() { // else nothingIsLeft would say so
        Holdfast.run(LIMIT, () -> {
            PipeStream.writing(folder.resolve("file")).write(new byte[] {1});
            PipeStream.reading(folder.resolve("file"));
        });
    }

    private static final class Broken extends InputStream {
        @Override
        public int read() {
            throw new IllegalArgumentException("on purpose");
        }
    }

    /// What even an assertion of somebody else's may do.
    private static final class Faulty {
        static final class Source extends InputStream {
            @Override
            public int read() {
                throw new AssertionError("on purpose");
            }
        }

        static final class Sink extends OutputStream {
            @Override
            public void write(int value) {
                throw new AssertionError("on purpose");
            }
        }
    }

    /// Throws when it is closed, and hears if nobody caught that.
    private static final class ClosesBadly extends InputStream {
        final CompletableFuture<Thread> reader = new CompletableFuture<>();
        final CompletableFuture<Throwable> uncaught = new CompletableFuture<>();

        @Override
        public int read() {
            var thread = Thread.currentThread();
            thread.setUncaughtExceptionHandler((_, e) -> uncaught.complete(e));
            reader.complete(thread);
            return -1;
        }

        @Override
        public void close() {
            throw new IllegalStateException("on purpose");
        }
    }

    /// Takes nothing until it is let go.
    private static final class Stuck extends OutputStream {
        final AtomicInteger taken = new AtomicInteger();
        private final CountDownLatch released = new CountDownLatch(1);

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int count) throws IOException {
            try {
                released.await();
                taken.addAndGet(count);
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }

        void letGo() {
            released.countDown();
        }
    }
}
