package dev.holdfast.carrier;

import static java.util.Objects.requireNonNull;

import dev.holdfast.time.Clock;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Virtual threads scheduled on the loop's own thread: going from one to the next is a matter of a fifth of a
/// microsecond, and a blocking call of the JDK's parks the coroutine, not the loop.
///
/// The platform thread that calls [#carry] owns no locks and runs none of anybody's code: only the line below, in
/// which stand continuations of virtual threads and callbacks. All else runs *in* virtual threads on it, so that
/// whatever blocks, blocks a virtual thread:
///
/// ```
///   poller's thread     one; runs the loop's turns: polls, takes arrivals, fires timers. No user code.
///        │ runLine()
///   the carrying thread: takes from the line, n entries a turn ─┬─ a continuation: runs it right here
///        ▲                                                      └─ a callback: mounts the callbacks' thread,
///        │                                                         which runs this and the callbacks behind it
///        └── arrivals by the inbox: continuations the JDK woke on other threads
/// ```
///
/// *When a callback blocks* (in a foreign lock, say), its thread unmounts half-way. It keeps that callback and
/// loses the role: the next callback gets a fresh thread. Else a lock held by a parked task and wanted by a
/// callback would be a deadlock for good.
///
/// *When the poller blocks*, in its own poll or inside the JDK, the carrying thread itself sleeps, and any arrival
/// wakes it. If the poller can be woken it is, and goes first; if not, the line is run without it.
///
/// *A turn of tasks only*, with nothing arrived or due, needs no poller: the carrying thread begins the next turn
/// by itself, at most [#OWN_TURNS] times in a row. An await so costs little more than a bare switch.
///
/// *A thread dump* suspends a continuation for a moment and submits it again afterwards; running it meanwhile does
/// nothing. So nothing is counted by submissions, and a role's thread that did not run when it should have is
/// waited for (the poller's) or replaced (the callbacks').
///
/// *Between two runs* nobody carries. What is started or woken then joins the line as if it were brought from
/// outside, and at once, so that it keeps its place among the callbacks.
final class MountedCarrier extends Carrier {
    /// How many turns may pass without the poller: I/O waits that long when tasks are always ready.
    static final int OWN_TURNS = 64;

    private static final long LONGEST_DUMP = TimeUnit.MILLISECONDS.toNanos(200); // of one thread, on a busy machine

    private final Scheduler scheduler = new Scheduler(this);
    private final Thread.Builder.OfVirtual builder;
    private final Object container;
    private final Lookout lookout = new Lookout(this::add);

    private volatile @Nullable Thread carrying; // null between two runs; other threads look at it
    private @Nullable Role poller; // null between two runs
    private @Nullable Role callbacks; // who runs callbacks now; null before the first
    private @Nullable Role starting; // whose continuation the next submission is
    private @Nullable Role mounting; // whose continuation is run right after its submission, out of the line
    private Inbox.Sleeper waking = () -> {}; // ends the carrying thread's sleep
    private int turn; // entries that still belong to the current turn
    private int ownTurns; // turns that may yet pass without the poller
    private boolean pollerAwaits; // the poller waits for the turn to end
    private boolean pollerCalled; // the turn has ended, and the poller has not gone on yet
    private boolean callbacksInvited; // the callbacks' thread may take from the line
    private boolean interrupted; // the carrying thread was; it gets that back when it leaves
    private int blocked; // callbacks that have lost their role and not ended

    MountedCarrier(Object owner, Load load) {
        this(owner, load, SelfTest.handsOverTimedParks());
    }

    /// `ownTimers`: whether timed parks are to be fired here, or by the JDK's own timer threads.
    MountedCarrier(Object owner, Load load, boolean ownTimers) {
        super(owner, load);
        this.builder = Internals.builder(ownTimers ? scheduler : this::admit);
        this.container = Internals.container(owner.toString(), strands.keySet());
    }

    @Override
    void carryOn() {
        var me = Thread.currentThread();
        if (me.isVirtual()) throw new IllegalStateException("a virtual thread cannot carry others: " + me);
        Internals.initialisePollers();
        interrupted = Thread.interrupted();
        waking = () -> LockSupport.unpark(me);
        turn = 0;
        pollerAwaits = pollerCalled = false;
        carrying = me;
        begun();
        var poller = new Role("poller", load::turns);
        this.poller = poller;
        try {
            poller.begin();
            while (!poller.ended) {
                if (poller.ready) poller.mount();
                else if (turn > 0) runNext();
                else if (pollerAwaits) endTurn(poller);
                else idle(poller);
            }
        } finally {
            released();
            this.poller = null;
            carrying = null;
            if (interrupted) me.interrupt();
        }
        switch (poller.failure) {
            case null -> {}
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case Throwable e -> throw new AssertionError("turns threw", e);
        }
    }

