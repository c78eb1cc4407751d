package dev.holdfast;

import static dev.holdfast.task.Coroutine.shielded;
import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.cancel.Cancelled;
import dev.holdfast.loop.IOLoop;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import sun.misc.Signal;

/// Rule 9a, each in a process of its own that is really killed.
@Timeout(60)
@EnabledOnOs({OS.LINUX, OS.MAC})
class ShutdownTest {
    /// Waits for ever, and tidies up with a wait.
    static final class Tidy {
        public static void main(String[] args) {
            try {
                Holdfast.run(() -> {
                    spawn("other", () -> {
                        try {
                            sleep(ofHours(1));
                        } finally {
                            System.out.println("other is tidy");
                        }
                    });
                    sleep(ofMillis(1));
                    System.out.println("ready");
                    try {
                        sleep(ofHours(1));
                    } finally {
                        shielded(ofSeconds(5), () -> sleep(ofMillis(10)));
                        System.out.println("main is tidy");
                    }
                });
            } catch (Exception e) {
                System.out.println("a shutdown is no exception");
            } finally {
                System.out.println("around it is tidy");
            }
        }
    }

    @Test
    void sigtermCancelsMainAndEndsWithTheUsualStatus() throws Exception { // rule 9a
        try (var program = Program.start(Tidy.class)) {
            program.awaitLine("ready").kill("TERM");
            assertThat(program.rest()).isEqualTo("main is tidy\nother is tidy\naround it is tidy");
            assertThat(program.status()).isEqualTo(143);
        }
    }

    @Test
    void ctrlCCancelsMainAndEndsWithTheUsualStatus() throws Exception { // rule 9a
        try (var program = Program.start(Tidy.class)) {
            program.awaitLine("ready").kill("INT");
            assertThat(program.rest()).isEqualTo("main is tidy\nother is tidy\naround it is tidy");
            assertThat(program.status()).isEqualTo(130);
        }
    }

    static final class Reason {
        public static void main(String[] args) {
            Holdfast.run(() -> {
                System.out.println("ready");
                try {
                    sleep(ofHours(1));
                } catch (Cancelled e) {
                    System.out.println(e.reason());
                }
            });
            System.out.println("swallowed");
        }
    }

    @Test
    void theReasonIsShutdownAndAMainThatSwallowsItStillEnds() throws Exception { // rule 9a
        try (var program = Program.start(Reason.class)) {
            program.awaitLine("ready").kill("TERM");
            assertThat(program.rest()).isEqualTo("shutdown\nswallowed");
            assertThat(program.status()).isEqualTo(143);
        }
    }

    /// Two loops on two threads.
    static final class Two {
        private static final CountDownLatch READY = new CountDownLatch(2);

        public static void main(String[] args) throws Exception {
            Thread.ofPlatform().start(Two::run);
            Thread.ofPlatform().start(Two::run);
            READY.await();
            System.out.println("ready");
        }

        private static void run() {
            Holdfast.run(() -> {
                READY.countDown();
                try {
                    sleep(ofHours(1));
                } finally {
                    System.out.println("tidy");
                }
            });
        }
    }

    @Test
    void everyRunningMainIsCancelled() throws Exception { // rule 9a
        try (var program = Program.start(Two.class)) {
            program.awaitLine("ready").kill("TERM");
            assertThat(program.rest()).isEqualTo("tidy\ntidy");
            assertThat(program.status()).isEqualTo(143);
        }
    }

    /// Computes and hears nothing.
    static final class Stubborn {
        private static long computed;

        public static void main(String[] args) {
            Holdfast.run(Stubborn::compute);
        }

        private static void compute() {
            System.out.println("ready");
            while (true) computed++;
        }
    }

