package dev.holdfast.echo;

import java.util.List;
import java.util.Locale;

/// What is demanded of the median of some values.
///
/// @param what they are
/// @param values one for each round; none if they were not measured
/// @param bound of their median
/// @param side on which of it the median has to be
/// @param unit of the values; empty for ratios
record Gate(String what, List<Double> values, double bound, Side side, String unit) {
    enum Side {
        AT_LEAST("≥"),
        AT_MOST("≤");

        private final String sign;

        Side(String sign) {
            this.sign = sign;
        }
    }

    static Gate atLeast(double bound, String what, List<Double> ratios) {
        return new Gate(what, ratios, bound, Side.AT_LEAST, "");
    }

    static Gate atMost(double bound, String what, List<Double> ratios) {
        return new Gate(what, ratios, bound, Side.AT_MOST, "");
    }

    /// A bound of bytes.
    static Gate atMostBytes(double bound, String what, List<Double> bytes) {
        return new Gate(what, bytes, bound, Side.AT_MOST, " bytes");
    }

    /// {@return whether it is met; not if nothing was measured}
    boolean isMet() {
        if (values.isEmpty()) return false;
        double median = Quantile.median(values);
        return switch (side) {
            case AT_LEAST -> median >= bound;
            case AT_MOST -> median <= bound;
        };
    }

    /// {@return its line of a table in Markdown}
    String line() {
        var demanded = side.sign + " " + number(bound) + unit;
        if (values.isEmpty()) return "| " + what + " | | | " + demanded + " | not measured |";
        return "| " + what + " | " + number(Quantile.median(values)) + unit + " | "
                + number(Quantile.of(0.1, values)) + " – " + number(Quantile.of(0.9, values)) + " | "
                + demanded + " | " + (isMet() ? "ok" : "**missed**") + " |";
    }

    private String number(double value) {
        return String.format(Locale.ROOT, unit.isEmpty() ? "%.2f" : "%,.0f", value);
    }
}