    @Override
    public void runLine() {
        if (line.isEmpty() && !scheduler.isDue()) return;
        var me = Strand.current();
        beginTurn();
        ownTurns = OWN_TURNS;
        pollerAwaits = true;
        while (pollerAwaits && poller == me) park();
        pollerCalled = false;
        if (poller != me) throw new IllegalStateException(me + " was left behind by a run that failed");
    }

    private void beginTurn() {
        turn = line.beginTurn();
        lookout.turns();
    }

    private void runNext() {
        if (line.peek() instanceof Callback) {
            runCallbacks();
        } else {
            turn--;
            taken();
            var continuation = requireNonNull(line.poll());
            if (lookout.isLooking()) runInView(continuation);
            else run(continuation);
        }
    }

    private void runInView(Runnable continuation) {
        lookout.goesOn(continuation);
        run(continuation);
        lookout.stopped(continuation);
    }

    /// Runs `continuation` until its thread stops. What comes out of it is the JDK's failure and nobody's to catch;
    /// it is told from the line, because a logger may want a lock.
    @SuppressWarnings("CatchThrowable") // whatever it is, those behind it in line go on
    private void run(Runnable continuation) {
        try {
            continuation.run();
        } catch (Throwable e) {
            Callback report = () -> {
                throw new IllegalStateException("a virtual thread of " + owner + " could not go on", e);
            };
            line.add(report);
        }
    }

    private void runCallbacks() {
        var role = callbacks;
        if (role == null) callbacks = role = newCallbacks();
        int before = turn;
        mounting = role;
        LockSupport.unpark(role.thread);
        mounting = null;
        callbacksInvited = true;
        role.mount();
        callbacksInvited = false;
        if (!role.idle) blocked(role);
        if (!role.idle || turn == before) callbacks = null; // or suspended by a thread dump before it could run one
    }

    /// In the middle of a callback.
    private void blocked(Role role) {
        blocked++;
        lookout.blocked(role, requireNonNull(role.continuation));
    }

    private Role newCallbacks() {
        var role = new Role("callbacks", this::liveOnCallbacks);
        role.begin();
        return role;
    }

    private void liveOnCallbacks() {
        var me = (Role) requireNonNull(Strand.current());
        while (callbacks == me) {
            // Woken from elsewhere, by a lock that a callback once stood in line for, it must wait to be invited.
            while (callbacks == me && callbacksInvited && turn > 0 && line.peek() instanceof Callback callback) {
                line.poll();
                turn--;
                taken();
                me.idle = false;
                call(callback);
                me.idle = true;
                if (callbacks != me) blocked--;
            }
            if (callbacks == me) park();
        }
    }

    /// The turn is over: begins the next, or gives the poller its turn.
    private void endTurn(Role poller) {
        scheduler.fireDue();
        if (ownTurns-- > 0 && !line.isEmpty() && !load.isPressing()) {
            beginTurn();
            return;
        }
        pollerAwaits = false;
        pollerCalled = true;
        LockSupport.unpark(poller.thread);
    }

    /// The poller is parked in its poll, or blocked inside the JDK: sleeps until something comes, and sees to it.
    ///
    /// Once called it is only a thread dump that keeps it for a moment; until that lets go nothing is run, because
    /// it may be about to stop.
    private void idle(Role poller) {
        if (pollerCalled || (line.isEmpty() && !scheduler.isDue())) sleep(nanosUntilNext());
        scheduler.fireDue();
        takeArrivals();
        if (pollerCalled || poller.ready || (line.isEmpty() && !isAsked())) return;
        begun(); // the poller said that nobody does anything
        load.wakeup();
        if (load.isStopping()) awaitStop(poller);
        if (!poller.ready) beginTurn();
    }

    /// After a stop nothing may run, so a poller that a thread dump keeps is waited for. Not for ever: it may also
    /// want a lock that somebody in line holds.
    private void awaitStop(Role poller) {
        long end = Clock.SYSTEM.nanos() + LONGEST_DUMP;
        for (long left; !poller.ready && (left = end - Clock.SYSTEM.nanos()) > 0; takeArrivals()) sleep(left);
    }

