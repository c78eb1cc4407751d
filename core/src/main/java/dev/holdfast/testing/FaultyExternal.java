package dev.holdfast.testing;

import static java.util.Objects.requireNonNull;

import dev.holdfast.loop.Chance;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.loop.LoopLocal;
import dev.holdfast.loop.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/// The world outside at its worst: what is handed to it comes to the loop late, in another order, or never, as the
/// seed decides. It stands in for an [dev.holdfast.loop.External] where a test plays the other thread's part itself.
///
/// ```
/// var sensor = FaultyExternal.open("sensor").delay(ofSeconds(2)).reorder().drop(0.1);
/// for (int i = 0; i < 100; i++) {
///     int value = i;
///     sensor.execute(() -> values.tryPut(value));
/// }
/// ```
///
/// Without a fault it is a plain door: everything comes in a later turn, in order. It belongs to its loop, and no
/// other thread may call it: so virtual time goes on while something is on its way. What is still on its way when a
/// [Sim] has run its body never comes.
public final class FaultyExternal implements Executor, AutoCloseable {
    private static final LoopLocal<Set<Timer>> ARRIVALS = LoopLocal.withInitial(_ -> new HashSet<>());

    private final IOLoop loop;
    private final String name;
    private final List<Runnable> underway = new ArrayList<>();
    private Duration longest = Duration.ZERO;
    private double share; // that is dropped
    private boolean reorders;
    private boolean closed;
    private int dropped;

    private FaultyExternal(IOLoop loop, String name) {
        this.loop = loop;
        this.name = name;
    }

    /// {@return a door to the current loop, without a fault}
    ///
    /// @param name for people
    /// @throws IllegalStateException if the current thread runs no loop
    public static FaultyExternal open(String name) {
        return new FaultyExternal(IOLoop.current(), requireNonNull(name, "name"));
    }

    /// From now on what is handed over comes up to `longest` later. It still comes in order.
    ///
    /// @param longest the most by which the seed may delay something
    /// @return this door
    /// @throws IllegalArgumentException if `longest` is negative
    public FaultyExternal delay(Duration longest) {
        if (longest.isNegative()) throw new IllegalArgumentException("delay < 0: " + longest);
        this.longest = longest;
        return this;
    }

    /// From now on what is on its way at the same time may come in any order.
    ///
    /// @return this door
    public FaultyExternal reorder() {
        reorders = true;
        return this;
    }

    /// From now on a part of what is handed over never comes.
    ///
    /// @param share from 0, nothing, to 1, everything
    /// @return this door
    /// @throws IllegalArgumentException if `share` is not between 0 and 1
    public FaultyExternal drop(double share) {
        if (!(share >= 0 && share <= 1)) throw new IllegalArgumentException("share not in 0..1: " + share);
        this.share = share;
        return this;
    }

    /// Runs `callback` on the loop, in a later turn, if nothing goes wrong.
    ///
    /// @throws RejectedExecutionException if this was closed
    @Override
    public void execute(Runnable callback) {
        if (!tryExecute(callback)) throw new RejectedExecutionException(this + " is closed");
    }

    /// Runs `callback` on the loop, in a later turn, if nothing goes wrong.
    ///
    /// @param callback what it throws is logged
    /// @return false if this was closed
    public boolean tryExecute(Runnable callback) {
        requireNonNull(callback, "callback");
        loop.checkDoor(this);
        if (closed) return false;
        var chance = Chance.on(loop);
        if (chance.nextDouble() < share) {
            dropped++;
            return true;
        }
        underway.add(callback);
        var arrival = new Arrival();
        arrival.timer = loop.callLater(Duration.ofNanos(chance.nextLong(longest.toNanos() + 1)), arrival);
        ARRIVALS.get(loop).add(arrival.timer);
        return true;
    }

    /// Cancels all that is on its way to `loop`, by whatever door.
    static void loseAll(IOLoop loop) {
        ARRIVALS.get(loop).forEach(Timer::cancel);
    }

    /// The moment at which something comes; which thing, is decided then.
    private final class Arrival implements Runnable {
        private @Nullable Timer timer;

        @Override
        public void run() {
            ARRIVALS.get(loop).remove(timer);
            loop.execute(underway.remove(reorders ? Chance.on(loop).nextInt(underway.size()) : 0));
        }

        @Override
        public String toString() {
            return "arrival by " + FaultyExternal.this;
        }
    }

    /// {@return how much was dropped so far}
    public int dropped() {
        return dropped;
    }

    /// Takes nothing more; what is on its way still comes.
    @Override
    public void close() {
        closed = true;
    }

    /// {@return its kind and name: `FaultyExternal[sensor]`}
    @Override
    public String toString() {
        return "FaultyExternal[" + name + "]";
    }
}
