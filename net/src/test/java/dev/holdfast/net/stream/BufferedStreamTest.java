package dev.holdfast.net.stream;

import static dev.holdfast.scope.Timeouts.moveOnAfter;
import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static dev.holdfast.task.Coroutine.yieldNow;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.holdfast.cancel.Cancelled;
import dev.holdfast.net.stream.ByteQueueTest.Watched;
import dev.holdfast.net.testing.MemoryStream;
import dev.holdfast.task.Action;
import dev.holdfast.task.Task;
import dev.holdfast.testing.Sim;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class BufferedStreamTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @FunctionalInterface
    private interface Claim {
        void check(BufferedStream near, BufferedStream far) throws Exception;
    }

    /// Between the two ends of a stream in memory.
    private static void between(Claim claim) throws Exception {
        Sim.run((Action<Exception>) () -> {
            var pair = MemoryStream.pair();
            claim.check(pair.near(), pair.far());
        });
    }

    // ---- up to something

    @Test
    void itReadsUpToADelimiterAndItToo() throws Exception {
        between((near, far) -> {
            near.write(bytes("one;;two;;"));
            assertThat(text(far.readUntil(bytes(";;"), 100))).isEqualTo("one;;");
            assertThat(text(far.readUntil(bytes(";;"), 100))).isEqualTo("two;;");
        });
    }

    @Test
    void itWaitsForADelimiterThatComesInPieces() throws Exception {
        between((near, far) -> {
            spawn("writer", () -> {
                for (var piece : new String[] {"on", "e;", ";tw"}) {
                    sleep(SECOND);
                    near.write(bytes(piece));
                }
            });
            assertThat(text(far.readUntil(bytes(";;"), 100))).isEqualTo("one;;");
            assertThat(Sim.elapsed()).isEqualTo(SECOND.multipliedBy(3));
        });
    }

    @Test
    void aMatchBeyondTheLimitDoesNotCountAndClosesTheStream() throws Exception { // rule 39
        between((near, far) -> {
            near.write(bytes("12345\n12345\n"));
            assertThat(text(far.readUntil(bytes("\n"), 6))).isEqualTo("12345\n");
            assertThatExceptionOfType(TooLong.class)
                    .isThrownBy(() -> far.readUntil(bytes("\n"), 5))
                    .withMessage("MemoryStream[far] was closed: no \"\\n\" within 5 bytes")
                    .satisfies(e -> assertThat(e.maxBytes()).isEqualTo(5));
            assertThat(messageOf(far::awaitMore)).isEqualTo("MemoryStream[far] was closed here");
            assertThat(near.awaitMore()).isFalse();
        });
    }

    @Test
    void whatComesBeforeTheEndIsServedAndThenTheEndIsTold() throws Exception { // rule 39
        between((near, far) -> {
            near.write(bytes("one;;tw"));
            near.close();
            assertThat(text(far.readUntil(bytes(";;"), 100))).isEqualTo("one;;");
            assertThatExceptionOfType(StreamClosed.class)
                    .isThrownBy(() -> far.readUntil(bytes(";;"), 100))
                    .withMessage("MemoryStream[far] ended after 2 bytes, without \";;\"")
                    .satisfies(e -> assertThat(e.isOrderly()).isTrue());
            assertThat(text(far.readSome(10))).isEqualTo("tw"); // is still there
        });
    }

    @Test
    void itReadsUpToAMatchOfAPattern() throws Exception {
        between((near, far) -> {
            spawn("writer", () -> {
                for (var piece : new String[] {"GET / HTTP/1.1\r", "\nHost: a\r\n\r", "\nbody"}) {
                    sleep(SECOND);
                    near.write(bytes(piece));
                }
            });
            var end = Pattern.compile("\r?\n\r?\n");
            assertThat(text(far.readUntil(end, 100))).isEqualTo("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(text(far.readExactly(4))).isEqualTo("body");
        });
    }

    @Test
    void bytesAreTheCharactersOfLatin1ToAPattern() throws Exception {
        between((near, far) -> {
            near.write(new byte[] {1, (byte) 0xff, 2});
            assertThat(far.readUntil(Pattern.compile("\u00ff"), 3)).containsExactly(1, 0xff);
        });
    }

    @Test
    void aMatchOfAPatternBeyondTheLimitDoesNotCount() throws Exception { // rule 39
        between((near, far) -> {
            near.write(bytes("12345\n"));
            assertThat(messageOf(() -> far.readUntil(Pattern.compile("\\s"), 5)))
                    .isEqualTo("MemoryStream[far] was closed: no match of \\s within 5 bytes");
        });
    }

    @Test
    void aPatternThatMatchesNothingAtAllIsRefused() throws Exception {
        between((near, far) -> assertThatIllegalArgumentException()
                .isThrownBy(() -> far.readUntil(Pattern.compile("a*"), 5))
                .withMessage("matches nothing at all: a*"));
    }

    /// In pieces of a byte each, a search that begins at the front again and again would take minutes.
    @Test
    void readingUpToSomethingIsLinear() throws Exception { // rule 39
        int size = 1_000_000;
        between((near, far) -> {
            for (Function<BufferedStream, byte[]> read : Linear.READS) {
                spawn("writer", () -> {
                    for (int i = 0; i < size; i++) {
                        near.write(bytes("a"));
                        if (i % 64 == 0) yieldNow(); // the reader looks at every bit
                    }
                    near.write(bytes("b"));
                });
                assertThat(read.apply(far)).hasSize(size + 1);
            }
        });
    }

    private static final class Linear {
        private static final int MAX = 2_000_000;
        private static final java.util.List<Function<BufferedStream, byte[]>> READS = java.util.List.of(
                stream -> stream.readUntil(bytes("b"), MAX),
                stream -> stream.readUntil(bytes("aaaaaaaaab"), MAX),
                stream -> stream.readUntil(Pattern.compile("[bc]"), MAX));
    }

    // ---- lines

    @Test
    void linesEndWithANewlineOrACarriageReturnAndANewline() throws Exception {
        between((near, far) -> {
            near.write(bytes("unix\nwindows\r\n\r\n\n\rmac\n"));
            assertThat(far.readLine()).isEqualTo("unix");
            assertThat(far.readLine()).isEqualTo("windows");
            assertThat(far.readLine()).isEmpty();
            assertThat(far.readLine()).isEmpty();
            assertThat(far.readLine()).isEqualTo("\rmac");
        });
    }

    @Test
    void linesAreUtf8() throws Exception {
        between((near, far) -> {
            near.write(bytes("grüße ☃\n"));
            assertThat(far.readLine()).isEqualTo("grüße ☃");
        });
    }

    @Test
    void aLineIsAMebibyteLongAtMost() throws Exception {
        between((near, far) -> {
            spawn("writer", () -> {
                near.write(new byte[1024 * 1024 - 1]);
                near.write(bytes("\n"));
                assertThatExceptionOfType(StreamClosed.class)
                        .isThrownBy(() -> near.write(new byte[2 * 1024 * 1024]))
                        .withMessage("MemoryStream[near] failed: MemoryStream[far] was closed");
            });
            assertThat(far.readLine()).hasSize(1024 * 1024 - 1);
            assertThat(messageOf(far::readLine))
                    .isEqualTo("MemoryStream[far] was closed: no \"\\n\" within 1048576 bytes");
        });
    }

    // ---- so many, some, all

    @Test
    void itReadsSoManyBytesAndNoneIfNoneAreAskedFor() throws Exception {
        between((near, far) -> {
            assertThat(far.readExactly(0)).isEmpty();
            near.write(bytes("abc"));
            assertThat(text(far.readExactly(2))).isEqualTo("ab");
            near.close();
            assertThat(messageOf(() -> far.readExactly(2)))
                    .isEqualTo("MemoryStream[far] ended after 1 bytes, without 2 bytes");
            assertThat(messageOf(() -> far.readExactly(-1))).isEqualTo("count < 0: -1");
        });
    }

    @Test
    void itReadsSomeOfWhatThereIs() throws Exception {
        between((near, far) -> {
            near.write(bytes("abc"));
            assertThat(text(far.readSome(2))).isEqualTo("ab");
            assertThat(text(far.readSome(2))).isEqualTo("c");
            near.close();
            assertThat(messageOf(() -> far.readSome(2))).isEqualTo("MemoryStream[far] ended, without another byte");
            assertThat(messageOf(() -> far.readSome(0))).isEqualTo("maxBytes < 1: 0");
        });
    }

    @Test
    void itReadsEverythingUpToTheEnd() throws Exception {
        between((near, far) -> {
            spawn("writer", () -> {
                near.write(bytes("all of "));
                sleep(SECOND);
                near.write(bytes("it"));
                near.closeWrite();
            });
            assertThat(text(far.readAll())).isEqualTo("all of it");
            assertThat(far.readAll()).isEmpty();
        });
    }

    @Test
    void everythingHasALimitToo() throws Exception { // rule 39
        between((near, far) -> {
            near.write(bytes("12345"));
            near.closeWrite();
            assertThat(messageOf(() -> far.readAll(4)))
                    .isEqualTo("MemoryStream[far] was closed: no end within 4 bytes");
        });
        between((near, far) -> {
            near.write(bytes("1234"));
            near.closeWrite();
            assertThat(far.readAll(4)).hasSize(4);
        });
    }

    @Test
    void itSkipsMoreThanItHolds() throws Exception {
        between((near, far) -> {
            spawn("writer", () -> near.write(new byte[1_000_000]));
            spawn("end", () -> near.write(bytes("end")));
            far.skip(1_000_000);
            assertThat(text(far.readExactly(3))).isEqualTo("end");
        });
    }

    @Test
    void whatIsPeekedAtStays() throws Exception {
        between((near, far) -> {
            near.write(bytes("abc"));
            assertThat(text(far.peek(2))).isEqualTo("ab");
            assertThat(text(far.peek(3))).isEqualTo("abc");
            assertThat(far.awaitMore()).isTrue();
            assertThat(text(far.readExactly(3))).isEqualTo("abc");
        });
    }

    @Test
    void noByteIsCopiedWhenAStreamIsCopied() throws Exception {
        Sim.run((Action<Exception>) () -> {
            var source = new Source(100, 4_000);
            var target = new Target();
            assertThat(new BufferedStream(source).copyTo(target)).isEqualTo(400_000);
            assertThat(target.segments).isEqualTo(source.segments); // the very ones
            assertThat(source.segments).allSatisfy(segment -> {
                assertThat(segment.copied).isZero();
                assertThat(segment.looks).isZero();
            });
        });
    }

    /// Bytes in memory that is counted, a few segments at a time.
    private static final class Source implements ByteStream {
        final List<Watched> segments = new ArrayList<>();
        private final int count;
        private final int size;

        Source(int count, int size) {
            this.count = count;
            this.size = size;
        }

        @Override
        public boolean read(ByteQueue into) {
            for (int i = 0; i < 3 && segments.size() < count; i++) {
                var segment = new Watched(size, false);
                segments.add(segment);
                into.add(segment);
            }
            return !into.isEmpty();
        }

        @Override
        public void write(ByteQueue from) {
            throw new AssertionError("is read only");
        }

        @Override
        public void closeWrite() {}

        @Override
        public void close() {}
    }

    /// Keeps what it gets.
    private static final class Target implements ByteStream {
        final List<Segment> segments = new ArrayList<>();

        @Override
        public boolean read(ByteQueue into) {
            throw new AssertionError("is written only");
        }

        @Override
        public void write(ByteQueue from) {
            for (Segment next; (next = from.removeFirst()) != null; ) segments.add(next);
        }

        @Override
        public void closeWrite() {}

        @Override
        public void close() {}
    }

    @Test
    void aStreamIsCopiedToAnother() throws Exception {
        between((near, far) -> {
            var other = MemoryStream.pair();
            var bytes = new byte[3_000_000];
            new Random(1).nextBytes(bytes);
            spawn("writer", () -> {
                near.write(bytes);
                near.closeWrite();
            });
            Task<Long> copied = spawn("copy", () -> far.copyTo(other.near()));
            assertThat(other.far().readExactly(bytes.length)).isEqualTo(bytes);
            assertThat(copied.join()).isEqualTo(bytes.length);
        });
    }

    // ---- cancelling

    @Test
    void aReadThatIsCutShortHasTakenNothing() throws Exception { // rule 22
        between((near, far) -> {
            near.write(bytes("hel"));
            assertThat(moveOnAfter(SECOND, () -> far.readLine())).isFalse();
            near.write(bytes("lo\n"));
            assertThat(far.readLine()).isEqualTo("hello");
        });
    }

    @Test
    void aCancelledTaskDoesNotReadEvenWhatIsThere() throws Exception { // rule 21
        between((near, far) -> {
            near.write(bytes("line\n"));
            var task = spawn("cancelled", () -> {
                Task.current().cancel("on purpose");
                var thrown = catchThrowable(far::readLine);
                assertThat(thrown).isInstanceOf(Cancelled.class);
                throw thrown;
            });
            while (!task.future().isDone()) yieldNow();
            assertThat(far.readLine()).isEqualTo("line");
        });
    }

    private static String messageOf(Runnable wrong) {
        return "" + catchThrowable(wrong::run).getMessage();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, UTF_8);
    }
}
