package dev.holdfast.testing;

import dev.holdfast.carrier.Complaint;
import dev.holdfast.loop.Chance;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.task.Action;
import dev.holdfast.task.Body;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Runs a test body as a coroutine in virtual time: the clock stands still while anybody can run, and jumps to the
/// next timer when everybody waits. Hours pass in no time, and the order is exact.
///
/// It fails when the body fails, and also when
///
/// - the body leaves tasks behind, or timers;
/// - something went wrong that only the log tells of: a failure that nobody looked at, a callback that threw; unless
///   the test asks for it ([#complaints]);
/// - nothing can happen any more: whoever waits is thrown a [dev.holdfast.lifetime.Deadlock];
/// - a coroutine blocks in the JDK, in `Thread.sleep` say, where virtual time cannot pass (on the mounted carrier; the
///   baton cannot see it);
/// - more virtual time passes than a year, or what the test says ([#limit]).
///
/// While an External is open or a call is carried out elsewhere ([dev.holdfast.task.Coroutine#blocking]), time stands
/// still and the loop really waits, at most ten seconds at a time; then it fails.
///
/// *Seeds.* Without one, whoever is ready first goes on first. With one, chance decides which of the coroutines that
/// are ready goes on, and the same seed decides the same way each time; callbacks, listeners and timers keep their
/// order, and locks and queues stay fair. So code that holds only by the luck of its order fails from some seed, and
/// fails from it again:
///
/// ```
/// Sim.explore(1_000, () -> transfersKeepTheSum());
/// // AssertionError: failed from seed 17 of 1000; Sim.run(17, …) repeats it: …
/// ```
public final class Sim {
    /// The system property that makes [#explore] try one seed and no other.
    private static final String ONE = "holdfast.seed";

    private Sim() {}

    /// Runs `body` in virtual time.
    ///
    /// @param <T> what `body` returns
    /// @param <X> what `body` may throw; inferred
    /// @param body the test
    /// @return what `body` returned
    /// @throws X what `body` threw
    /// @throws AssertionError if something else is wrong, see above
    public static <T extends @Nullable Object, X extends Throwable> T run(Body<T, X> body) throws X {
        return World.inOrder().run(body);
    }

    /// Runs `body` in virtual time, like [#run(Body)].
    ///
    /// @param <X> what `body` may throw; inferred
    /// @param body the test
    /// @throws X what `body` threw
    /// @throws AssertionError if something else is wrong, see above
    public static <X extends Throwable> void run(Action<X> body) throws X {
        run(body.asBody());
    }

    /// Runs `body` in virtual time, like [#run(Body)], in an order that `seed` decides.
    ///
    /// @param <T> what `body` returns
    /// @param <X> what `body` may throw; inferred
    /// @param seed any number
    /// @param body the test
    /// @return what `body` returned
    /// @throws X what `body` threw
    /// @throws AssertionError if something else is wrong, see above
    public static <T extends @Nullable Object, X extends Throwable> T run(long seed, Body<T, X> body) throws X {
        return World.shuffled(seed).run(body);
    }

    /// Runs `body` in virtual time, like [#run(Action)], in an order that `seed` decides.
    ///
    /// @param <X> what `body` may throw; inferred
    /// @param seed any number
    /// @param body the test
    /// @throws X what `body` threw
    /// @throws AssertionError if something else is wrong, see above
    public static <X extends Throwable> void run(long seed, Action<X> body) throws X {
        run(seed, body.asBody());
    }

    /// Runs `body` from the seeds 1 to `n`, one after the other, until it fails. With `-Dholdfast.seed=17` it runs from
    /// seed 17 only.
    ///
    /// @param n how many seeds, at least one
    /// @param body the test; makes all that it uses
    /// @throws AssertionError if it failed: says from which seed, and is caused by what was thrown
    /// @throws IllegalArgumentException if `n` is less than one
    public static void explore(int n, Action<?> body) {
        if (n < 1) throw new IllegalArgumentException("n < 1: " + n);
        var one = Long.getLong(ONE);
        if (one != null) tryOut(one, "", body);
        else for (long seed = 1; seed <= n; seed++) tryOut(seed, " of " + n, body);
    }

    @SuppressWarnings("CatchThrowable") // whatever it is, it came from this seed
    private static void tryOut(long seed, String ofMany, Action<?> body) {
        try {
            run(seed, body);
        } catch (Throwable e) {
            throw new AssertionError(
                    "failed from seed " + seed + ofMany + "; Sim.run(" + seed + ", …) repeats it: " + e, e);
        }
    }

    /// {@return how much virtual time has passed since the start} To be asked inside of [#run].
    ///
    /// @throws IllegalStateException if the current thread runs no loop
    public static Duration elapsed() {
        return Duration.ofNanos(IOLoop.current().now());
    }

    /// Sets how much virtual time may pass from the start on; by default a year. A test that goes beyond fails. To be
    /// said inside of [#run].
    ///
    /// @param limit from the start of the run, not from now
    /// @throws IllegalStateException outside of a run
    public static void limit(Duration limit) {
        World.current().limit(limit);
    }

    /// {@return what Holdfast logged as a warning or an error since the last call, oldest first} A complaint that the
    /// test does not ask for fails it. To be asked inside of [#run].
    ///
    /// @throws IllegalStateException outside of a run
    public static List<Complaint> complaints() {
        return World.current().takeComplaints();
    }

    /// {@return random numbers that come from the seed; without one, the same each time} To be asked inside of [#run],
    /// by tests that leave something to chance.
    ///
    /// @throws IllegalStateException if the current thread runs no loop
    public static RandomGenerator random() {
        return Chance.on(IOLoop.current());
    }
}
