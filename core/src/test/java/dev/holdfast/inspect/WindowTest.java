package dev.holdfast.inspect;

import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Holdfast;
import dev.holdfast.Program;
import dev.holdfast.future.Promise;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.task.Coroutine;
import java.lang.management.ManagementFactory;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import javax.management.JMException;
import javax.management.MBeanServerFactory;
import javax.management.ObjectName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Looking in by JMX. What concerns a whole process is asked of a program of its own.
@Tag("threads")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WindowTest {
    @Test
    void theInspectorStandsInThePlatformsServer() throws Exception {
        try (var loop = IOLoop.open("kitchen")) {
            var server = ManagementFactory.getPlatformMBeanServer();
            var name = new ObjectName("dev.holdfast:type=Inspector");
            until(() -> server.isRegistered(name));
            assertThat((String) server.invoke(name, "dump", null, null))
                    .contains("IOLoop[kitchen] does not run; 0 tasks");
            assertThat(loop.isClosed()).isFalse();
        }
    }

    /// Nobody else tells of what is waited for here.
    private static void until(BooleanSupplier isSo) {
        while (!isSo.getAsBoolean()) LockSupport.parkNanos(1_000_000);
    }

    @Test
    void aProgramThatIsNotLookedAtHasNoServerAndOneThatIsHasTheInspectorInIt() throws Exception {
        try (var program = Program.start(Looked.class)) {
            program.awaitLine("MBean servers: 0");
            program.awaitLine("waiting");
            program.awaitLine("IOLoop[main]: 1 task, 0 waiting; 0 ready, 0 timers, 0 externals");
            program.awaitLine("done");
            assertThat(program.status()).isZero();
        }
    }

    private static final class Looked {
        public static void main(String[] args) throws JMException {
            Holdfast.run(() -> {
                sleep(ofMillis(300));
                IO.println("MBean servers: "
                        + MBeanServerFactory.findMBeanServer(null).size());
                IO.println(isWaiting() ? "waiting" : "gone");
                var server = ManagementFactory.getPlatformMBeanServer();
                var name = new ObjectName(Window.NAME);
                until(() -> server.isRegistered(name));
                IO.println(server.invoke(name, "dump", null, null)
                        .toString()
                        .lines()
                        .findFirst()
                        .orElseThrow());
                until(() -> !isWaiting());
                IO.println("done");
            });
        }
    }

    @Test
    void whoWaitsForTheServerLeavesWithTheLastLoopAndComesBackWithTheNext() throws Exception {
        try (var program = Program.start(Twice.class)) {
            program.awaitLine("waiting");
            program.awaitLine("gone");
            program.awaitLine("waiting");
            assertThat(program.status()).isZero();
        }
    }

    private static final class Twice {
        public static void main(String[] args) {
            Holdfast.run(() -> IO.println(isWaiting() ? "waiting" : "gone"));
            until(() -> !isWaiting());
            IO.println("gone");
            Holdfast.run(() -> IO.println(isWaiting() ? "waiting" : "gone"));
        }
    }

    private static boolean isWaiting() {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().equals("holdfast-window"));
    }

    /// A runtime that was cut down to what core cannot do without.
    @Test
    void withoutManagementNothingIsAmiss() throws Exception {
        var modules = "java.base,java.logging,jdk.jfr,jdk.unsupported";
        try (var program = Program.start(Small.class, "--limit-modules", modules)) {
            program.awaitLine("management: false");
            program.awaitLine("Task[waiting] waiting on Promise");
            assertThat(program.rest()).isEmpty();
            assertThat(program.status()).isZero();
        }
    }

    private static final class Small {
        public static void main(String[] args) {
            IO.println("management: "
                    + ModuleLayer.boot().findModule("java.management").isPresent());
            Holdfast.run(() -> {
                var promise = new Promise<Integer>();
                var task = spawn("waiting", () -> Coroutine.await(promise));
                sleep(ofMillis(150)); // whoever looks for a server has looked
                IO.println(task.describe());
                promise.complete(1);
                task.join();
            });
        }
    }
}
