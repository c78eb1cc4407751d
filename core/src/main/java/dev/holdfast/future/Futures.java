package dev.holdfast.future;

import dev.holdfast.future.Outcome.Failure;
import dev.holdfast.future.Outcome.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One future out of several. What is made holds what it is made of until it is settled, and then lets go of it;
/// nobody is cancelled by that, for a future does not own the others (rules 25 and 26).
///
/// ```
/// List<String> pages = await(Futures.all(List.of(first, second, third)));
/// String fastest = await(Futures.race(primary, mirror));
/// ```
///
/// Each takes time in proportion to how many there are, the same one may be given several times, and any depth of
/// futures made of futures is fine. What can be told from those that are done already is done at once.
///
/// Whoever makes one has looked at its inputs: that one of them fails is no news any more, also when that comes too
/// late to matter. An input of another loop is refused with an [IllegalStateException], and so is one that is
/// pending where no loop runs.
public final class Futures {
    private Futures() {}

    /// {@return the values of `futures`, in their order, once all are done: also after a failure it waits for the
    /// others} Then it fails with the failure that stands first in the list, the others suppressed in it; one that
    /// was cancelled has failed, with a [java.util.concurrent.CancellationException].
    ///
    /// @param <T> the futures' value
    /// @param futures done or pending; left as they are
    public static <T extends @Nullable Object> Future<List<T>> all(List<? extends Future<? extends T>> futures) {
        if (futures.isEmpty()) return Future.of(List.of());
        return Joint.<T, List<T>>of("All", futures, (joint, _) -> joint.isComplete() ? values(joint.outcomes()) : null);
    }

    /// {@return the values of `futures`, in their order, like [#all(List)]}
    ///
    /// @param <T> the futures' value
    /// @param futures done or pending; left as they are
    @SafeVarargs
    @SuppressWarnings("varargs") // only read
    public static <T extends @Nullable Object> Future<List<T>> all(Future<? extends T>... futures) {
        return all(Arrays.asList(futures));
    }

    /// {@return the values of `futures` under their keys and in the order of the map, like [#all(List)]}
    ///
    /// @param <K> the map's keys
    /// @param <T> the futures' value
    /// @param futures done or pending; left as they are
    public static <K extends @Nullable Object, T extends @Nullable Object> Future<Map<K, T>> all(
            Map<K, ? extends Future<? extends T>> futures) {
        if (futures.isEmpty()) return Future.of(Map.of());
        var keys = new ArrayList<K>(futures.keySet());
        return Joint.<T, Map<K, T>>of(
                "All",
                futures.values(),
                (joint, _) -> joint.isComplete() ? zipped(keys, values(joint.outcomes())) : null);
    }

    /// {@return the outcomes of `futures`, in their order, once all are done} It never fails.
    ///
    /// @param <T> the futures' value
    /// @param futures done or pending; left as they are
    public static <T extends @Nullable Object> Future<List<Outcome<T>>> allSettled(
            List<? extends Future<? extends T>> futures) {
        if (futures.isEmpty()) return Future.of(List.of());
        return Joint.<T, List<Outcome<T>>>of(
                "AllSettled", futures, (joint, _) -> joint.isComplete() ? new Value<>(joint.outcomes()) : null);
    }

    /// {@return the outcomes of `futures`, in their order, like [#allSettled(List)]}
    ///
    /// @param <T> the futures' value
    /// @param futures done or pending; left as they are
    @SafeVarargs
    @SuppressWarnings("varargs") // only read
    public static <T extends @Nullable Object> Future<List<Outcome<T>>> allSettled(Future<? extends T>... futures) {
        return allSettled(Arrays.asList(futures));
    }

    /// {@return the value of the first of `futures` that succeeds} When all have failed it fails with the failure
    /// that stands first in the list, the others suppressed in it.
    ///
    /// @param <T> the futures' value
    /// @param futures done or pending; left as they are
    /// @throws IllegalArgumentException if there are none
    public static <T extends @Nullable Object> Future<T> any(Collection<? extends Future<? extends T>> futures) {
        if (futures.isEmpty()) throw new IllegalArgumentException("any of nothing");
        return Joint.<T, T>of("Any", futures, (joint, latest) -> {
            if (latest instanceof Value<T>) return latest;
            return joint.isComplete() ? failure(joint.outcomes()) : null;
        });
    }

    /// {@return the value of the first of `futures` that succeeds, like [#any(Collection)]}
    ///
    /// @param <T> the futures' value
    /// @param futures done or pending; left as they are
    /// @throws IllegalArgumentException if there are none
    @SafeVarargs
    @SuppressWarnings("varargs") // only read
    public static <T extends @Nullable Object> Future<T> any(Future<? extends T>... futures) {
        return any(Arrays.asList(futures));
    }

    /// {@return the outcome, value or failure, of the first of `futures` that is done; of several that are done
    /// already the first in the list}
    ///
    /// @param <T> the futures' value
    /// @param futures done or pending; left as they are
    /// @throws IllegalArgumentException if there are none
    public static <T extends @Nullable Object> Future<T> race(Collection<? extends Future<? extends T>> futures) {
        if (futures.isEmpty()) throw new IllegalArgumentException("race of nothing");
        return Joint.<T, T>of("Race", futures, (_, latest) -> latest);
    }

    /// {@return the outcome of the first of `futures` that is done, like [#race(Collection)]}
    ///
    /// @param <T> the futures' value
    /// @param futures done or pending; left as they are
    /// @throws IllegalArgumentException if there are none
    @SafeVarargs
    @SuppressWarnings("varargs") // only read
    public static <T extends @Nullable Object> Future<T> race(Future<? extends T>... futures) {
        return race(Arrays.asList(futures));
    }

    private static <T extends @Nullable Object> Outcome<List<T>> values(List<Outcome<T>> outcomes) {
        var values = new ArrayList<T>(outcomes.size());
        for (var outcome : outcomes) {
            switch (outcome) {
                case Value<T>(T value) -> values.add(value);
                case Failure<T> _ -> {
                    return failure(outcomes);
                }
            }
        }
        return new Value<>(Collections.unmodifiableList(values));
    }

    private static <K extends @Nullable Object, T extends @Nullable Object> Outcome<Map<K, T>> zipped(
            List<K> keys, Outcome<List<T>> all) {
        return switch (all) {
            case Value<List<T>>(var values) -> {
                var map = new LinkedHashMap<K, T>();
                for (int i = 0; i < keys.size(); i++) map.put(keys.get(i), values.get(i));
                yield new Value<>(Collections.unmodifiableMap(map));
            }
            case Failure<List<T>>(var error) -> new Failure<>(error);
        };
    }

    /// Returns the first failure of `outcomes`, of which at least one is, with the others suppressed in it.
    private static <R extends @Nullable Object> Outcome<R> failure(List<? extends Outcome<?>> outcomes) {
        var errors = new ArrayList<Throwable>();
        for (var outcome : outcomes) if (outcome instanceof Failure<?>(Throwable error)) errors.add(error);
        return new Failure<>(Outcome.suppressing(errors.getFirst(), errors));
    }
}
