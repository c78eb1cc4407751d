package dev.holdfast.net.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class SearchTest {
    private final ByteQueue queue = new ByteQueue();

    @Test
    void itFindsTheFirstMatchAcrossPieces() {
        var search = new Search(bytes("\r\n"));
        queue.add(bytes("GET /\r"));
        assertThat(search.find(queue, 100)).isEqualTo(Search.NOT_YET);
        queue.add(bytes("\r"));
        assertThat(search.find(queue, 100)).isEqualTo(Search.NOT_YET);
        queue.add(bytes("\nHost: "));
        assertThat(search.find(queue, 100)).isEqualTo(8);
    }

    @Test
    void aMatchBeyondTheLimitDoesNotCount() { // rule 39
        queue.add(bytes("12345\n"));
        assertThat(new Search(bytes("\n")).find(queue, 5)).isEqualTo(Search.NOT_YET);
        assertThat(new Search(bytes("\n")).find(queue, 6)).isEqualTo(6);
        assertThat(new Search(bytes("5\n")).find(queue, 5)).isEqualTo(Search.NOT_YET);
    }

    @Test
    void nothingCannotBeFound() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Search(new byte[0]))
                .withMessage("nothing to look for: 0 bytes");
    }

    /// What makes a plain search quadratic: it nearly matches, again and again.
    @Test
    void itLooksAtEachByteTwiceAtMostWhateverIsLookedFor() { // rule 39
        var wanted = new byte[1_000];
        Arrays.fill(wanted, (byte) 'a');
        wanted[999] = 'b';
        var search = new Search(wanted);
        var pieces = new ByteQueueTest.Watched[100];
        for (int i = 0; i < pieces.length; i++) {
            var piece = new byte[3_000];
            Arrays.fill(piece, (byte) 'a');
            queue.add(pieces[i] = new ByteQueueTest.Watched(piece, false));
            assertThat(search.find(queue, Integer.MAX_VALUE)).isEqualTo(Search.NOT_YET);
        }
        assertThat(Arrays.stream(pieces).mapToInt(piece -> piece.looks)).allMatch(looks -> looks <= 6_000);
    }

    @Test
    void itFindsWhatAStringFindsWhateverThePieces() {
        for (int seed = 0; seed < 2_000; seed++) {
            var random = new Random(seed);
            var text = randomText(random, 1 + random.nextInt(60));
            var wanted = randomText(random, 1 + random.nextInt(5));
            var queue = new ByteQueue();
            var search = new Search(bytes(wanted));
            int found = Search.NOT_YET;
            int added = 0;
            while (found == Search.NOT_YET && added < text.length()) {
                int count = 1 + random.nextInt(text.length() - added);
                queue.add(bytes(text.substring(added, added + count)));
                added += count;
                found = search.find(queue, 1_000);
            }
            int expected = text.indexOf(wanted);
            assertThat(found)
                    .as(text + " " + wanted)
                    .isEqualTo(expected < 0 ? Search.NOT_YET : expected + wanted.length());
        }
    }

    private static String randomText(Random random, int length) {
        var text = new StringBuilder();
        for (int i = 0; i < length; i++) text.append(random.nextInt(3) == 0 ? 'b' : 'a');
        return text.toString();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
