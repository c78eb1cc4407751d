package dev.holdfast.time;

import java.time.Duration;

/// Lengths of time as people write them, and as the loop counts them.
public final class Span {
    private static final long MICRO = 1_000;
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000_000_000;
    private static final long DAY = 86_400 * SECOND;
    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE / 2);
    private static final Duration MOST_NEGATIVE = LONGEST.negated(); // once: a Duration multiplies by way of BigDecimal

    private Span() {}

    /// {@return `length` in nanoseconds; one of more than 146 years, half the range of a `long`, counts as that}
    ///
    /// @param length may be negative
    public static long nanos(Duration length) {
        if (length.compareTo(LONGEST) > 0) return Long.MAX_VALUE / 2;
        if (length.compareTo(MOST_NEGATIVE) < 0) return -(Long.MAX_VALUE / 2);
        return length.toNanos();
    }

    /// {@return the moment `length` after `now`, both in nanoseconds; never further from it than half the range of
    /// a `long`, so that moments can be compared by their difference}
    ///
    /// @param now in nanoseconds of any clock
    /// @param length may be negative: then the moment is before `now`
    public static long after(long now, Duration length) {
        return now + nanos(length);
    }

    /// {@return `length` in words: `3 s`, `1.5 s`, `250 ms`, `90 min`, `2 h`, `366 d`} What is below a tenth of the
    /// unit is
    /// dropped.
    ///
    /// @param length may be negative
    public static String words(Duration length) {
        long nanos = nanos(length);
        if (nanos < 0) return "-" + words(Duration.ofNanos(-nanos));
        if (nanos < MICRO) return nanos + " ns";
        if (nanos < MILLI) return number(nanos, MICRO) + " us";
        if (nanos < SECOND) return number(nanos, MILLI) + " ms";
        if (nanos < 120 * SECOND) return number(nanos, SECOND) + " s";
        if (nanos % DAY == 0 && nanos > DAY) return nanos / DAY + " d";
        if (nanos % (3600 * SECOND) == 0) return nanos / (3600 * SECOND) + " h";
        return number(nanos, 60 * SECOND) + " min";
    }

    private static String number(long nanos, long unit) {
        long tenths = nanos / (unit / 10);
        return tenths % 10 == 0 ? Long.toString(tenths / 10) : tenths / 10 + "." + tenths % 10;
    }
}
