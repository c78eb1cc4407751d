package dev.holdfast.inspect;

import static dev.holdfast.task.Coroutine.yieldNow;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Holdfast;
import dev.holdfast.Program;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.testing.Sim;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Programs that did nothing to be watched, each in a JVM of its own.
@Tag("threads")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WatchedProgramsTest {
    private static final String FASTER = "-Dholdfast.slow=100";

    @Test
    void everyLoopIsWatchedThoughNobodyAsked() throws Exception {
        try (var program = Program.start(Asking.class)) {
            assertThat(program.rest()).matches("IOLoop\\[main] has been held for [\\d.]+ m?s by Task\\[main];.*");
            assertThat(program.status()).isZero();
        }
    }

    static final class Asking {
        private Asking() {}

        public static void main(String[] args) {
            System.clearProperty("holdfast.slow");
            var told = new Told();
            Holdfast.run(() -> told.computeUntil(() -> !told.lines.isEmpty()));
            IO.println(told.lines.remove().lines().findFirst().orElseThrow());
        }
    }

    @Test
    void itCanBeSwitchedOff() throws Exception {
        expectSilence("-Dholdfast.slow=off");
    }

    @Test
    void itIsSilentUnderADebugger() throws Exception {
        expectSilence(FASTER, "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,quiet=y,address=127.0.0.1:0");
    }

    private static void expectSilence(String... flags) throws IOException, InterruptedException {
        try (var program = Program.start(Computing.class, flags)) {
            assertThat(program.rest()).isEqualTo("told: 0");
            assertThat(program.status()).isZero();
        }
    }

    static final class Computing {
        private Computing() {}

        public static void main(String[] args) {
            var told = new Told();
            long end = System.nanoTime() + 600_000_000;
            Holdfast.run(() -> told.computeUntil(() -> System.nanoTime() - end > 0));
            IO.println("told: " + told.lines.size());
        }
    }

    @Test
    void aSettingThatIsNoneIsRefusedInWords() throws Exception {
        try (var program = Program.start(Refused.class, "-Dholdfast.slow=0.1 s")) {
            assertThat(program.rest()).isEqualTo("holdfast.slow is neither a number of milliseconds nor off: 0.1 s");
        }
    }

    static final class Refused {
        private Refused() {}

        public static void main(String[] args) {
            try {
                IOLoop.open().close();
            } catch (IllegalStateException e) {
                IO.println(e.getMessage());
            }
        }
    }

    @Test
    void aTaskInVirtualTimeTakesAsLongAsItLikes() throws Exception {
        try (var program = Program.start(Virtual.class, FASTER)) {
            assertThat(program.rest()).isEqualTo("told: 0");
            assertThat(program.status()).isZero();
        }
    }

    static final class Virtual {
        private Virtual() {}

        public static void main(String[] args) {
            var told = new Told();
            long end = System.nanoTime() + 600_000_000;
            Sim.run(() -> told.computeUntil(() -> System.nanoTime() - end > 0));
            IO.println("told: " + told.lines.size());
        }
    }

    /// What happened before and after is told all the same: the last line is of a task that really held the loop.
    @Test
    void aProcessThatWasSuspendedIsNotAccused() throws Exception {
        try (var program = Program.start(Suspended.class, "-Dholdfast.slow=400")) {
            program.awaitLine("busy").kill("STOP");
            Thread.sleep(2_000); // for so long it is suspended
            program.kill("CONT");
            assertThat(program.awaitLine("told: 0").rest()).startsWith("IOLoop[main] has been held for ");
        }
    }

    static final class Suspended {
        private static final long SUSPENDED = 1_000_000_000; // nanoseconds in which a program gets to nothing
        private static final long GO = 10_000_000; // nanoseconds

        private Suspended() {}

        public static void main(String[] args) {
            var told = new Told();
            Holdfast.run(() -> {
                IO.println("busy");
                for (long last = System.nanoTime(), now = last; now - last < SUSPENDED; ) {
                    last = now;
                    now = go(told);
                }
                for (int i = 0; i < 100; i++) go(told); // a second more, for the watchdog to look
                IO.println("told: " + told.lines.size());
                told.computeUntil(() -> !told.lines.isEmpty());
            });
            IO.println(told.lines.remove());
        }

        /// Holds the loop for a moment; returns when that was.
        private static long go(Told told) {
            long begun = System.nanoTime();
            told.computeUntil(() -> System.nanoTime() - begun > GO);
            yieldNow();
            return System.nanoTime();
        }
    }

    @Test
    @Tag("long")
    void anIdleLoopCostsNextToNothing() throws Exception {
        try (var program = Program.start(Idle.class, FASTER)) {
            var figures = program.rest().split(" ");
            assertThat(Double.parseDouble(figures[0])).as("%% of a core").isLessThan(0.1);
            assertThat(figures[1]).as("threads of a watchdog").isEqualTo("0");
        }
    }

    static final class Idle {
        private static final long SECOND = 1_000_000_000;

        private Idle() {}

        public static void main(String[] args) throws InterruptedException {
            var loop = IOLoop.open();
            loop.external("open");
            Thread.ofPlatform().daemon().start(loop::run);
            Thread.sleep(3_000); // until the JVM has settled
            long before = nanos();
            Thread.sleep(20_000);
            double share = (double) (nanos() - before) / (20 * SECOND);
            long watchdogs = Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().equals("holdfast-watchdog"))
                    .count();
            IO.println(100 * share + " " + watchdogs);
        }

        private static long nanos() {
            var threads = ManagementFactory.getThreadMXBean();
            long sum = 0;
            for (long id : threads.getAllThreadIds()) {
                if (id != Thread.currentThread().threadId()) sum += Math.max(0, threads.getThreadCpuTime(id));
            }
            return sum;
        }
    }

    /// Collects what is told, in place of the console.
    private static final class Told extends Handler {
        private static final Logger LOGGER = Logger.getLogger("dev.holdfast.inspect"); // held: the JDK forgets loggers

        final Queue<String> lines = new ConcurrentLinkedQueue<>();

        Told() {
            LOGGER.setUseParentHandlers(false);
            LOGGER.addHandler(this);
        }

        void computeUntil(BooleanSupplier condition) {
            while (!condition.getAsBoolean()) Thread.onSpinWait();
        }

        @Override
        public void publish(LogRecord record) {
            lines.add(record.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
