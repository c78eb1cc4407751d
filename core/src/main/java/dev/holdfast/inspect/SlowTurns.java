package dev.holdfast.inspect;

import dev.holdfast.carrier.Carrier;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.loop.Resident;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Tells when one task, one callback or the loop's own work holds a loop for longer than 100 ms, while it does: who,
/// for how long so far, and where in the code. As a warning of the logger `dev.holdfast.inspect`, and as a flight
/// recorder event, `holdfast.SlowTurn`.
///
/// Every loop on the machine's clock is watched, and has done nothing for it; one in virtual time is not.
/// `-Dholdfast.slow=MILLIS` sets another limit, `off` none. Under a debugger it is silent.
///
/// A hold that is told of lasted as long as is said, or longer by half the limit: a look is taken twice within it.
public final class SlowTurns implements Resident {
    private static final String SETTING = System.getProperty("holdfast.slow", "100");
    private static final Pattern MILLIS = Pattern.compile("[1-9]\\d{0,8}");
    private static final @Nullable Watchdog WATCHDOG =
            MILLIS.matcher(SETTING).matches() ? new Watchdog(limit(), SlowTurns::isWatched) : null;

    /// For the service loader.
    public SlowTurns() {}

    private static Duration limit() {
        return Duration.ofMillis(Long.parseLong(SETTING));
    }

    private static boolean isWatched(Carrier carrier) {
        return carrier.owner() instanceof IOLoop loop && loop.isInRealTime();
    }

    /// @throws IllegalStateException if `holdfast.slow` is neither a number of milliseconds nor `off`
    @Override
    public void moveIn(IOLoop loop) {
        if (WATCHDOG != null && loop.isInRealTime()) loop.carrier().whenHeld(WATCHDOG::wake);
        if (WATCHDOG == null && !SETTING.equals("off"))
            throw new IllegalStateException("holdfast.slow is neither a number of milliseconds nor off: " + SETTING);
    }
}
