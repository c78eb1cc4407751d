package dev.holdfast.carrier;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class InboxTest {
    private static final Runnable NOTHING = () -> {};

    private final Inbox inbox = new Inbox();
    private final AtomicInteger wakeups = new AtomicInteger();

    @Test
    void whoeverAddsFirstWakesTheSleeperAndTheOthersDoNot() {
        assertThat(inbox.mayFallAsleep(wakeups::incrementAndGet)).isTrue();
        for (int i = 0; i < 100; i++) inbox.add(NOTHING);
        assertThat(wakeups).hasValue(1);
    }

    @Test
    void nobodyWakesWhoIsAwake() {
        inbox.mayFallAsleep(wakeups::incrementAndGet);
        inbox.awake();
        inbox.add(NOTHING);
        assertThat(wakeups).hasValue(0);
    }

    @Test
    void nobodyFallsAsleepOverWhatHasArrived() {
        inbox.add(NOTHING);
        assertThat(inbox.mayFallAsleep(wakeups::incrementAndGet)).isFalse();
        inbox.add(NOTHING);
        assertThat(wakeups).hasValue(0);
    }

    @Test
    void afterTheCloseNothingGetsInAndWhatWasThereCanBeTaken() {
        inbox.add(NOTHING);
        inbox.close();
        assertThat(inbox.add(NOTHING)).isFalse();
        assertThat(inbox.take()).isSameAs(NOTHING);
        assertThat(inbox.take()).isNull();
    }

    @Test
    @Tag("threads")
    @Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void noWakeUpIsLostBetweenDecidingToSleepAndSleeping() throws Exception {
        int n = 20_000;
        var me = Thread.currentThread();
        var threads = new ArrayList<Thread>();
        for (int t = 0; t < 2; t++) {
            threads.add(Thread.ofPlatform().daemon().start(() -> {
                for (int i = 0; i < n / 2; i++) {
                    inbox.add(NOTHING);
                    if (i % 16 == 0) Thread.yield();
                }
            }));
        }
        for (int taken = 0; taken < n; ) {
            while (inbox.take() != null) taken++;
            if (taken < n && inbox.mayFallAsleep(() -> LockSupport.unpark(me))) LockSupport.park(this);
            inbox.awake();
        }
        for (var thread : threads) thread.join();
        assertThat(inbox.isEmpty()).isTrue();
    }
}
