package dev.holdfast.loop;

import static java.util.Objects.requireNonNull;

import dev.holdfast.carrier.Callback;
import dev.holdfast.carrier.Carrier;
import dev.holdfast.carrier.Load;
import dev.holdfast.carrier.Strand;
import dev.holdfast.chain.Chain;
import dev.holdfast.time.Agenda;
import dev.holdfast.time.Clock;
import dev.holdfast.time.Span;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Runs callbacks, one at a time, on one thread: first come, first served.
///
/// A loop turns. Each turn sleeps until there is something to do, takes in what other threads brought, adds what
/// has fallen due, and then runs whatever stands in line *now*; what joins the line meanwhile belongs to the next
/// turn, so that nobody who re-adds himself can starve the rest (rules 1 to 3).
///
/// ```
///        ┌──────────────────────────────────────────────────────┐
///        ▼                                                      │
///   poll ──► append arrivals ──► append what is due ──► run what stands in line now
///   (sleeps only if nobody       (timers, in order
///    stands in line)              of their moments)
/// ```
///
/// Coroutines stand in the same line: a task that is woken goes to its end, like a callback. How a loop's thread
/// runs both is the business of its [Carrier]; that the line exists at all is all they share.
///
/// *Who may touch it.* While it runs, only code that runs on it; before, whoever made it. Another thread enters
/// through an [External], which the loop opened and therefore counts. So the loop knows at every moment whether
/// anything can still happen, and [#run] returns when nothing can: no callback, no timer, no open external, no
/// signal watched, no guest at work.
///
/// *Its end* is [#close]. One that is dropped unclosed is garbage all the same, with every task that waits on it, and
/// none of these gets to its `finally`: so that is logged, with the line where it was opened.
///
/// *State of upper floors* hangs on the loop by way of [LoopLocal], or came with it by way of [Resident]; the loop
/// knows none of its guests.
public final class IOLoop implements Executor, AutoCloseable {
    /// How long [#close] waits for what is left to end.
    public static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final System.Logger LOG = System.getLogger(IOLoop.class.getPackageName());
    private static final long TICK = 10_000_000; // nanoseconds: wraps around after more than a year
    private static final List<Resident> RESIDENTS =
            ServiceLoader.load(Resident.class, IOLoop.class.getClassLoader()).stream()
                    .map(ServiceLoader.Provider::get)
                    .toList();
    private static final ThreadLocal<@Nullable IOLoop> ON_THREAD = new ThreadLocal<>(); // of the thread in run()

    private final String name;
    private final Clock clock;
    private final boolean keepsPoller; // somebody chose it
    private final Carrier carrier;
    private final Agenda<Timer> timers = new Agenda<>();
    private final Map<LoopLocal<?>, Object> locals = new HashMap<>();
    private final List<Guest> guests = new ArrayList<>(); // those among the locals
    private final Chain<External.Door> doors = new Chain<>(); // of whoever may still come from outside
    private final Chain<External.Door> inner = new Chain<>(); // of loops that are judged together with this one
    private final Collected watch; // until it is closed

    private Poller poller; // other threads look here only after they have seen that it sleeps
    private @Nullable Thread runner; // null while it does not run
    private int countedTimers; // of those in the agenda
    private boolean quiet; // the guests were told so
    private boolean stopping;
    private boolean stopped; // the last run was
    private boolean closing; // runs only for those who are leaving
    private boolean closed;
    private @Nullable VirtualMachineError fatal; // thrown by a callback; leaves run()
    private int tick; // when the current turn began, see ticks()
    private boolean tracing = Origin.ALWAYS;

    private IOLoop(String name, Clock clock, Poller poller, boolean keepsPoller) {
        this.name = name;
        this.clock = clock;
        this.poller = poller;
        this.keepsPoller = keepsPoller;
        this.carrier = Carrier.of(this, new Turns());
        this.watch = Collected.watch(this, new Dropped(toString(), Origin.ofNewOn(this, 0)));
        carrier.appear();
        RESIDENTS.forEach(resident -> resident.moveIn(this));
    }