    private void sleep(long nanos) {
        if (!inbox.mayFallAsleep(waking)) return;
        released();
        if (nanos == Long.MAX_VALUE) LockSupport.park(this);
        else LockSupport.parkNanos(this, nanos);
        awake();
        if (Thread.interrupted()) interrupted = true;
    }

    @Override
    public long nanosUntilNext() {
        return scheduler.nanosUntilNext();
    }

    @Override
    public void start(Strand strand, String name) {
        var thread = builder.name(name).unstarted(strand);
        thread.setUncaughtExceptionHandler(strand);
        strand.thread = thread;
        strands.put(thread, strand);
        boolean started = false;
        try {
            Internals.start(thread, container);
            started = true;
        } finally {
            if (!started) strands.remove(thread);
        }
        if (carrying == null) takeArrivals();
    }

    /// Clears the interrupt flag: a set one would make the park return, again and again, and never let go of the
    /// carrying thread.
    @Override
    public void park() {
        stops();
        Thread.interrupted();
        LockSupport.park(this);
        goesOn();
    }

    @Override
    @SuppressWarnings("ThreadPriorityCheck") // the scheduler that this relies on is ours
    public void giveWay() {
        stops();
        Thread.yield();
        goesOn();
    }

    @Override
    public void onlooker(Onlooker onlooker) {
        lookout.onlooker(onlooker);
    }

    @Override
    void goesOn() {
        if (lookout.isLooking() && !(Strand.current() instanceof Role)) lookout.runs(Strand.current());
    }

    @Override
    void stops() {
        lookout.runs(null);
    }

    @Override
    public void resume(Strand strand) {
        LockSupport.unpark(strand.thread);
        if (carrying == null) takeArrivals();
    }

    @Override
    public boolean isHere() {
        return Internals.currentCarrier() == carrying;
    }

    @Override
    public int blockedCallbacks() {
        return blocked;
    }

    @Override
    public @Nullable Thread running() {
        var carrying = this.carrying;
        if (carrying == null) return null;
        var mounted = Internals.mountedOn(carrying, strands.keySet());
        return mounted == null ? carrying : mounted;
    }

    @Override
    public boolean isCarrying() {
        return carrying != null;
    }

    @Override
    public String kind() {
        return "mounted";
    }

    @Override
    public void close() {
        super.close();
        callbacks = null;
        for (Runnable entry; (entry = line.poll()) != null; ) {
            if (!(entry instanceof Callback) || entry instanceof Onlooker.Blocked) Rescue.EXECUTOR.execute(entry);
        }
        scheduler.leave();
        for (var strand : strands.values()) {
            if (strand instanceof Role role) LockSupport.unpark(role.thread);
        }
        if (strands.isEmpty()) abandoned();
    }

    @Override
    void abandoned() {
        Internals.remove(container);
    }

    /// From the JDK: `continuation` may run. Total: it never blocks and never throws, also after the end; but for
    /// want of memory, and then the JDK asks again.
    void admit(Runnable continuation) {
        if (isHere()) submitHere(continuation);
        else if (!inbox.add(continuation)) Rescue.EXECUTOR.execute(continuation);
    }

    private void submitHere(Runnable continuation) {
        if (starting != null) {
            starting.continuation = continuation;
            starting = null;
        } else if (mounting == null || mounting.continuation != continuation) {
            place(continuation);
        }
    }

    @Override
    void place(Runnable arrival) {
        if (poller != null && arrival == poller.continuation) poller.ready = true;
        else line.add(arrival);
    }

    /// A virtual thread of the loop's own, whose continuation is kept out of the line.
    private final class Role extends Strand {
        private final String name;
        private final Runnable body;
        private @Nullable Runnable continuation;
        private @Nullable Throwable failure;
        private boolean ready; // may go on
        private boolean idle = true; // parked where it waits for work, and nowhere else
        private boolean ended;

        Role(String name, Runnable body) {
            super(MountedCarrier.this);
            this.name = name;
            this.body = body;
        }

        void begin() {
            starting = this;
            try {
                start(this, toString());
            } finally {
                starting = null;
            }
            ready = true;
        }

        void mount() {
            ready = false;
            begun();
            MountedCarrier.this.run(requireNonNull(continuation));
        }

        @Override
        @SuppressWarnings("CatchThrowable") // whatever it is, carry() throws it
        protected void act() {
            try {
                body.run();
            } catch (Throwable e) {
                failure = e;
            } finally {
                ended = true;
            }
        }

        @Override
        public String toString() {
            return owner + " " + name;
        }
    }
}
