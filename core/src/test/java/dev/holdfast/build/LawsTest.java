package dev.holdfast.build;

import static java.util.Map.entry;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Laws 3, 4, 7 and 8 of design.md, read from the compiled classes. A law's exceptions stand in its list, each with
/// its reason; a reason that no longer holds fails too, so that the lists only ever tell the truth.
@Tag("build")
class LawsTest {
    /// Law 3: who may be seen by two threads at once. A package stands for all of its classes.
    private static final Map<String, String> DOORS = Map.ofEntries(
            entry("Shutdown", "told by the JVM's signal thread, and waits for runs on many threads"),
            entry("inspect.HiddenWaits", "told by whoever starts the flight recorder"),
            entry("inspect.Window", "one thread for all loops waits for JMX to be switched on"),
            entry("inspect.Watchdog", "looks at all loops from a thread of its own"),
            entry("lifetime.Collector", "the JVM has one collector: all loops ask for it, by turns"),
            entry("carrier", "the carriers, the inbox that other threads fill, and the number of the hold"),
            entry("loop.External", "the door: any thread may call and close it"),
            entry("loop.Signals", "told by the JVM's signal thread; the chain belongs to the process"),
            entry("loop.ParkingPoller", "the parking one is woken by other threads"),
            entry("task.Family", "the loops of a group are judged under one lock"),
            entry("task.LoopGroup", "calls go to and fro between its loops"),
            entry("task.Offload", "the offload pool"));

    /// Law 8: the one file.
    private static final Set<String> INTERNALS = Set.of("carrier.Internals");

    /// Looks into the user's own objects, never into the JDK's: for an owner that is held by its task.
    private static final Set<String> LOOKS_INTO_USERS = Set.of("lifetime.Reach");

    /// `sun.misc.Signal` is exported and supported by jdk.unsupported, so this is no inside; still it has one user.
    private static final Set<String> SIGNALS = Set.of("loop.Signals");

    private static final Pattern INSIDE = Pattern.compile("(?<![\\w/])(jdk/internal/|sun/(?!misc/Signal))");
    private static final Pattern OPENED = Pattern.compile(
            ".*\\.(setAccessible|trySetAccessible|privateLookupIn|getDeclared(Method|Field|Constructor)s?)"
                    + "|java/lang/Class\\.forName");
    private static final Pattern SIGNAL = Pattern.compile("sun/misc/Signal");

    private final Laws laws = new Laws(Built.CORE, "dev.holdfast");

    @Test
    void onlyTheDoorsKnowOfOtherThreads() { // law 3
        laws.expectThreadsIn(DOORS.keySet());
    }

    @Test
    void onlyTheClockReadsTheTime() { // law 4
        laws.expectTimeIn(Set.of("time.Clock"));
    }

    @Test
    void noStaticIsMutable() { // law 7
        laws.expectNoMutableStatic();
    }

    @Test
    void oneFileTouchesTheInsideOfTheJdk() { // law 8
        laws.expectNamesIn(INTERNALS, INSIDE);
    }

    @Test
    void nobodyElseOpensWhatIsPrivate() { // law 8
        var allowed = new TreeSet<>(INTERNALS);
        allowed.addAll(LOOKS_INTO_USERS);
        laws.expectCallsIn(allowed, OPENED);
    }

    @Test
    void oneFileHearsSignals() { // law 8
        laws.expectNamesIn(SIGNALS, SIGNAL);
    }
}
