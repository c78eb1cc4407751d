package dev.holdfast.carrier;

import dev.holdfast.loop.Poller;
import org.jetbrains.lincheck.Lincheck;

/// A loop that sleeps in the parking poller without limit, and two threads that bring one thing each: in whatever
/// order their steps fall, the loop gets both. Lincheck goes through the orders one by one, and knows when everybody
/// is parked for ever; so a wake-up that can be lost is found as the story in which it is.
public final class SleepIsNeverOverslept {
    private SleepIsNeverOverslept() {}

    /// Throws if there is an order in which the loop sleeps for ever.
    public static void prove(int orders) {
        Lincheck.runConcurrentTest(orders, SleepIsNeverOverslept::play);
    }

    private static void play() {
        var inbox = new Inbox();
        var poller = Poller.parking();
        var loop = new Thread(() -> takeTwo(inbox, poller));
        var one = new Thread(() -> inbox.add(new Letter("a")));
        var another = new Thread(() -> inbox.add(new Letter("b")));
        loop.start();
        one.start();
        another.start();
        join(loop);
        join(one);
        join(another);
    }

    private static void takeTwo(Inbox inbox, Poller poller) {
        for (int taken = 0; taken < 2; ) {
            if (inbox.mayFallAsleep(poller::wakeup)) poller.poll(Long.MAX_VALUE);
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
