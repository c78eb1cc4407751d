package dev.holdfast.carrier;

import java.util.concurrent.Semaphore;
import org.jetbrains.lincheck.Lincheck;

/// A loop that sleeps without limit, and two threads that bring one thing each: in whatever order their steps fall,
/// the loop gets both. Lincheck goes through the orders, and knows when somebody waits and nobody is left to wake
/// him; so a wake-up that can be lost is found as the story in which it is. The bed is a semaphore, which never wakes
/// by itself: Lincheck lets a thread that is parked go on without a reason, as the JDK may, and so hides that nobody
/// has woken it.
public final class SleepIsNeverOverslept {
    private final Inbox inbox = new Inbox();
    private final Semaphore bed = new Semaphore(0);

    private SleepIsNeverOverslept() {}

    /// Throws if there is an order in which the loop sleeps for ever.
    ///
    /// @param orders how many to go through
    public static void prove(int orders) {
        Lincheck.runConcurrentTest(orders, () -> new SleepIsNeverOverslept().play());
    }

    private void play() {
        var loop = new Thread(this::takeTwo);
        var one = new Thread(() -> inbox.add(new Letter("a")));
        var another = new Thread(() -> inbox.add(new Letter("b")));
        loop.start();
        one.start();
        another.start();
        join(loop);
        join(one);
        join(another);
    }

    private void takeTwo() {
        for (int taken = 0; taken < 2; ) {
            if (inbox.mayFallAsleep(bed::release)) bed.acquireUninterruptibly();
            inbox.awake();
            taken += Letter.takenFrom(inbox).length();
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts anybody here", e);
        }
    }
}
