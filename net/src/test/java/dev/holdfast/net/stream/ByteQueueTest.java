package dev.holdfast.net.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ByteQueueTest {
    private final ByteQueue queue = new ByteQueue();

    @Test
    void bytesComeOutInTheOrderInWhichTheyWentIn() {
        queue.add(bytes("hello "));
        queue.add(bytes("world"));
        assertThat(queue.size()).isEqualTo(11);
        assertThat(text(queue.peek(7))).isEqualTo("hello w");
        assertThat(text(queue.take(3))).isEqualTo("hel");
        queue.skip(3);
        assertThat(text(queue.take(5))).isEqualTo("world");
        assertThat(queue.isEmpty()).isTrue();
        assertThat(queue).hasToString("ByteQueue[0]");
    }

    @Test
    void whatWasAddedMayBeChangedAfterwards() {
        var bytes = bytes("hello");
        queue.add(bytes);
        bytes[0] = 'j';
        assertThat(text(queue.take(5))).isEqualTo("hello");
    }

    @Test
    void whatWasTakenIsNobodyElses() {
        queue.add(new byte[5_000]);
        var rest = new ByteQueue();
        queue.moveTo(rest, 3_000);
        Arrays.fill(rest.take(3_000), (byte) 'x');
        assertThat(queue.take(2_000)).containsOnly(0);
    }

    @Test
    void asManyAsThereAreCanBeTakenAndNoMore() {
        queue.add(bytes("abc"));
        assertThatIllegalArgumentException().isThrownBy(() -> queue.take(4)).withMessage("not between 0 and 3: 4");
        assertThatIllegalArgumentException().isThrownBy(() -> queue.skip(-1)).withMessage("not between 0 and 3: -1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> queue.moveTo(queue))
                .withMessage("a queue cannot be moved to itself: ByteQueue[3]");
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> queue.add(bytes("abc"), 2, 2));
        assertThat(queue.take(0)).isEmpty();
    }

    @Test
    void largeSegmentsAreMovedAndSmallOnesCopied() {
        var large = new Watched(3 * 1024, false);
        var small = new Watched(100, false);
        var sparse = new Watched(3 * 1024, true);
        queue.add(large);
        queue.add(small);
        queue.add(sparse);
        assertThat(small.released).isTrue();
        assertThat(sparse.released).isTrue();

        var target = new ByteQueue();
        target.add(bytes("before"));
        queue.moveTo(target);
        target.skip(6);
        assertThat(target.removeFirst()).isSameAs(large);
        assertThat(large.released).isFalse();
        assertThat(target.size()).isEqualTo(100 + 3 * 1024);
    }

    @Test
    void whatIsThrownAwayGivesItsMemoryBack() {
        var segments = new Watched[4];
        for (int i = 0; i < segments.length; i++) queue.add(segments[i] = new Watched(5_000, false));
        queue.skip(5_000);
        queue.take(5_000);
        assertThat(segments[0].released).isTrue();
        assertThat(segments[1].released).isTrue();
        assertThat(segments[2].released).isFalse();
        queue.clear();
        assertThat(segments[2].released).isTrue();
        assertThat(segments[3].released).isTrue();
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void singleBytesTakeNoMoreThanTwiceTheirMemory() { // and not a segment each
        for (int i = 0; i < 100_000; i++) queue.add(new Watched(1, false));
        long segments = 0;
        for (var segment = queue.head(); segment != null; segment = segment.next) segments++;
        assertThat(segments).isLessThan(40);
        assertThat(queue.take(100_000)).hasSize(100_000);
    }

    @Test
    void aPieceThatIsTakenOutWholeIsNotCopiedAgain() {
        queue.add(bytes("whole"));
        var array = queue.head().view().array();
        assertThat(queue.take(5)).isSameAs(array);
    }

    /// Against a plain array, with whatever pieces chance brings.
    @Test
    void itBehavesLikeAnArrayWhateverThePieces() {
        for (int seed = 0; seed < 300; seed++) {
            var random = new Random(seed);
            var queues = new ByteQueue[] {new ByteQueue(), new ByteQueue()};
            var models = new byte[][] {{}, {}};
            for (int step = 0; step < 100; step++) {
                int i = random.nextInt(2);
                int size = models[i].length;
                int count = size == 0 ? 0 : random.nextInt(size + 1);
                switch (random.nextInt(6)) {
                    case 0 -> {
                        var bytes = randomBytes(random);
                        queues[i].add(bytes);
                        models[i] = joined(models[i], bytes);
                    }
                    case 1 -> {
                        var segment = new Watched(randomBytes(random), random.nextInt(10) == 0);
                        models[i] = joined(models[i], segment.bytes);
                        queues[i].add(segment);
                    }
                    case 2 -> {
                        queues[i].moveTo(queues[1 - i], count);
                        models[1 - i] = joined(models[1 - i], Arrays.copyOf(models[i], count));
                        models[i] = Arrays.copyOfRange(models[i], count, size);
                    }
                    case 3 -> {
                        assertThat(queues[i].take(count)).isEqualTo(Arrays.copyOf(models[i], count));
                        models[i] = Arrays.copyOfRange(models[i], count, size);
                    }
                    case 4 -> {
                        queues[i].skip(count);
                        models[i] = Arrays.copyOfRange(models[i], count, size);
                    }
                    default -> assertThat(queues[i].peek(count)).isEqualTo(Arrays.copyOf(models[i], count));
                }
                assertThat(queues[i].size()).as("seed " + seed).isEqualTo(models[i].length);
            }
            for (int i = 0; i < 2; i++)
                assertThat(queues[i].take(models[i].length)).as("seed " + seed).isEqualTo(models[i]);
        }
    }

    private static byte[] randomBytes(Random random) {
        var bytes = new byte[random.nextInt(random.nextBoolean() ? 20 : 10_000)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] joined(byte[] first, byte[] second) {
        var both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, java.nio.charset.StandardCharsets.UTF_8);
    }

    /// Memory that somebody counts.
    static final class Watched extends Segment {
        final byte[] bytes;
        private final boolean sparse;
        int from;
        boolean released;
        int looks; // at single bytes
        int copied; // bytes

        Watched(byte[] bytes, boolean sparse) {
            this.bytes = bytes;
            this.sparse = sparse;
        }

        Watched(int size, boolean sparse) {
            this(new byte[size], sparse);
        }

        @Override
        public int size() {
            return bytes.length - from;
        }

        @Override
        public byte at(int index) {
            looks++;
            return bytes[from + index];
        }

        @Override
        public int indexOf(byte value, int from, int to) {
            for (int i = from; i < to; i++) if (at(i) == value) return i;
            return -1;
        }

        @Override
        public void copy(int from, byte[] target, int at, int count) {
            assertThat(released).isFalse();
            copied += count;
            System.arraycopy(bytes, this.from + from, target, at, count);
        }

        @Override
        public ByteBuffer view() {
            return ByteBuffer.wrap(bytes, from, size());
        }

        @Override
        public void drop(int count) {
            from += count;
        }

        @Override
        public Segment cut(int count) {
            var first = new Watched(Arrays.copyOfRange(bytes, from, from + count), false);
            from += count;
            return first;
        }

        @Override
        public boolean isSparse() {
            return sparse;
        }

        @Override
        public void release() {
            assertThat(released).isFalse();
            released = true;
        }
    }
}