    /// {@return a loop on the machine's clock, called `main`}
    public static IOLoop open() {
        return open("main");
    }

    /// {@return a loop on the machine's clock}
    ///
    /// @param name for people
    public static IOLoop open(String name) {
        return new IOLoop(name, Clock.SYSTEM, Poller.parking(), false);
    }

    /// {@return a loop that goes by `clock` and sleeps in `poller`}
    ///
    /// @param name for people
    /// @param clock what [#now] reads
    /// @param poller closed together with the loop
    public static IOLoop open(String name, Clock clock, Poller poller) {
        return new IOLoop(name, clock, poller, true);
    }

    /// {@return the loop that the current callback or coroutine runs on}
    ///
    /// @throws IllegalStateException if it runs on none
    public static IOLoop current() {
        var loop = currentOrNull();
        if (loop != null) return loop;
        throw new IllegalStateException(inWords(Thread.currentThread())
                + " runs no loop; call Holdfast.run, or use an External that the loop opened");
    }

    /// {@return the loop that the current callback or coroutine runs on, or null}
    public static @Nullable IOLoop currentOrNull() {
        var strand = Strand.current();
        return strand == null ? ON_THREAD.get() : (IOLoop) strand.carrier().owner();
    }

    // ---- its life

    /// Runs until [#stop], or until nothing can happen any more. On a virtual thread it moves to a platform thread
    /// of its own and waits for it.
    ///
    /// @throws IllegalStateException if it runs already, is closed, or is called from inside a loop
    public void run() {
        if (closed) throw new IllegalStateException(this + " is closed");
        if (runner != null) throw new IllegalStateException(this + " runs already, on " + inWords(runner));
        var around = currentOrNull();
        if (around != null) throw new IllegalStateException("cannot run " + this + " inside " + around);
        Platform.call(this::carry);
    }

    private void carry() {
        runner = Thread.currentThread();
        var around = ON_THREAD.get(); // of a callback that closes another loop
        ON_THREAD.set(this);
        try {
            carrier.carry();
        } finally {
            if (around == null) ON_THREAD.remove();
            else ON_THREAD.set(around);
            runner = null;
            stopped = closing ? stopped : stopping;
            stopping = false;
        }
        var error = fatal;
        fatal = null;
        if (error != null) throw error;
    }

    /// Ends [#run] after this turn; what stands in line stays there for the next run, or for the close. Before a
    /// run: that will be one turn.
    ///
    /// @throws IllegalStateException if this is closed, or runs on another thread
    public void stop() {
        checkDoor(this);
        stopping |= !closing;
    }

    /// {@return whether the last run was ended by [#stop], and not because nothing could happen any more}
    public boolean wasStopped() {
        return stopped;
    }

    /// Ends everything: what is left of its guests is told to leave, and gets [#PATIENCE] to do so; who stands in
    /// line or was let in by an [External] has his turn; then nothing enters any more.
    /// The second time does nothing.
    ///
    /// @throws IllegalStateException while it runs
    @Override
    public void close() {
        close(PATIENCE);
    }

    /// Ends everything, with `patience` for what is left to end.
    ///
    /// @param patience from now; who is left when it is over is logged, and left behind
    /// @throws IllegalStateException while it runs
    public void close(Duration patience) {
        if (closed) return;
        if (runner != null) throw new IllegalStateException("cannot close " + this + " while it runs; call stop");
        closing = true;
        stopping = false;
        try {
            Platform.call(() -> emptyOut(patience));
        } finally {
            closed = true;
            watch.stop();
            carrier.close();
            timers.clear();
            locals.clear();
            guests.clear();
            while (doors.removeFirst() != null || inner.removeFirst() != null) {}
            poller.close();
        }
    }

    private void emptyOut(Duration patience) {
        try {
            guests().forEach(Guest::leave);
            if (isAnyoneLeft()) {
                callLater(patience, () -> stopping = true);
                carry();
            }
            carrier.letNobodyIn();
            haveLastTurns();
        } finally {
            guests().reversed().forEach(Guest::evicted); // who came last rests on who was there before
        }
    }

