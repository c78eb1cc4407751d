package dev.holdfast.lifetime;

import static dev.holdfast.task.Coroutine.await;
import static dev.holdfast.task.Coroutine.awaitCancelled;
import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static dev.holdfast.task.Coroutine.yieldNow;
import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Holdfast;
import dev.holdfast.Program;
import dev.holdfast.future.Future;
import dev.holdfast.future.Promise;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.task.Task;
import dev.holdfast.testing.Logged;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// S32: a local that a frame never reads again keeps its object alive as long as the frame is interpreted, and not
/// when it is compiled. That may decide *when* something is collected, and never *what* comes of it.
@Tag("threads")
@Timeout(60)
class DeadLocalsTest {
    private static final Duration A_WHILE = ofMillis(10); // with a collection in it
    private static final List<String> OUTCOMES = List.of("success!", "deadlock", "reader cancelled, finally", "broken");

    @Test
    void S32_deadLocals(Logged log) {
        for (int calls : new int[] {0, 3_000, 60_000}) { // cold; what usually is enough for C1; for C2
            for (int i = 0; i < calls; i++) holdIdly(Object::new, () -> {});
            assertThat(outcomes()).isEqualTo(OUTCOMES);
            Reports.expect(log, "main");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-Xint", "-Xcomp -XX:TieredStopAtLevel=1", "-Xcomp -XX:-TieredCompilation"})
    @Tag("long")
    void S32_deadLocals_inEachKindOfFrame(String flags) throws Exception {
        var all = new ArrayList<>(List.of(flags.split(" ")));
        all.add("-XX:CompileCommand=quiet");
        all.add("-XX:CompileCommand=compileonly," + DeadLocalsTest.class.getName() + "::*");
        try (var program = Program.start(Printing.class, all.toArray(String[]::new))) {
            assertThat(program.rest().lines().toList()).containsSubsequence(OUTCOMES);
            assertThat(program.status()).isZero();
        }
    }

    /// In a JVM of its own; what it logs is printed too.
    static final class Printing {
        public static void main(String... args) {
            outcomes().forEach(IO::println);
        }
    }

    private static List<String> outcomes() {
        return List.of(awaitMine(), awaitInVain(), readForAnOwner(), awaitAHandle());
    }

    /// Holds what `make` returns in a local which is dead while `wait` runs.
    private static void holdIdly(Supplier<?> make, Runnable wait) {
        var dead = make.get();
        if (dead == null) throw new AssertionError("nothing to hold");
        wait.run();
    }

    /// S1: kept by the task and by nothing else.
    private static String awaitMine() {
        return Holdfast.run(() -> {
            var mine = new Promise<String>();
            var weak = new WeakReference<>(mine);
            IOLoop.current().callLater(ofMillis(1), () -> {
                System.gc();
                var promise = weak.get();
                if (promise != null) promise.complete("success!");
            });
            return await(mine);
        });
    }

    /// S2: kept by nobody who could end the wait.
    private static String awaitInVain() {
        return Holdfast.run(() -> {
            try {
                holdIdly(Promise::new, () -> await(new Promise<>()));
                return "woken";
            } catch (Deadlock e) {
                return "deadlock";
            }
        });
    }

    /// S10: the owner is held by nobody but a dead local of somebody who sleeps for a while.
    private static String readForAnOwner() {
        return Holdfast.run(() -> {
            var trail = new ArrayList<String>();
            var readers = new ArrayList<Task<Void>>();
            spawn("user", () -> holdIdly(() -> own(readers, trail), () -> sleep(A_WHILE)));
            while (readers.isEmpty() || !readers.getFirst().future().isDone()) {
                System.gc();
                sleep(ofMillis(1));
            }
            try {
                readers.getFirst().join();
                return "ended";
            } catch (CancellationException e) {
                return "reader cancelled, " + String.join(", ", trail);
            }
        });
    }

    private static Object own(List<Task<Void>> readers, List<String> trail) {
        var owner = new Object();
        readers.add(Owned.spawn(owner, "reader", () -> {
            try {
                awaitCancelled();
            } finally {
                trail.add("finally");
            }
        }));
        return owner;
    }

    /// S5: so is the handle.
    private static String awaitAHandle() {
        return Holdfast.run(() -> {
            var futures = new ArrayList<Future<String>>();
            spawn("user", () -> holdIdly(() -> open(futures), () -> sleep(A_WHILE)));
            yieldNow();
            try (var _ = new Collecting()) {
                return await(futures.getFirst());
            } catch (BrokenPromise e) {
                return "broken";
            }
        });
    }

    private static Object open(List<Future<String>> futures) {
        var handle = ExternalPromise.<String>open("handle");
        futures.add(handle.future());
        return handle;
    }
}
