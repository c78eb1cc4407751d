package dev.holdfast.net.stream;

import org.jspecify.annotations.Nullable;

/// Looks for some bytes in a queue that grows, and goes on where it stopped: each byte is looked at twice at most,
/// whatever the pieces in which they come and whatever is looked for (D. E. Knuth, J. H. Morris, V. R. Pratt, "Fast
/// Pattern Matching in Strings", SIAM J. Comput. 6, 1977).
///
/// While it goes on nothing may be taken out of the queue.
final class Search {
    static final int NOT_YET = -1;

    private final byte[] wanted;
    private final int[] border; // for each prefix of what is wanted: how much of it is a prefix and a suffix too
    private @Nullable Segment segment; // where it stopped; null before the first byte
    private int before; // how many bytes lie in front of that
    private int next; // index in it of the first byte that was not looked at
    private int matched; // of what is wanted, right before that byte

    /// `wanted` has a byte at least.
    Search(byte[] wanted) {
        if (wanted.length == 0) throw new IllegalArgumentException("nothing to look for: 0 bytes");
        this.wanted = wanted.clone();
        this.border = bordersOf(this.wanted);
    }

    private static int[] bordersOf(byte[] wanted) {
        var border = new int[wanted.length];
        for (int i = 1, length = 0; i < wanted.length; i++) {
            while (length > 0 && wanted[length] != wanted[i]) length = border[length - 1];
            if (wanted[length] == wanted[i]) length++;
            border[i] = length;
        }
        return border;
    }

    /// Returns how many bytes there are up to the end of the first match, if that is among the first `limit`; else
    /// [#NOT_YET].
    int find(ByteQueue queue, int limit) {
        if (segment == null) segment = queue.head();
        while (segment != null) {
            int end = Math.min(segment.size(), limit - before);
            if (matchesIn(segment, end)) return before + next;
            if (segment.next == null || end < segment.size()) break;
            before += end;
            segment = segment.next;
            next = 0;
        }
        return NOT_YET;
    }

    private boolean matchesIn(Segment segment, int end) {
        while (next < end) {
            if (matched == 0) {
                int hit = segment.indexOf(wanted[0], next, end);
                if (hit < 0) {
                    next = end;
                    return false;
                }
                next = hit + 1;
                matched = 1;
            } else {
                step(segment.at(next++));
            }
            if (matched == wanted.length) return true;
        }
        return false;
    }

    private void step(byte value) {
        while (matched > 0 && wanted[matched] != value) matched = border[matched - 1];
        if (wanted[matched] == value) matched++;
    }
}
