package dev.holdfast.scope;

import dev.holdfast.cancel.Cancelled;
import dev.holdfast.future.Future;
import dev.holdfast.future.Outcome;
import dev.holdfast.future.Outcome.Failure;
import dev.holdfast.future.Outcome.Value;
import dev.holdfast.task.Body;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Tasks that do the same in several ways: the first success is the result, and the others are cancelled and
/// awaited. Who failed before is forgotten then; who fails while he is cancelled is logged, like any failure that
/// nobody looks at.
///
/// @param <T> what they return
final class Race<T extends @Nullable Object> {
    private final List<Future<?>> racers = new ArrayList<>(); // in the order of the list
    private @Nullable Value<T> won; // by the first; null while nobody has

    static <T extends @Nullable Object> T run(List<Body<? extends T, ?>> bodies) {
        if (bodies.isEmpty()) throw new IllegalArgumentException("first of no bodies");
        var race = new Race<T>();
        race.start(bodies);
        if (race.won != null) return race.won.value();
        var failures = race.failures(true);
        throw TaskScope.thrown(Outcome.suppressing(failures.getFirst(), failures));
    }

    private void start(List<Body<? extends T, ?>> bodies) {
        try (var scope = TaskScope.supervise()) {
            for (var body : bodies)
                racers.add(scope.start(nextName(), () -> race(body, scope)).future());
            scope.join();
        } catch (Cancelled e) {
            throw Outcome.suppressing(e, failures(false));
        }
    }

    private String nextName() {
        return "first-" + (racers.size() + 1);
    }

    private <X extends Throwable> void race(Body<? extends T, X> body, TaskScope scope) throws X {
        T value = body.call();
        if (won != null) return;
        won = new Value<>(value);
        var _ = failures(false); // these have been looked at
        scope.cancel("another was first");
    }

    /// Looks at what went wrong so far.
    private List<Throwable> failures(boolean cancelledToo) {
        var failures = new ArrayList<Throwable>();
        for (var racer : racers) {
            if (!racer.isDone()) continue;
            if (racer.isCancelled() && !cancelledToo) continue;
            if (racer.outcome() instanceof Failure<?>(Throwable error)) failures.add(error);
        }
        return failures;
    }
}
