package dev.holdfast.carrier;

import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
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

    private static final VarHandle HOLD = holdHandle();

    final Object owner;
    final Load load;
    Line line = new Line(); // only the loop's thread; another one in tests
    final Inbox inbox = new Inbox();
    private final Queue<Callback> questions = new ArrayDeque<>(); // taken in, to be answered; only the loop's thread
    private final Inbox.Sleeper poller;
    private final Presence presence = new Presence(this);
    final Map<Thread, Strand> strands = new ConcurrentHashMap<>(); // seen from outside by thread dumps
    private long hold; // odd while somebody holds the loop; written on it, seen from outside
    private Runnable watch = () -> {};
    private boolean closed; // only the loop's thread
    private Consumer<Complaint> ear = _ -> {}; // set before the first run

    Carrier(Object owner, Load load) {
        this.owner = owner;
        this.load = load;
        this.poller = load::wakeup;
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

    private static VarHandle holdHandle() {
        try {
            return MethodHandles.lookup().findVarHandle(Carrier.class, "hold", long.class);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("the field stands below", e);
        }
    }

    /// From now on until it is closed it is one of [#all]. Not from the start: who looks in must not find an owner
    /// that is still being made.
    public final void appear() {
        presence.begin();
    }

    /// {@return the carriers that are open and that somebody still holds} For looking in from outside; this is the
    /// one place where all loops can be found.
    public static List<Carrier> all() {
        return Presence.all();
    }

    /// {@return those of [#all] that are between the beginning and the end of a run} Whoever looks often looks at
    /// these:
    /// the others he would keep from being collected.
    public static List<Carrier> carrying() {
        return Presence.carrying();
    }

    /// {@return whether [#all] is empty} Holds nobody to find out.
    public static boolean areNone() {
        return Presence.areNone();
    }

    /// {@return whose carrier it is}
    public final Object owner() {
        return owner;
    }

    /// Runs the load's turns, with the calling platform thread as the one that carries; returns when they end.
    public final void carry() {
        presence.carries(true);
        try {
            carryOn();
        } finally {
            presence.carries(false);
        }
    }

    abstract void carryOn();

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

    /// For tests: from now on the coroutines whose turn it is go on in an order that `random` decides, the same on
    /// either carrier. Callbacks stay in the order in which they came.
    ///
    /// @param random the same numbers give the same order
    /// @throws IllegalStateException if somebody stands in line already
    public final void shuffle(RandomGenerator random) {
        if (!isIdle()) throw new IllegalStateException(owner + " has begun; shuffle its line before");
        line = new ShuffledLine(random);
    }

    /// {@return how many nanoseconds the poller may sleep before the carrier itself has something to do;
    /// [Long#MAX_VALUE] if it has nothing in view}
    public abstract long nanosUntilNext();

    /// {@return how many callbacks are blocked in the JDK, outside of this carrier's knowledge}
    public abstract int blockedCallbacks();

    /// {@return whether the current thread is the carrying one, or one that it carries}
    public abstract boolean isHere();

    /// From any thread: who holds the loop at this moment. While the caller looks at the answer, others go on.
    ///
    /// @return the thread of the strand that runs, or another virtual thread that is carried here; the carrying
    /// thread itself, if it sleeps or does the loop's own work; null between two runs
    public abstract @Nullable Thread running();

    /// {@return whether it is between the beginning and the end of a run} Any thread may ask.
    public abstract boolean isCarrying();

    /// From any thread: whether it is still the same one who holds the loop. A strand, a callback and the loop's own
    /// work between two polls each hold it once, from the moment they go on until they stop.
    ///
    /// @return another number for each hold; an odd one while somebody holds the loop, an even one while it sleeps
    /// or does not run
    public final long hold() {
        return (long) HOLD.getVolatile(this);
    }

    /// {@return whether somebody holds the loop} Any thread may ask.
    public final boolean isHeld() {
        return isOdd(hold());
    }

    /// From now on `watch` is told, on the loop's thread, when somebody begins to hold the loop after nobody did: a
    /// sleep ends, or a run begins. Then [#hold] says so already.
    ///
    /// @param watch takes the place of the one before; must be quick, and neither block nor throw
    public final void whenHeld(Runnable watch) {
        this.watch = watch;
    }

    private static boolean isOdd(long hold) {
        return (hold & 1) != 0;
    }

    /// Another one holds the loop from now on.
    final void taken() {
        HOLD.setOpaque(this, hold + 1 | 1);
    }

    /// Nobody does.
    final void released() {
        HOLD.setOpaque(this, hold + 1 & ~1L);
    }

    /// Another one holds the loop from now on, and nobody did before, unless there was no time to sleep.
    final void begun() {
        if (isOdd(hold)) {
            taken();
            return;
        }
        HOLD.setVolatile(this, hold + 1); // who looked a moment ago, and saw nobody, will hear of it
        watch.run();
    }

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

    /// From any thread: has the loop answer `question` between two turns, by [#answer]. It wakes a loop that sleeps,
    /// and is no work: it never stands in line, and whether the loop has anything left to do it does not change. So
    /// it must not change anything else either.
    ///
    /// @param question must not throw; if it does, that is logged
    /// @return false if this was closed: then it is never answered; nor is it, if it comes too late, before the
    /// next run
    public final boolean ask(Callback question) {
        return inbox.ask(question);
    }

    /// For the poller: answers what was asked, as far as [#takeArrivals] has taken it in.
    public final void answer() {
        for (Callback question; (question = questions.poll()) != null; ) call(question);
    }

    final boolean isAsked() {
        return !questions.isEmpty();
    }

    /// From now on [#bring] is refused. What was brought before is there, for the next [#takeArrivals].
    public final void letNobodyIn() {
        inbox.shut();
    }

    /// Appends to the line what other threads brought; but so many at a time that a flood does not stop the loop.
    public final void takeArrivals() {
        for (Callback question; (question = inbox.takeQuestion()) != null; ) questions.add(question);
        Runnable arrival;
        int most = inbox.isShut() ? Integer.MAX_VALUE : MOST_ARRIVALS; // the last ones come all at once
        for (int n = most; n > 0 && (arrival = inbox.take()) != null; n--) place(arrival);
    }

    /// {@return whether nobody stands in line and nothing has arrived}
    public final boolean isIdle() {
        return line.isEmpty() && inbox.isEmpty();
    }

    /// {@return how many stand in line}
    public final int ready() {
        return line.size();
    }

    /// {@return whether something has arrived, be it a question}
    public final boolean hasArrivals() {
        return !inbox.isEmpty() || inbox.isAsked();
    }

    /// Says that the poller is about to sleep.
    ///
    /// @return false if it should not, because something has arrived, be it a question
    public final boolean mayFallAsleep() {
        if (!questions.isEmpty()) return false;
        released();
        return inbox.mayFallAsleep(poller);
    }

    /// Says that the poller sleeps no longer.
    public final void awake() {
        inbox.awake();
        begun();
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
        presence.end();
    }

    /// Says that something went wrong here: in the program's log, and to whoever heeds this. Any thread may call it.
    ///
    /// @param log of whoever complains
    /// @param level a warning or an error
    /// @param text one line, or several
    /// @param error what came of it, or null
    public final void complain(System.Logger log, Level level, String text, @Nullable Throwable error) {
        log.log(level, text, error);
        ear.accept(new Complaint(text, error));
    }

    /// For tests: has `ear` told of every complaint, whatever the program's log does with it.
    ///
    /// @param ear told by whatever thread complains; mostly the loop's
    public final void heed(Consumer<Complaint> ear) {
        this.ear = ear;
    }

    /// Runs `callback`. If it throws in spite of its promise, that is logged.
    @SuppressWarnings("CatchThrowable") // whatever it is, those behind it in line go on
    final void call(Callback callback) {
        try {
            callback.run();
        } catch (Throwable e) {
            complain(LOG, Level.ERROR, "a callback threw: " + callback, e);
        }
    }

    final boolean isClosed() {
        return closed;
    }

    /// From any thread: says whether anything still gets in.
    ///
    /// @return false once this was closed
    public final boolean isOpen() {
        return inbox.isOpen();
    }

    /// Puts what arrived where it belongs.
    void place(Runnable arrival) {
        line.add(arrival);
    }

    /// From now on `onlooker` is told when what runs here is blocked by a call of the JDK's, if that can be seen.
    ///
    /// @param onlooker takes the place of the one before
    public void onlooker(Onlooker onlooker) {}

    /// The current strand's own code goes on.
    void goesOn() {}

    /// It stops, by a wait of ours or for good.
    void stops() {}

    final void ended(Strand strand) {
        stops();
        var thread = strand.thread;
        if (thread != null) strands.remove(thread);
        if (closed && strands.isEmpty()) abandoned();
    }

    /// Nothing will run here any more.
    void abandoned() {}
}
