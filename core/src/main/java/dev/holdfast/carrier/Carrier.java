package dev.holdfast.carrier;

import java.lang.System.Logger.Level;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// How virtual threads and one platform thread take turns. It knows a line of things to run, and nothing of tasks.
///
/// Two kinds behave alike. [MountedCarrier] runs the virtual threads *on* the loop's thread, at the price of a look
/// into the JDK; [BatonCarrier] lets plain virtual threads pass a baton, at the price of a thread switch each time.
/// Which one is taken: `-Dholdfast.carrier=mounted|baton`, by default the first that works here.
public abstract sealed class Carrier permits MountedCarrier, BatonCarrier {
    private static final System.Logger LOG = System.getLogger(Carrier.class.getPackageName());
    private static final int MOST_ARRIVALS = 10_000; // in a turn: some milliseconds
    private static final AtomicBoolean TOLD = new AtomicBoolean();
    // Weak: this is for finding the strand of a thread, not for keeping either alive.
    private static final Set<Carrier> ALL = Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

    final Object owner;
    final Load load;
    final Line line = new Line(); // only the loop's thread
    final Inbox inbox = new Inbox();
    private final Inbox.Sleeper poller;
    final Map<Thread, Strand> strands = new ConcurrentHashMap<>(); // seen from outside by thread dumps
    private boolean closed; // only the loop's thread

    Carrier(Object owner, Load load) {
        this.owner = owner;
        this.load = load;
        this.poller = load::wakeup;
        ALL.add(this);
    }

    /// {@return the best carrier for `load` that works on this JDK, or the one that was asked for}
    ///
    /// @param owner a loop; its `toString` names the carrier in thread dumps
    /// @param load what is carried
    /// @throws IllegalStateException if the one that was asked for does not work, saying why, or is
    /// unknown
    public static Carrier of(Object owner, Load load) {
        var wish = System.getProperty("holdfast.carrier", "");
        return switch (wish) {
            case "baton" -> new BatonCarrier(owner, load);
            case "mounted" -> mountedOrRefuse(owner, load);
            case "" -> best(owner, load);
            default -> throw new IllegalStateException("holdfast.carrier is neither mounted nor baton: " + wish);
        };
    }

    private static Carrier mountedOrRefuse(Object owner, Load load) {
        var problem = SelfTest.problem();
        if (problem != null) throw new IllegalStateException("no mounted carrier: " + problem);
        return new MountedCarrier(owner, load);
    }

    private static Carrier best(Object owner, Load load) {
        var problem = SelfTest.problem();
        if (problem == null) return new MountedCarrier(owner, load);
        if (TOLD.compareAndSet(false, true)) {
            LOG.log(Level.WARNING, "Holdfast runs on its slow carrier, the baton: " + problem);
        }
        return new BatonCarrier(owner, load);
    }

    static @Nullable Strand strandOf(Thread thread) {
        for (var carrier : List.copyOf(ALL)) {
            var strand = carrier.strands.get(thread);
            if (strand != null) return strand;
        }
        return null;
    }

    /// {@return whose carrier it is}
    public final Object owner() {
        return owner;
    }

    /// Runs the load's turns, with the calling platform thread as the one that carries; returns when they end.
    public abstract void carry();

    /// For the poller: runs what stands in line now; returns when each had its turn.
    public abstract void runLine();

    /// Starts `strand` on a virtual thread called `name`. Its first run stands at the end of the line.
    ///
    /// @param strand started once
    /// @param name for people
    public abstract void start(Strand strand, String name);

    /// For a strand on its own thread: stops until it is resumed. May return early; so callers loop on what they
    /// wait for.
    public abstract void park();

    /// For a strand on its own thread: goes to the end of the line.
    public abstract void giveWay();

    /// Puts `strand`, which is parked or about to be, at the end of the line.
    ///
    /// @param strand of this carrier, started before
    public abstract void resume(Strand strand);

    /// {@return how many nanoseconds the poller may sleep before the carrier itself has something to do;
    /// [Long#MAX_VALUE] if it has nothing in view}
    public abstract long nanosUntilNext();

    /// {@return how many callbacks are blocked in the JDK, outside of this carrier's knowledge}
    public abstract int blockedCallbacks();

    /// {@return whether the current thread is the carrying one, or one that it carries}
    public abstract boolean isHere();

    /// {@return `mounted` or `baton`}
    public abstract String kind();

    /// Puts `callback` at the end of the line; after [#close] nobody would run it, and it is dropped.
    ///
    /// @param callback must not throw; if it does, that is logged
    public final void add(Callback callback) {
        if (!closed) line.add(callback);
    }

    /// From any thread: brings `callback`, which stands in line from the next [#takeArrivals] on.
    ///
    /// @param callback must not throw; if it does, that is logged
    /// @return false if this lets nobody in any more: then it never runs
    public final boolean bring(Callback callback) {
        return inbox.bring(callback);
    }

    /// From any thread: undoes [#bring].
    ///
    /// @param callback what was brought
    /// @return false if it has left the inbox; then it stands in line, or has run
    public final boolean takeBack(Callback callback) {
        return inbox.remove(callback);
    }

    /// From now on [#bring] is refused. What was brought before is there, for the next [#takeArrivals].
    public final void letNobodyIn() {
        inbox.shut();
    }

    /// Appends to the line what other threads brought; but so many at a time that a flood does not stop the loop.
    public final void takeArrivals() {
        Runnable arrival;
        for (int n = inbox.isShut() ? Integer.MAX_VALUE : MOST_ARRIVALS; n > 0 && (arrival = inbox.take()) != null; n--)
            place(arrival);
    }

    /// {@return whether nobody stands in line and nothing has arrived}
    public final boolean isIdle() {
        return line.isEmpty() && inbox.isEmpty();
    }

    /// {@return whether something has arrived}
    public final boolean hasArrivals() {
        return !inbox.isEmpty();
    }

    /// Says that the poller is about to sleep.
    ///
    /// @return false if it should not, because something has arrived
    public final boolean mayFallAsleep() {
        return inbox.mayFallAsleep(poller);
    }

    /// Says that the poller sleeps no longer.
    public final void awake() {
        inbox.awake();
    }

    /// {@return the strands that were started and have not ended, in the order they were started}
    public final Collection<Strand> strands() {
        return strands.entrySet().stream()
                .sorted(Comparator.comparingLong(entry -> entry.getKey().threadId()))
                .map(Map.Entry::getValue)
                .toList();
    }

    /// Ends everything; nothing gets in any more. Strands that still live run to their end elsewhere when they
    /// wake.
    public void close() {
        closed = true;
        inbox.close();
        // Callbacks stay where they are: who brought one a moment ago may still take it back.
        for (var arrival : inbox.arrivals()) {
            if (!(arrival instanceof Callback) && inbox.remove(arrival)) place(arrival);
        }
        ALL.remove(this);
    }

    /// Runs `callback`. If it throws in spite of its promise, that is logged.
    @SuppressWarnings("CatchThrowable") // whatever it is, those behind it in line go on
    static void call(Callback callback) {
        try {
            callback.run();
        } catch (Throwable e) {
            LOG.log(Level.ERROR, "a callback threw: " + callback, e);
        }
    }

    final boolean isClosed() {
        return closed;
    }

    /// Puts what arrived where it belongs.
    void place(Runnable arrival) {
        line.add(arrival);
    }

    final void ended(Strand strand) {
        var thread = strand.thread;
        if (thread != null) strands.remove(thread);
        if (closed && strands.isEmpty()) abandoned();
    }

    /// Nothing will run here any more.
    void abandoned() {}
}
