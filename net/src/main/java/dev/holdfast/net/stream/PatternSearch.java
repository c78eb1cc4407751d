package dev.holdfast.net.stream;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Looks for a pattern in a queue that grows, and goes on where a match may still begin. The bytes are copied to
/// where a pattern can see them, each once.
///
/// While it goes on nothing may be taken out of the queue.
final class PatternSearch implements CharSequence {
    private static final int SMALLEST = 256;

    private final Matcher matcher;
    private @Nullable Segment segment; // where looking stopped; null before the first byte
    private int next; // index in it of the first byte that was not seen
    private byte[] seen = new byte[SMALLEST];
    private int size; // how many were seen
    private int first; // where a match may still begin

    PatternSearch(Pattern pattern) {
        this.matcher = pattern.matcher(this);
        matcher.useTransparentBounds(true).useAnchoringBounds(false);
        if (pattern.matcher("").lookingAt()) throw new IllegalArgumentException("matches nothing at all: " + pattern);
    }

    /// Returns how many bytes there are up to the end of the first match, if that is among the first `limit`; else
    /// [Search#NOT_YET].
    @SuppressWarnings("JdkObsolete") // hitEnd is for streams that go on, as this does
    int find(ByteQueue queue, int limit) {
        look(queue, (int) Math.min(queue.size(), limit));
        for (; first < size; first++) {
            matcher.region(first, size);
            if (matcher.lookingAt()) return matcher.end();
            if (matcher.hitEnd()) break; // more bytes may make it one
        }
        return Search.NOT_YET;
    }

    private void look(ByteQueue queue, int count) {
        if (count > seen.length) seen = Arrays.copyOf(seen, Math.max(count, 2 * seen.length));
        if (segment == null) segment = queue.head();
        while (segment != null) {
            int part = Math.min(segment.size() - next, count - size);
            segment.copy(next, seen, size, part);
            size += part;
            next += part;
            if (segment.next == null || next < segment.size()) break;
            segment = segment.next;
            next = 0;
        }
    }

    @Override
    public int length() {
        return size;
    }

    @Override
    public char charAt(int index) {
        return (char) (seen[index] & 0xff);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
        return new String(seen, start, end - start, ISO_8859_1);
    }

    /// Returns what was seen, for a debugger.
    @Override
    public String toString() {
        return new String(seen, 0, size, ISO_8859_1);
    }
}