    /// One for who stands in line or was let in, and one for what he starts, which is cancelled, to end.
    private void haveLastTurns() {
        for (int n = 2; n > 0 && !carrier.isIdle(); n--) {
            stopping = true;
            carry();
        }
    }

    /// A copy: what one of them does may bring another.
    private List<Guest> guests() {
        return List.copyOf(guests);
    }

    private boolean isAnyoneLeft() {
        return guests.stream().anyMatch(Guest::isLeft);
    }

    // ---- the turn

    /// What the carrier sees of this loop.
    private final class Turns implements Load {
        @Override
        public void turns() {
            Poller bed;
            do {
                bed = poller;
                bed.around(this::turnsInOneBed);
            } while (bed != poller && !stopping);
            wake();
        }

        private void turnsInOneBed() {
            var bed = poller;
            do {
                if (isQuiescent()) fallQuiet();
                if (!canGoOn()) break;
                turn();
            } while (!stopping && bed == poller);
        }

        @Override
        public boolean isPressing() {
            return stopping || carrier.hasArrivals() || (!timers.isEmpty() && timers.isDue(now()));
        }

        @Override
        public boolean isStopping() {
            return stopping;
        }

        @Override
        public void wakeup() {
            poller.wakeup();
        }
    }

    /// One turn: sleep until there is work, take what came in, add what is due, run what stands in line now.
    private void turn() {
        boolean isLast = stopping; // asked for before: then this one is still had
        poll();
        if (stopping && !isLast) return; // a callback that was blocked in the JDK went on meanwhile, and stopped us
        carrier.takeArrivals();
        carrier.answer(); // whoever looks in
        long now = now();
        tick = (int) (now / TICK);
        for (Timer due; (due = timers.removeDue(now)) != null; ) fire(due);
        carrier.runLine();
    }

    private void poll() {
        poller.settle();
        long nanos = stopping || !carrier.isIdle() ? 0 : nanosUntilNext();
        // Asked once more: the arrival that kept us going may have been taken back before we said that we sleep.
        if (nanos > 0 && !(carrier.mayFallAsleep() && canGoOn())) nanos = 0;
        poller.poll(nanos);
        carrier.awake();
        wake();
    }

    private void fallQuiet() {
        quiet = true;
        guests().forEach(Guest::quiescent);
    }

    private void wake() {
        if (!quiet) return;
        quiet = false;
        guests().forEach(Guest::awake);
    }

    private long nanosUntilNext() {
        return Math.min(timers.isEmpty() ? Long.MAX_VALUE : timers.nanosUntilNext(now()), carrier.nanosUntilNext());
    }

    private void fire(Timer due) {
        uncount(due);
        carrier.add(due);
    }

    private boolean canGoOn() {
        if (closing) return stopping || isAnyoneLeft();
        return !isQuiescent() || !inner.isEmpty() || guests.stream().anyMatch(Guest::isPatient);
    }

    /// {@return whether nothing that is counted can happen any more: nobody stands in line, nobody is busy, no
    /// timer and no door is open} Then nobody who waits will ever be woken, unless by a loop that is judged
    /// together with this one, or somebody outside ends it all.
    public boolean isQuiescent() {
        return carrier.isIdle() && countedTimers == 0 && !mayBeWoken();
    }

    /// {@return whether something may still happen that neither stands in line nor is a timer: an open external, a
    /// socket that is watched, somebody blocked in the JDK, a call from or to another loop}
    public boolean awaitsOutside() {
        return !inner.isEmpty() || mayBeWoken();
    }

    private boolean mayBeWoken() {
        return !doors.isEmpty()
                || carrier.blockedCallbacks() > 0
                || poller.isWatching()
                || guests.stream().anyMatch(Guest::isBusy);
    }

    // ---- callbacks and timers

    /// Runs `callback` in the next turn, after those who stand in line already.
    ///
    /// @throws IllegalStateException if this is closed, or runs on another thread
    @Override
    public void execute(Runnable callback) {
        checkDoor(this);
        requireNonNull(callback, "callback");
        Callback entry = () -> call(callback);
        carrier.add(entry);
    }

