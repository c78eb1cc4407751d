package dev.holdfast.carrier;

import dev.holdfast.time.Agenda;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Tries out, once per JVM, what [MountedCarrier] takes for granted of the JDK and the
/// JDK has promised to nobody: that a virtual thread runs where our scheduler runs it, stops and goes on there, and
/// that its timed parks are handed to us.
///
/// Always on a platform thread, as everything would be that carries.
final class SelfTest {
    private static final @Nullable String PROBLEM;
    private static final boolean TIMED_PARKS;

    static {
        String problem = Internals.problem();
        boolean timedParks = false;
        if (problem == null) {
            var trial = new Trial();
            trial.onPlatformThread();
            problem = trial.problem;
            timedParks = trial.timedParks == 1;
        }
        PROBLEM = problem;
        TIMED_PARKS = timedParks;
    }

    private SelfTest() {}

    /// Returns why no virtual thread can be mounted on a thread of ours here, with what to do about it; null if it
    /// works.
    static @Nullable String problem() {
        return PROBLEM;
    }

    /// Returns whether the JDK hands its timed parks to a scheduler that looks like a pool. If not, they are the
    /// business of the JDK's own timer threads.
    static boolean handsOverTimedParks() {
        return TIMED_PARKS;
    }

    /// One virtual thread that stops three times: for good, for an hour, and to let others go first.
    static class Trial extends ForkJoinPool {
        @Nullable String problem;

        int timedParks;

        private final Queue<Runnable> line = new ArrayDeque<>();
        private final Agenda<TimedPark> timers = new Agenda<>();
        private @Nullable Thread carrying;
        private int steps; // that were made on the carrying thread

        Trial() {
            super(1, defaultForkJoinWorkerThreadFactory, null, false, 0, 1, 0, null, 1, TimeUnit.SECONDS);
        }

        // Without a look at what SelfTest is: its initialisation waits for this.
        private void onPlatformThread() {
            if (!Thread.currentThread().isVirtual()) {
                run();
                return;
            }
            var thread = Thread.ofPlatform().name("holdfast-self-test").daemon().start(this::run);
            boolean interrupted = false;
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) Thread.currentThread().interrupt();
        }

        @SuppressWarnings("CatchThrowable") // whatever goes wrong, there is another carrier
        void run() {
            try {
                problem = findProblem();
            } catch (Throwable e) {
                problem = inWords(e.toString());
            }
        }

        private @Nullable String findProblem() {
            carrying = Thread.currentThread();
            var thread = Internals.builder(this).name("self-test").unstarted(this::stopThreeTimes);
            Internals.start(thread, Internals.container("self-test", Set.of(thread)));
            for (int stop = 0; stop < 3; stop++) {
                runLine();
                LockSupport.unpark(thread);
            }
            runLine();
            if (steps == 4 && !thread.isAlive()) return null;
            return inWords("a virtual thread made " + steps + " of 4 steps");
        }

        @SuppressWarnings("ThreadPriorityCheck") // the scheduler that this relies on is ours
        private void stopThreeTimes() {
            step();
            LockSupport.park(this);
            step();
            LockSupport.parkNanos(this, TimeUnit.HOURS.toNanos(1));
            step();
            Thread.yield();
            step();
        }

        private void step() {
            if (Internals.currentCarrier() == carrying) steps++;
        }

        private void runLine() {
            for (Runnable next; (next = line.poll()) != null; ) next.run();
        }

        private static String inWords(String what) {
            return "JDK " + Runtime.version() + " has other insides than 25: " + what;
        }

        @Override
        public void execute(Runnable continuation) {
            line.add(continuation);
        }

        @Override
        public ScheduledFuture<?> schedule(Runnable end, long delay, TimeUnit unit) {
            timedParks++;
            return new TimedPark(timers, end, unit.toNanos(delay));
        }
    }
}
