package dev.holdfast.scope;

import dev.holdfast.task.Body;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Tasks of which the first success wins.
final class Race {
    private Race() {}

    private static final class Winner<T extends @Nullable Object> {
        private @Nullable Outcome<T> outcome;
    }

    private record Outcome<T extends @Nullable Object>(T value) {}

    static <T extends @Nullable Object> T run(List<Body<? extends T, ?>> bodies) {
        if (bodies.isEmpty()) throw new IllegalArgumentException("first of nothing");
        var winner = new Winner<T>();
        var failures = new ArrayList<@Nullable Throwable>();
        TaskScope.run(scope -> {
            for (var body : bodies) {
                int place = failures.size();
                failures.add(null);
                scope.start("first-" + (place + 1), () -> {
                    try {
                        T value = body.run();
                        if (winner.outcome == null) winner.outcome = new Outcome<>(value);
                        scope.cancel("another was first");
                    } catch (Exception e) {
                        failures.set(place, e);
                    }
                });
            }
            scope.join();
        });
        if (winner.outcome != null) return winner.outcome.value();
        throw new IllegalStateException("all failed");
    }
}
