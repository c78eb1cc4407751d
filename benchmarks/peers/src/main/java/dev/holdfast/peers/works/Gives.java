package dev.holdfast.peers.works;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/// What a peer gives its users, and so how many times as long it has to take as Holdfast does.
enum Gives {
    ITSELF("", 0, Said.NOTHING),
    LIMIT("the limit", 0, Said.NOTHING),
    THE_SAME("straight-line code, one at a time", 1, Said.GATE),
    SEVERAL_THREADS("straight-line code, several at a time", 0, Said.NOTHING),
    CALLBACKS("callbacks, one at a time", 0, Said.NOTHING),
    STACKLESS("stackless, one at a time", 0.5, Said.AIM),
    PYTHON("CPython", 10, Said.GATE);

    /// The works that have gates; the others are told.
    static final Set<Work> JUDGED = EnumSet.of(Work.SWITCH, Work.START_JOIN, Work.PING_PONG);

    /// How many times what a bare virtual thread retains a task may retain.
    static final double BYTES = 1.7;

    final String words;
    private final double least;
    private final Said said;

    private enum Said {
        NOTHING,
        AIM, // missed without shame
        GATE
    }

    Gives(String words, double least, Said said) {
        this.words = words;
        this.least = least;
        this.said = said;
    }

    /// {@return the verdict on a peer that takes `ratio` times as long as Holdfast for `work`: `≥ 1.00: ok`} Empty if
    /// there is none.
    String verdict(Work work, double ratio) {
        if (said == Said.NOTHING || !JUDGED.contains(work)) return "";
        var bound = String.format(Locale.ROOT, "%s≥ %.2f", said == Said.AIM ? "aim " : "", least);
        return bound + ": " + word(ratio >= least);
    }

    /// {@return the verdict on a task that retains `ratio` times what a bare virtual thread does}
    static String verdictOnBytes(double ratio) {
        return String.format(Locale.ROOT, "%.2f of bare, ≤ %.2f: %s", ratio, BYTES, word(ratio <= BYTES));
    }

    private static String word(boolean isMet) {
        return isMet ? "ok" : "**missed**";
    }
}
