package dev.holdfast.peers;

import java.util.regex.Pattern;

/// How one run of a program ended.
///
/// @param word keeps, tells, vanishes or hangs
/// @param error what told: the name of its class; empty if nothing did
/// @param millis from the moment when nobody could end the wait any more to the error
record Verdict(String word, String error, long millis) {
    private static final Pattern LINE = Pattern.compile("verdict: (\\w+)\\|(.*)\\|(\\d+)");

    static Verdict of(String word) {
        return new Verdict(word, "", 0);
    }

    /// {@return the line by which the program's process says it}
    String line() {
        return "verdict: " + word + "|" + error + "|" + millis;
    }

    /// {@return what such a line in `output` says}
    static Verdict in(String output) {
        var line = LINE.matcher(output);
        if (!line.find()) throw new IllegalStateException("no verdict in: " + output);
        return new Verdict(line.group(1), line.group(2), Long.parseLong(line.group(3)));
    }
}
