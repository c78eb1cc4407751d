package dev.holdfast.task;

import static dev.holdfast.task.Coroutine.await;
import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static dev.holdfast.task.Coroutine.yieldNow;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.future.Promise;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.scope.TaskScope;
import dev.holdfast.testing.OnBaton;
import dev.holdfast.testing.OnMounted;
import dev.holdfast.testing.Sim;
import dev.holdfast.testing.Trail;
import org.junit.jupiter.api.Test;

/// Rule 20: what is bound where a task is started is bound inside it.
final class BindingTest {
    private static final ScopedValue<String> USER = ScopedValue.newInstance();
    private static final InheritableThreadLocal<String> REQUEST = new InheritableThreadLocal<>();
    private final Trail trail = new Trail();

    private static String user() {
        return USER.orElse("nobody");
    }

    private static <T> T as(String user, Body<T, RuntimeException> body) {
        return ScopedValue.where(USER, user).call(body::call);
    }

    @Test
    void inheritableThreadLocalsAreInherited() { // rule 20, on both carriers
        Sim.run(() -> {
            REQUEST.set("r1");
            var spawned = spawn("spawned", REQUEST::get);
            assertThat(spawned.join()).isEqualTo("r1");
            TaskScope.run(scope -> {
                var started = scope.start("started", REQUEST::get);
                assertThat(started.join()).isEqualTo("r1");
            });
        });
    }

    @Test
    void inheritableThreadLocalsOfSiblingsAreTheirOwn() { // rule 20, on both carriers
        Sim.run(() -> {
            REQUEST.set("r1");
            var a = spawn("a", () -> changed("a"));
            var b = spawn("b", () -> changed("b"));
            assertThat(a.join()).isEqualTo("a");
            assertThat(b.join()).isEqualTo("b");
            assertThat(REQUEST.get()).isEqualTo("r1");
        });
        assertThat(REQUEST.get()).isNull();
    }

    private static String changed(String value) {
        assertThat(REQUEST.get()).isEqualTo("r1");
        REQUEST.set(value);
        for (int i = 0; i < 3; i++) yieldNow();
        sleep(ofSeconds(1));
        return REQUEST.get();
    }

    @Test
    @OnMounted
    void scopedValuesAreInherited() { // rule 20
        Sim.run(() -> {
            var spawned = as("ann", () -> spawn("spawned", BindingTest::user));
            assertThat(spawned.join()).isEqualTo("ann"); // although the binding is over
            as(
                    "ben",
                    () -> TaskScope.run(scope -> {
                        var started = scope.start(
                                "started",
                                () -> spawn("grandchild", BindingTest::user).join());
                        assertThat(started.join()).isEqualTo("ben");
                        return 0;
                    }));
            assertThat(spawn("unbound", BindingTest::user).join()).isEqualTo("nobody");
        });
    }

    @Test
    @OnBaton
    void scopedValuesAreNotInherited() { // rule 20: docs/carriers.md
        Sim.run(() -> {
            var spawned = as("ann", () -> spawn("spawned", BindingTest::user));
            assertThat(spawned.join()).isEqualTo("nobody");
        });
    }

    @Test
    @OnMounted
    void scopedValuesOfSiblingsAreTheirOwn() { // rule 20
        Sim.run(() -> {
            var a = as("ann", () -> spawn("a", () -> overWaits("ann")));
            var b = as("ben", () -> spawn("b", () -> overWaits("ben")));
            var c = spawn("c", () -> overWaits("nobody"));
            a.join();
            b.join();
            c.join();
        });
        trail.expect("ann", "ben", "nobody");
    }

    /// Checks that the binding is still there after any wait.
    private int overWaits(String user) {
        var promise = new Promise<Integer>();
        IOLoop.current().callLater(ofSeconds(1), () -> promise.complete(1));
        assertThat(user()).isEqualTo(user);
        yieldNow();
        assertThat(user()).isEqualTo(user);
        await(promise);
        assertThat(user()).isEqualTo(user);
        sleep(ofSeconds(1));
        assertThat(user()).isEqualTo(user);
        spawn("child", () -> sleep(ofSeconds(1))).join();
        assertThat(user()).isEqualTo(user);
        trail.mark(user);
        return 0;
    }

    @Test
    void aBindingMadeInATaskIsStillThereAfterAnyWait() { // rule 20, on both carriers
        Sim.run(() -> {
            var a = spawn("a", () -> as("ann", () -> overWaits("ann")));
            var b = spawn("b", () -> as("ben", () -> overWaits("ben")));
            var c = spawn("c", () -> overWaits("nobody"));
            a.join();
            b.join();
            c.join();
        });
        trail.expect("ann", "ben", "nobody");
    }
}
