package dev.holdfast.echo;

import static java.time.Duration.ofMillis;

import java.time.Duration;

/// How often everything is measured, and for how long.
///
/// @param rounds how often, each time with new processes
/// @param warmUp of each server, in each round
/// @param lead in each cell, before anything is counted
/// @param plain the time in which requests are counted
/// @param gated the same, where something is demanded
/// @param idle connections
record Pace(int rounds, Duration warmUp, Duration lead, Duration plain, Duration gated, int idle) {
    /// What the figures are measured by.
    static final Pace FULL =
            new Pace(rounds(10), ofMillis(5_000), ofMillis(200), ofMillis(1_000), ofMillis(2_000), 10_000);

    /// Shows in two or three minutes that all of it works. Its figures are worth nothing.
    static final Pace QUICK = new Pace(rounds(1), ofMillis(1_500), ofMillis(100), ofMillis(400), ofMillis(800), 1_000);

    private static int rounds(int usual) {
        return Integer.getInteger("rounds", usual);
    }

    /// {@return how long requests are counted in `cell`} Ports that were used just now cannot be used again, so that
    /// one connection after another is possible for a second or so.
    Duration of(Cell cell) {
        if (cell.work() == Cell.Work.CONNECT) return plain.dividedBy(2);
        return cell.isGated() ? gated : plain;
    }
}
