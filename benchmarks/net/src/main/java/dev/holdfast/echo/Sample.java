package dev.holdfast.echo;

import java.time.Duration;
import org.HdrHistogram.Histogram;

/// What was seen in one cell of one server in one round.
///
/// @param requests that were answered
/// @param nanos in which they were
/// @param p50 how long half of them took at most, in nanoseconds
/// @param p99 the same for 99 of 100
/// @param p999 the same for 999 of 1,000
/// @param serverNanos of CPU time, on all threads of the server
/// @param loadNanos of CPU time, on the thread that asked
record Sample(long requests, long nanos, long p50, long p99, long p999, long serverNanos, long loadNanos) {
    /// What `answers` says, which holds how long each request took.
    static Sample of(Histogram answers, long nanos, Duration server, long loadNanos) {
        return new Sample(
                answers.getTotalCount(),
                nanos,
                answers.getValueAtPercentile(50),
                answers.getValueAtPercentile(99),
                answers.getValueAtPercentile(99.9),
                server.toNanos(),
                loadNanos);
    }

    /// {@return requests a second}
    double rate() {
        return requests * 1e9 / nanos;
    }

    /// {@return CPU time of the server for each request, in nanoseconds}
    double serverEach() {
        return (double) serverNanos / requests;
    }

    /// {@return CPU time of asking for each request, in nanoseconds}
    double loadEach() {
        return (double) loadNanos / requests;
    }

    /// {@return which share of the time asking took, from 0 to 1: at 1 the load is what was measured}
    double loadBusy() {
        return (double) loadNanos / nanos;
    }

    /// {@return its fields, for a file}
    String json() {
        return "\"requests\": " + requests + ", \"nanos\": " + nanos + ", \"p50\": " + p50 + ", \"p99\": " + p99
                + ", \"p999\": " + p999 + ", \"serverNanos\": " + serverNanos + ", \"loadNanos\": " + loadNanos;
    }
}
