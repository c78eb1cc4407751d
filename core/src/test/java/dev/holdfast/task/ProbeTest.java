package dev.holdfast.task;

import static dev.holdfast.task.Coroutine.awaitCancelled;
import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.holdfast.loop.IOLoop;
import dev.holdfast.testing.Sim;
import dev.holdfast.testing.Trail;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

final class ProbeTest {
    private final Trail trail = new Trail();

    private final class Marking implements Probe {
        @Override
        public void started(Task<?> task) {
            trail.mark(task + " started");
        }

        @Override
        public void parked(Task<?> task, Object where) {
            trail.mark(task + " parked on " + where);
        }

        @Override
        public void granted(Task<?> task) {
            trail.mark(task + " granted");
        }

        @Override
        public void finished(Task<?> task) {
            trail.mark(task + " finished");
        }
    }

    private void watch() {
        Tasks.of(IOLoop.current()).probe(new Marking());
    }

    @Test
    void itIsToldWhatATaskDoesAsItDoesIt() {
        Sim.run(() -> {
            watch();
            spawn("a", () -> {
                        trail.mark("a runs");
                        sleep(ofSeconds(1));
                    })
                    .join();
        });
        trail.expect(
                "Task[a] started",
                "Task[test] parked on Task[a]",
                "a runs",
                "Task[a] parked on sleep",
                "Task[a] granted",
                "Task[a] finished",
                "Task[test] granted",
                "Task[test] finished");
    }

    @Test
    void itIsToldOfACancelledWaitAsOfAGrant() {
        Sim.run(() -> {
            watch();
            var a = spawn("a", () -> awaitCancelled());
            sleep(ofSeconds(1));
            a.cancel("stop");
            assertThat(catchThrowable(a::join)).isInstanceOf(CancellationException.class);
        });
        trail.expect(
                "Task[a] started",
                "Task[test] parked on sleep",
                "Task[a] parked on cancellation",
                "Task[test] granted",
                "Task[a] granted",
                "Task[test] parked on Task[a]",
                "Task[a] finished",
                "Task[test] granted",
                "Task[test] finished");
    }

    @Test
    void withoutOneNobodyIsTold() {
        Sim.run(() -> {
            watch();
            Tasks.of(IOLoop.current()).probe(Probe.SILENT);
            spawn("a", () -> sleep(ofSeconds(1))).join();
        });
        trail.expect();
    }
}
