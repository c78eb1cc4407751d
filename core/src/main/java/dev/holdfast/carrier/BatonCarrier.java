package dev.holdfast.carrier;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Plain virtual threads that pass a baton: whoever holds it runs, the loop's thread or one strand. Needs no flag
/// and no internals; each switch is two thread switches, and a blocking call of the JDK's holds the baton and so
/// everybody.
final class BatonCarrier extends Carrier {
    private volatile @Nullable Thread holder; // who runs; null between two runs
    private @Nullable Thread loopThread; // null between two runs
    private boolean interrupted; // the loop's thread was; it gets that back when it leaves
    private final Thread.Builder.OfVirtual builder = Thread.ofVirtual();
    private @Nullable Strand starting; // whose thread the next one is

    // The JDK holds a thread that starts by itself until it ends, parked or not. One that an executor starts is held
    // by that executor, and so goes with the loop.
    private final ExecutorService starter = Executors.newThreadPerTaskExecutor(this::newThread);

    BatonCarrier(Object owner, Load load) {
        super(owner, load);
    }

    @Override
    void carryOn() {
        var me = Thread.currentThread();
        loopThread = me;
        holder = me;
        begun();
        try {
            load.turns();
        } finally {
            released();
            holder = null;
            loopThread = null;
            if (interrupted) me.interrupt();
            interrupted = false;
        }
    }

    @Override
    public void runLine() {
        if (Thread.interrupted()) interrupted = true; // else the next poll would not sleep
        for (int n = line.beginTurn(); n > 0; n--) {
            var entry = requireNonNull(line.poll());
            taken();
            if (entry instanceof Callback callback) call(callback);
            else entry.run();
        }
        taken();
    }

    @Override
    public void start(Strand strand, String name) {
        builder.name(name);
        starting = strand;
        boolean started = false;
        try {
            starter.execute(() -> runWithBaton(strand));
            started = true;
        } finally {
            starting = null;
            if (!started && strand.thread != null) strands.remove(strand.thread);
        }
        resume(strand);
    }

    private Thread newThread(Runnable body) {
        var strand = requireNonNull(starting);
        var thread = builder.unstarted(body);
        thread.setUncaughtExceptionHandler(strand);
        strand.thread = thread;
        strands.put(thread, strand);
        return thread;
    }

    private void runWithBaton(Strand strand) {
        awaitBaton(Thread.currentThread());
        try {
            strand.run();
        } finally {
            give(loopThread);
        }
    }

    @Override
    public void park() {
        var me = Thread.currentThread();
        give(loopThread);
        awaitBaton(me);
        Thread.interrupted(); // it belongs to no wait of ours
    }

    @Override
    public void giveWay() {
        var me = Thread.currentThread();
        stand(() -> lend(me));
        park();
    }

    @Override
    public void resume(Strand strand) {
        var thread = strand.thread;
        if (thread != null) stand(() -> lend(thread));
    }

    /// Puts `turn` at the end of the line; after the end it runs elsewhere, with a baton of its own.
    private void stand(Runnable turn) {
        if (!isClosed()) line.add(turn);
        else Rescue.EXECUTOR.execute(() -> runElsewhere(turn));
    }

    private void runElsewhere(Runnable turn) {
        loopThread = Thread.currentThread();
        holder = loopThread;
        turn.run();
    }

    @Override
    public void close() {
        super.close();
        for (Runnable entry; (entry = line.poll()) != null; ) {
            if (!(entry instanceof Callback)) stand(entry);
        }
        if (strands.isEmpty()) abandoned();
    }

    @Override
    void abandoned() {
        starter.shutdown();
    }

    /// On the loop's thread: lets `thread` run until it gives the baton back.
    private void lend(Thread thread) {
        if (!thread.isAlive()) return;
        give(thread);
        takeBack();
    }

    private void takeBack() {
        awaitBaton(Thread.currentThread());
    }

    private void give(@Nullable Thread next) {
        holder = next;
        LockSupport.unpark(next);
    }

    private void awaitBaton(Thread me) {
        boolean interrupted = false;
        while (holder != me) {
            LockSupport.park(this);
            if (Thread.interrupted()) interrupted = true; // else the next park would not wait
        }
        if (interrupted) me.interrupt();
    }

    @Override
    public long nanosUntilNext() {
        return Long.MAX_VALUE;
    }

    @Override
    public boolean isHere() {
        return Thread.currentThread() == holder;
    }

    @Override
    public int blockedCallbacks() {
        return 0; // a blocked callback holds the baton
    }

    @Override
    public @Nullable Thread running() {
        return holder;
    }

    @Override
    public boolean isCarrying() {
        return holder != null;
    }

    @Override
    public String kind() {
        return "baton";
    }
}
