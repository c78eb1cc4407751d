package dev.holdfast.echo;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What a server is asked: messages of so many bytes, by so many connections at a time.
///
/// @param work what is done with them
/// @param bytes of each message
/// @param connections how many
record Cell(Work work, int bytes, int connections) {
    private static final int KILO = 1024;
    private static final double MEGA = 1e6;
    private static final List<Integer> SIZES = List.of(64, KILO, 64 * KILO);
    private static final List<Cell> TLS = List.of(new Cell(Work.TLS, 64 * KILO, 1), new Cell(Work.TLS, 64 * KILO, 64));
    private static final Cell CONNECT = new Cell(Work.CONNECT, 64, 64);

    /// What is done with a connection.
    enum Work {
        ECHO, // message after message, each when the answer to the one before has come
        ONCE_MORE, // the same; the server hands each to somebody else and waits for the answer
        TLS, // as ECHO; by TLS 1.3
        CONNECT, // one message each, then the next connection
        IDLE // one message each, and then nothing
    }

    /// {@return everything that is asked, in the order of the table}
    ///
    /// @param idle the last
    static List<Cell> all(Cell idle) {
        var all = new ArrayList<Cell>();
        for (int bytes : SIZES)
            for (int connections : List.of(1, 64, 1_000)) all.add(new Cell(Work.ECHO, bytes, connections));
        all.addAll(gated(Work.ONCE_MORE));
        all.add(CONNECT);
        all.addAll(TLS);
        all.add(idle);
        return all;
    }

    /// {@return those of which something is demanded}
    static List<Cell> gated(Work work) {
        return List.of(new Cell(work, 64, 64), new Cell(work, KILO, 64));
    }

    /// {@return what a server is warmed up with}
    static List<Cell> warmUp() {
        var some = new ArrayList<Cell>();
        for (int bytes : SIZES) some.add(new Cell(Work.ECHO, bytes, 64));
        some.add(CONNECT);
        return some;
    }

    /// {@return what is asked by TLS}
    static List<Cell> tls() {
        return TLS;
    }

    /// {@return how many bytes come back in a second, in millions} As many go out.
    double megabytes(Sample sample) {
        return sample.rate() * bytes / MEGA;
    }

    /// {@return whether something is demanded of it}
    boolean isGated() {
        return work == Work.ONCE_MORE || gated(Work.ECHO).contains(this);
    }

    /// {@return `64 KiB, 1,000 connections`}
    @Override
    public String toString() {
        var size = bytes < KILO ? bytes + " B" : bytes / KILO + " KiB";
        var often = connections == 1 ? "1 connection" : String.format(Locale.ROOT, "%,d", connections) + " connections";
        return switch (work) {
            case ECHO -> size + ", " + often;
            case ONCE_MORE -> size + ", " + often + ", once more";
            case TLS -> size + ", " + often + ", TLS";
            case CONNECT -> "connect, " + size + ", close; " + connections + " at a time";
            case IDLE -> often + ", idle";
        };
    }
}
