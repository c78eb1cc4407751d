package dev.holdfast.inspect;

import static java.util.Objects.requireNonNull;

import dev.holdfast.carrier.Carrier;
import dev.holdfast.loop.IOLoop;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/// Looks into running loops: who waits on what, for how long, and where.
///
/// ```
/// IO.println(TaskTree.of(Inspector.snapshot()));
/// ```
///
/// Any thread may look, at any time. A loop answers between two turns, so that nothing moves meanwhile; to be asked
/// wakes it, but is no work, and changes nothing of what it will do. One that does not turn to the answer in a tenth
/// of a second is looked at from outside: there is the stack of whoever holds it, and the names of its tasks.
public final class Inspector {
    /// How long a loop may take to turn to an answer.
    public static final Duration PATIENCE = Duration.ofMillis(100);

    private Inspector() {}

    /// {@return all loops of this JVM that are open and that somebody still holds, by name} All are asked at the same
    /// time, so this takes no longer than one.
    public static List<LoopInfo> snapshot() {
        var glances = Carrier.all().stream()
                .map(Carrier::owner)
                .filter(IOLoop.class::isInstance)
                .map(loop -> Glance.at((IOLoop) loop))
                .toList();
        return glances.stream()
                .map(Glance::info)
                .sorted(Comparator.comparing(LoopInfo::name))
                .toList();
    }

    /// {@return how `loop` stands}
    ///
    /// @param loop running or not, closed or not
    public static LoopInfo snapshot(IOLoop loop) {
        return Glance.at(requireNonNull(loop, "loop")).info();
    }
}