    /// Runs `callback` once `delay` has passed from now; at once, that is in the next turn, if it is not positive.
    ///
    /// @param delay from now
    /// @param callback what it throws is logged
    /// @return a handle by which to cancel it
    /// @throws IllegalStateException if this is closed, or runs on another thread
    public Timer callLater(Duration delay, Runnable callback) {
        return callAt(Span.after(now(), delay), callback);
    }

    /// Runs `callback` at `moment`; in the next turn if that has passed.
    ///
    /// @param moment in nanoseconds of [#now]
    /// @param callback what it throws is logged
    /// @return a handle by which to cancel it
    /// @throws IllegalStateException if this is closed, or runs on another thread
    public Timer callAt(long moment, Runnable callback) {
        checkDoor(this);
        var timer = new Timer(this, moment, requireNonNull(callback, "callback"));
        timers.add(timer);
        countedTimers++;
        return timer;
    }

    /// {@return the moment it is on this loop's clock, in nanoseconds}
    public long now() {
        return clock.nanos();
    }

    /// {@return whether that is the machine's clock, and not one that a test moves}
    public boolean isInRealTime() {
        return clock == Clock.SYSTEM;
    }

    /// {@return the timers that keep this running, in the order in which they fall due}
    public List<Timer> timers() {
        return timers.snapshot().stream().filter(Timer::isCounted).toList();
    }

    void remove(Timer timer) {
        boolean counted = timer.isCounted(); // asked first: nothing may be called between this and the count
        if (timers.remove(timer) && counted) countedTimers--;
    }

    void uncount(Timer timer) {
        if (timer.isCounted()) countedTimers--;
    }

    /// Runs what the user gave us: an error is logged and the loop goes on, unless the machine itself is in
    /// trouble.
    @SuppressWarnings("CatchThrowable") // whatever a callback throws, the loop outlives it
    void call(Runnable callback) {
        try {
            callback.run();
        } catch (VirtualMachineError e) {
            fatal = e;
            stopping = true;
        } catch (Throwable e) {
            carrier.complain(LOG, Level.ERROR, "a callback of " + this + " failed: " + Words.of(callback), e);
        }
    }

    // ---- doors

    /// Opens a door for other threads.
    ///
    /// @param name for people
    /// @return the door, which keeps this running until it is closed
    /// @throws IllegalStateException if this is closed, or runs on another thread
    public External external(String name) {
        return External.open(this, requireNonNull(name, "name"), () -> {});
    }

    /// Runs `callback` in a turn of its own whenever the process gets the signal `name`: `HUP`, `USR2`, `INT`. The
    /// signal has no other effect until the watch, or this loop, has been closed.
    ///
    /// @param name without `SIG`
    /// @param callback what it throws is logged
    /// @return a handle by which to end it
    /// @throws IllegalArgumentException if there is no such signal, or the JVM keeps it for itself
    /// @throws IllegalStateException if this is closed, or runs on another thread
    public Signals.Watch onSignal(String name, Runnable callback) {
        checkDoor(this);
        return Signals.watch(this, requireNonNull(name, "name"), requireNonNull(callback, "callback"));
    }

    boolean bring(Callback callback) {
        return carrier.bring(callback);
    }

    /// Keeps this running until `door` is unlinked: somebody may still come by it.
    void hold(External.Door door) {
        (door.isInner() ? inner : doors).add(door);
    }

    /// {@return the names of the externals that keep this running, in the order in which they were opened}
    public List<String> externals() {
        return doors.snapshot().stream().map(door -> door.name).toList();
    }

