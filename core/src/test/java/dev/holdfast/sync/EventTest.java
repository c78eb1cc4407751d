package dev.holdfast.sync;

import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static dev.holdfast.task.Coroutine.yieldNow;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.cancel.TooSlow;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.testing.Sim;
import dev.holdfast.testing.Trail;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class EventTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final Event event = new Event();
    private final Trail trail = new Trail();

    private void waiter(String name) {
        spawn(name, () -> {
            event.await();
            trail.mark(name);
        });
    }

    @Test
    void setWakesThoseWhoWaitInTheOrderTheyCame() { // rule 32
        Sim.run(() -> {
            waiter("a");
            waiter("b");
            yieldNow();
            trail.expect();
            event.set();
            trail.expect(); // they go on later than set returns
            yieldNow();
            trail.expect("a", "b");
        });
    }

    @Test
    void itStaysSet() { // rule 32
        Sim.run(() -> {
            event.set();
            spawn("other", () -> trail.mark("other"));
            event.await();
            trail.mark("me"); // without giving up the loop
            event.await(HOUR);
            event.await(Duration.ZERO); // rule 4: what is there wins over a zero limit
            sleep(HOUR);
            trail.expect("me", "other");
            assertThat(event.isSet()).isTrue();
        });
    }

    @Test
    void settingTwiceIsSettingOnce() { // rule 32
        Sim.run(() -> {
            waiter("a");
            yieldNow();
            event.set();
            event.set();
            yieldNow();
            trail.expect("a");
            event.clear();
            assertThat(event.isSet()).isFalse();
        });
    }

    @Test
    void clearingDoesNotUnwake() { // rule 32
        Sim.run(() -> {
            waiter("a");
            yieldNow();
            event.set();
            event.clear(); // a waiter that looks again when it runs would sleep on
            waiter("b");
            sleep(HOUR);
            trail.expect("a");
            event.set();
            sleep(HOUR);
            trail.expect("b");
        });
    }

    @Test
    void aLimitedWaitThrowsTooSlow() { // rule 32
        Sim.run(() -> {
            assertThatThrownBy(() -> event.await(HOUR))
                    .isInstanceOf(TooSlow.class)
                    .hasMessage("Event[clear]: not within 1 h");
            assertThat(Sim.elapsed()).isEqualTo(HOUR);
            assertThatThrownBy(() -> event.await(Duration.ZERO)).isInstanceOf(TooSlow.class); // rule 4
            assertThatThrownBy(() -> event.await(HOUR.negated())).isInstanceOf(TooSlow.class);
            assertThat(Sim.elapsed()).isEqualTo(HOUR);
        });
    }

    @Test
    void aLimitedWaitEndsWhenItIsSet() {
        Sim.run(() -> {
            IOLoop.current().callLater(HOUR, event::set);
            event.await(HOUR.multipliedBy(2));
            assertThat(Sim.elapsed()).isEqualTo(HOUR);
        });
    }

    @Test
    void itSaysWhetherItIsSet() {
        assertThat(event).hasToString("Event[clear]");
        event.set();
        assertThat(event).hasToString("Event[set]");
    }
}
