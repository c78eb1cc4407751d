package dev.holdfast.loop;

import static dev.holdfast.task.Coroutine.await;
import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.holdfast.Holdfast;
import dev.holdfast.future.Promise;
import dev.holdfast.testing.Trail;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/// Rule 9a: signals on a loop. A handler of the test's own stands in front of the JVM's, which would end it.
@Tag("threads")
@EnabledOnOs({OS.LINUX, OS.MAC})
class SignalsTest {
    private static final Signal USR2 = new Signal("USR2");

    private final LinkedBlockingQueue<String> strays = new LinkedBlockingQueue<>();
    private final SignalHandler stray = signal -> strays.add(signal.getName());
    private SignalHandler usual = SignalHandler.SIG_DFL;

    @BeforeEach
    void catchStrays() {
        usual = Signal.handle(USR2, stray);
    }

    @AfterEach
    void restore() {
        assertThat(Signal.handle(USR2, usual))
                .as("who has the signal in the end")
                .isSameAs(stray);
    }

    @Test
    void aSignalRunsTheCallbackOnTheLoop() {
        Holdfast.run(() -> {
            var loop = new Promise<IOLoop>();
            try (var _ = IOLoop.current().onSignal("USR2", () -> loop.complete(IOLoop.current()))) {
                Signal.raise(USR2);
                assertThat(await(loop)).isSameAs(IOLoop.current());
            }
        });
        assertThat(strays).isEmpty();
    }

    @Test
    void aWatchKeepsTheLoopRunningUntilItIsClosed() {
        var trail = new Trail();
        try (var loop = IOLoop.open()) {
            var watch = new Signals.Watch[1];
            watch[0] = loop.onSignal("USR2", () -> {
                trail.mark("heard");
                watch[0].close();
                watch[0].close(); // does nothing
            });
            loop.callLater(ofMillis(5), () -> Signal.raise(USR2)).unref();
            loop.run();
        }
        trail.expect("heard");
    }

    @Test
    void oneThatIsNotCountedDoesNot() {
        try (var loop = IOLoop.open()) {
            loop.onSignal("USR2", () -> {}).unref();
            loop.run();
        }
    }

    @Test
    void closingGivesTheSignalBack() throws InterruptedException {
        try (var loop = IOLoop.open()) {
            loop.onSignal("USR2", () -> {}).close();
            Signal.raise(USR2);
            assertThat(strays.take()).isEqualTo("USR2");
        }
    }

    @Test
    void aLoopThatIsClosedGivesItBackToo() throws InterruptedException {
        try (var loop = IOLoop.open()) {
            loop.onSignal("USR2", () -> {});
        }
        Signal.raise(USR2);
        assertThat(strays.take()).isEqualTo("USR2");
    }

    @Test
    void allWatchesOfASignalAreTold() {
        var trail = new Trail();
        try (var loop = IOLoop.open()) {
            var first = loop.onSignal("USR2", () -> {
                trail.mark("first");
                loop.stop();
            });
            var second = loop.onSignal("USR2", () -> trail.mark("second"));
            loop.execute(() -> Signal.raise(USR2));
            loop.run();
            trail.expect("second", "first"); // the newest is told first
            first.close();
            second.close();
        }
    }

    /// **fix** Whoever saves the old handler and puts it back as it closes, silences those who came later.
    @Test
    void theOlderOfTwoMayCloseFirst() {
        var trail = new Trail();
        try (var loop = IOLoop.open()) {
            var first = loop.onSignal("USR2", () -> trail.mark("first"));
            loop.onSignal("USR2", () -> {
                trail.mark("second");
                loop.stop();
            });
            first.close();
            loop.execute(() -> Signal.raise(USR2));
            loop.run();
        }
        trail.expect("second");
    }

    @Test
    void aClosedOneThatAForeignHandlerPutsBackPassesOn() throws InterruptedException {
        try (var loop = IOLoop.open()) {
            var watch = loop.onSignal("USR2", () -> {});
            var saved = Signal.handle(USR2, _ -> {});
            watch.close();
            Signal.handle(USR2, saved);
            Signal.raise(USR2);
            assertThat(strays.take()).isEqualTo("USR2");
        }
    }

    /// **fix** One that finds itself closed and puts back whom it had replaced, silences those who came since.
    @Test
    void aSignalThatReachesAClosedOneLateGoesToThoseWhoWatchNow() {
        var trail = new Trail();
        try (var loop = IOLoop.open()) {
            var first = loop.onSignal("USR2", () -> trail.mark("first"));
            var late = installed();
            first.close();
            var second = new Signals.Watch[1];
            second[0] = loop.onSignal("USR2", () -> {
                trail.mark("second");
                if (trail.marks().size() == 2) second[0].close();
                else Signal.raise(USR2);
            });
            late.handle(USR2);
            loop.run();
        }
        trail.expect("second", "second");
        assertThat(strays).isEmpty();
    }

    @Test
    void aSignalThatReachesAClosedOneLateIsDroppedWhereTheSystemWouldEndTheProcess() {
        Signal.handle(USR2, SignalHandler.SIG_DFL);
        try (var loop = IOLoop.open()) {
            var watch = loop.onSignal("USR2", () -> {});
            var late = installed();
            watch.close();
            late.handle(USR2);
            assertThat(installed()).isSameAs(SignalHandler.SIG_DFL);
        } finally {
            Signal.handle(USR2, stray);
        }
    }

    /// Returns whoever has the signal now.
    private SignalHandler installed() {
        var handler = Signal.handle(USR2, stray);
        Signal.handle(USR2, handler);
        return handler;
    }

    @Test
    void anUnknownSignalIsAnErrorInWords() {
        try (var loop = IOLoop.open()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> loop.onSignal("FOO", () -> {}))
                    .withMessage("unknown signal: FOO");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> loop.onSignal("SIGHUP", () -> {}))
                    .withMessage("unknown signal: SIGHUP; names go without SIG");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> loop.onSignal("KILL", () -> {}))
                    .withMessage("the JVM or the system keeps signal KILL for itself");
            loop.run(); // none of them is counted
        }
    }

    @Test
    void itGoesByItsName() {
        try (var loop = IOLoop.open();
                var watch = loop.onSignal("USR2", () -> {})) {
            assertThat(watch).hasToString("Signal[USR2]");
        }
    }
}
