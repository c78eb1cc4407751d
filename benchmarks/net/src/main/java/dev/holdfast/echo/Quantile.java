package dev.holdfast.echo;

import java.util.List;

/// Of a few values, the one that a given share lies below; between two it is taken in proportion.
final class Quantile {
    private Quantile() {}

    /// {@return the value that `share` of `values` lie below}
    ///
    /// @param share from 0 to 1
    /// @param values at least one
    static double of(double share, List<Double> values) {
        var sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        double place = share * (sorted.length - 1);
        int below = (int) place;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }

    /// {@return the one in the middle}
    static double median(List<Double> values) {
        return of(0.5, values);
    }
}