    @Test
    void whoRefusesIsNamedWithItsStackAndTheProcessEndsAllTheSame() throws Exception { // rule 9a
        try (var program = Program.start(Stubborn.class, "-Dholdfast.shutdown=1")) {
            program.awaitLine("ready").kill("TERM");
            assertThat(program.rest())
                    .contains("Task[main] running refuses to end; the process does, 1 s after a signal")
                    .contains("at dev.holdfast.ShutdownTest$Stubborn.compute(ShutdownTest.java:");
            assertThat(program.status()).isEqualTo(143);
        }
    }

    /// Hears of it and goes on.
    static final class Deaf {
        public static void main(String[] args) {
            Holdfast.run(() -> {
                for (var state = "ready"; ; state = "cancelled") {
                    System.out.println(state);
                    try {
                        sleep(ofHours(1));
                    } catch (Cancelled e) {
                        shielded(ofHours(1), () -> sleep(ofMillis(50)));
                    }
                }
            });
        }
    }

    @Test
    void aSecondSignalEndsItAtOnce() throws Exception { // rule 9a
        try (var program = Program.start(Deaf.class)) {
            program.awaitLine("ready").kill("TERM").awaitLine("cancelled").kill("TERM");
            assertThat(program.status()).isEqualTo(143);
        }
    }

    /// Exits from inside a task.
    static final class Exit {
        public static void main(String[] args) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("hook")));
            Holdfast.run(() -> {
                sleep(ofMillis(1));
                System.exit(7);
            });
        }
    }

    @Test
    void systemExitInATaskDoesNotHang() throws Exception { // rule 9a
        try (var program = Program.start(Exit.class)) {
            assertThat(program.rest()).isEqualTo("hook");
            assertThat(program.status()).isEqualTo(7);
        }
    }

    /// Watches the signal itself, by the loop.
    static final class Own {
        public static void main(String[] args) {
            Holdfast.run(() -> {
                try (var _ = IOLoop.current().onSignal("TERM", () -> System.out.println("heard"))) {
                    System.out.println("ready");
                    sleep(ofMillis(10));
                    Signal.raise(new Signal("TERM"));
                    sleep(ofMillis(200));
                }
                Signal.raise(new Signal("TERM"));
                sleep(ofHours(1));
            });
        }
    }

    @Test
    void aProgramThatWatchesASignalItselfHasItUntilItIsClosed() throws Exception { // rule 9a
        try (var program = Program.start(Own.class)) {
            program.awaitLine("ready").awaitLine("heard");
            assertThat(program.rest()).isEmpty();
            assertThat(program.status()).isEqualTo(143);
        }
    }

    /// Has a handler of its own.
    static final class Foreign {
        public static void main(String[] args) {
            Signal.handle(new Signal("TERM"), _ -> System.exit(5));
            Holdfast.run(() -> {
                System.out.println("ready");
                sleep(ofHours(1));
            });
        }
    }

    @Test
    void aForeignHandlerIsLeftAlone() throws Exception { // rule 9a
        try (var program = Program.start(Foreign.class)) {
            program.awaitLine("ready").kill("TERM");
            assertThat(program.rest()).isEmpty();
            assertThat(program.status()).isEqualTo(5);
        }
    }

    @Test
    void underXrsThereIsQuietlyNoShutdown() throws Exception { // rule 9a
        try (var program = Program.start(Tidy.class, "-Xrs")) {
            program.awaitLine("ready").kill("TERM");
            assertThat(program.rest()).isEmpty();
            assertThat(program.status()).isEqualTo(143);
        }
    }

    /// Is killed after its run.
    static final class Afterwards {
        public static void main(String[] args) throws Exception {
            Holdfast.run(() -> {});
            System.out.println("ready");
            new CountDownLatch(1).await();
        }
    }

    @Test
    void afterTheRunSignalsAreWhatTheyWere() throws Exception { // rule 9a
        try (var program = Program.start(Afterwards.class)) {
            program.awaitLine("ready").kill("TERM");
            assertThat(program.rest()).isEmpty();
            assertThat(program.status()).isEqualTo(143);
        }
    }
}