    /// {@return the loop that `thing` belongs to from now on: `home`, if it has one that is still open, else the
    /// current one; null if there is neither}
    ///
    /// @param home null if `thing` belongs to no loop yet
    /// @param thing named in messages
    /// @throws IllegalStateException if it belongs to another loop than the current one, or `home` runs on another
    /// thread
    public static @Nullable IOLoop claim(@Nullable IOLoop home, Object thing) {
        if (home != null && home.carrier.isHere()) return home;
        var here = currentOrNull();
        if (home == null || home.closed || home == here) return here;
        if (here == null) {
            home.checkDoor(thing);
            return home;
        }
        throw new IllegalStateException(inWords(Thread.currentThread()) + " touched " + thing + " of " + home
                + " but runs " + here + "; open an External on the loop and hand it to this thread");
    }

    /// For what belongs to this loop.
    ///
    /// @param touched what belongs to it, named in messages
    /// @throws IllegalStateException if this is closed, or runs on another thread than the current one
    public void checkDoor(Object touched) {
        if (closed) throw new IllegalStateException(this + " is closed");
        var runner = this.runner;
        if (runner == null || carrier.isHere()) return;
        throw new IllegalStateException(inWords(Thread.currentThread()) + " touched "
                + (touched == this ? this : touched + " of " + this) + ", which runs on " + inWords(runner)
                + "; open an External on the loop and hand it to this thread");
    }

    /// {@return whether `home` runs, and the current code does not run on it} Then what belongs to it may be changing
    /// at this very moment, and is not to be looked at.
    ///
    /// @param home null for what belongs to no loop
    public static boolean isElsewhere(@Nullable IOLoop home) {
        return home != null && home.runner != null && !home.carrier.isHere();
    }

    /// {@return whether it was closed}
    public boolean isClosed() {
        return closed;
    }

    // ---- for the floors above

    /// {@return how many timers are set, counted or not}
    public int timerCount() {
        return timers.size();
    }

    /// {@return who runs its coroutines}
    public Carrier carrier() {
        return carrier;
    }

    /// For the floors above: from the next turn on it sleeps in `poller`, which watches more than the one it was
    /// opened with: sockets, say.
    ///
    /// @param poller closed together with the loop
    /// @throws IllegalStateException if this is closed, runs on another thread, or was opened with a poller
    public void sleepIn(Poller poller) {
        checkDoor(this);
        if (keepsPoller) throw new IllegalStateException(this + " keeps the poller that it was opened with");
        this.poller.close();
        this.poller = poller;
    }

    @SuppressWarnings("unchecked") // only the local itself puts a value under its key
    <T> T local(LoopLocal<T> key, Function<IOLoop, T> initial) {
        var value = (T) locals.get(key);
        if (value != null) return value;
        var made = requireNonNull(initial.apply(this));
        locals.put(key, made);
        if (made instanceof Guest guest) guests.add(guest);
        return made;
    }

    /// {@return when the current turn began, in hundredths of a second since some moment; wraps around} Costs no
    /// look at the clock, for those who note it often.
    public int ticks() {
        return tick;
    }

    /// {@return how long ago `ticks` was}
    ///
    /// @param ticks what [#ticks] once returned
    public Duration sinceTicks(int ticks) {
        return Duration.ofNanos(TICK * Integer.toUnsignedLong((int) (now() / TICK) - ticks));
    }

    /// From now on everything that is made on this loop remembers where: see [Origin].
    public void traceOrigins() {
        tracing = true;
    }

    boolean isTracing() {
        return tracing;
    }

    static String inWords(Thread thread) {
        return "Thread[" + (thread.getName().isEmpty() ? "#" + thread.threadId() : thread.getName()) + "]";
    }

    /// {@return what it is doing: `IOLoop[main], running: 3 ready, 2 timers, 1 external: sensor`} Asked from elsewhere
    /// it says only whether it runs.
    public String describe() {
        if (closed) return this + ", closed";
        if (isElsewhere(this)) return this + ", running";
        var names = externals();
        return this + (runner == null ? ", not running: " : ", running: ") + carrier.ready() + " ready, "
                + Words.count(timerCount(), "timer") + ", " + Words.count(names.size(), "external")
                + (names.isEmpty() ? "" : ": " + Words.list(names));
    }

    /// {@return `IOLoop[name]`}
    @Override
    public String toString() {
        return "IOLoop[" + name + "]";
    }
}
