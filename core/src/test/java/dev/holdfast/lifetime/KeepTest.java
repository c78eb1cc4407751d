package dev.holdfast.lifetime;

import static dev.holdfast.task.Coroutine.await;
import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofNanos;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Holdfast;
import dev.holdfast.future.Promise;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.testing.Trail;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Demand 1 of lifetime.md: who waits is kept, and all that the wait needs with it, whoever else has forgotten them.
@Tag("threads")
@Timeout(60)
class KeepTest {
    private final Trail trail = new Trail();

    // ---- the program this project began with

    @Test
    @Tag("collectors")
    void S01_seed() {
        for (int collections : new int[] {0, 1, 3}) {
            String end = Holdfast.run(() -> {
                waitForMyself(collections);
                return "success!";
            });
            assertThat(end).isEqualTo("success!");
        }
    }

    private static void waitForMyself(int collections) {
        var mine = new Promise<Integer>();
        var weak = new WeakReference<>(mine);
        IOLoop.current().execute(() -> {
            for (int i = 0; i < collections; i++) System.gc();
            var promise = weak.get();
            if (promise != null) promise.complete(1); // else it is a deadlock, and reported
        });
        await(mine);
    }

    @Test
    void S04_forgottenButHealthy() {
        try (var storm = new Collecting()) {
            Holdfast.run(() -> {
                forgetASleeper(storm);
                while (trail.marks().isEmpty()) sleep(ofMillis(1));
            });
        }
        trail.expect("awake");
    }

    private void forgetASleeper(Collecting storm) {
        spawn("sleeper", () -> {
            for (int i = 0; i < 1_000 || storm.collections() < 3; i++) sleep(ofNanos(1));
            trail.mark("awake");
        });
    }

    // ---- listeners that are held weakly by whoever calls them

    /// A library that never keeps a listener alive.
    private static final class Emitter {
        private final List<WeakReference<Consumer<String>>> listeners = new ArrayList<>();

        void listen(Consumer<String> listener) {
            listeners.add(new WeakReference<>(listener));
        }

        void fire(String event) {
            for (var weak : listeners) {
                var listener = weak.get();
                if (listener != null) listener.accept(event);
            }
        }
    }

    private static void collectAndFire(Emitter emitter) {
        IOLoop.current().callLater(ofMillis(1), () -> {
            System.gc();
            emitter.fire("event");
        });
    }

    /// A listener that somebody can wait for.
    private static final class Registration implements Consumer<String> {
        private final Promise<String> next = new Promise<>(this); // which holds this

        Registration(Emitter emitter) {
            emitter.listen(this);
        }

        @Override
        public void accept(String event) {
            next.complete(event);
        }
    }

    @Test
    @Tag("collectors")
    void S19_weakListener() {
        Holdfast.run(() -> {
            var emitter = new Emitter();
            collectAndFire(emitter);
            assertThat(await(new Registration(emitter).next)).isEqualTo("event");
        });
    }

    private static final class StageRegistration extends CompletableFuture<String> implements Consumer<String> {
        StageRegistration(Emitter emitter) {
            emitter.listen(this);
        }

        @Override
        public void accept(String event) {
            complete(event);
        }
    }

    @Test
    @Tag("collectors")
    void S19_weakListener_thatIsAStage() {
        Holdfast.run(() -> {
            var emitter = new Emitter();
            collectAndFire(emitter);
            assertThat(await(new StageRegistration(emitter))).isEqualTo("event");
        });
    }
}
