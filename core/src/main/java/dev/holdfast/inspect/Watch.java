package dev.holdfast.inspect;

import java.time.Duration;
import java.util.LinkedHashSet;

/// What the watchdog knows of one loop: since when it has been in the same hands, and whether it is time to say so.
///
/// *Not too often.* A hold is told when it passes the limit, and again whenever it has become ten times as long: of
/// a loop that hangs one hears after 100 ms, 10 s, 100 s. A place that was told of is not told of again. And
/// between two lines of the same loop ten seconds pass. How many were kept back stands in the next line.
final class Watch {
    static final Duration QUIET = Duration.ofSeconds(10);

    private static final int WORSE = 10; // times as long as when it was told
    private static final int MOST_PLACES = 100; // that are remembered

    private final long limit; // nanoseconds
    private final LinkedHashSet<String> places = new LinkedHashSet<>(); // that were told of, the oldest first
    private long hold; // as the carrier counts them
    private long held; // nanoseconds that it was seen to last
    private long due; // when it has lasted so long, it is time to speak
    private boolean keptBack; // it was due, and nothing was said
    private boolean quiet; // until
    private long quietUntil;
    private int untold; // holds that were kept back since the last line

    Watch(Duration limit) {
        this.limit = limit.toNanos();
    }

    /// Notes that the loop is in `hold`, and that `nanos` have passed since the last look. Returns whether it is time
    /// to find out who that is.
    boolean see(long hold, long nanos, long now) {
        if (hold != this.hold) {
            this.hold = hold;
            held = 0;
            due = limit;
            keptBack = false;
        } else if (isHeld(hold)) {
            held += nanos;
        }
        return isHeld(hold) && held >= due && !(isOld() && isQuiet(now));
    }

    private static boolean isHeld(long hold) {
        return (hold & 1) != 0;
    }

    private boolean isOld() {
        return due > limit;
    }

    private boolean isQuiet(long now) {
        return quiet && now - quietUntil < 0;
    }

    /// It is time, and it was found out: returns whether to say so.
    boolean speak(String place, long now) {
        boolean isNew = !isOld();
        due = held * WORSE;
        if (isNew && (isQuiet(now) || places.contains(place))) {
            keptBack = true;
            untold++;
            return false;
        }
        if (keptBack) untold--;
        keptBack = false;
        quiet = true;
        quietUntil = now + QUIET.toNanos();
        remember(place);
        return true;
    }

    private void remember(String place) {
        if (places.size() == MOST_PLACES) places.removeFirst();
        places.add(place);
    }

    /// Returns for how long the hold has been seen to last.
    Duration held() {
        return Duration.ofNanos(held);
    }

    /// Returns how many were kept back since this was last asked.
    int takeUntold() {
        int count = untold;
        untold = 0;
        return count;
    }
}
