package dev.holdfast.future;

import static java.util.Objects.requireNonNull;

import dev.holdfast.loop.IOLoop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One future made of several. While it is pending it holds those that are pending too; once it is settled it has
/// let go of them all, each in constant time (law 9).
///
/// It is settled in the moment in which the part that decides it is, and costs no turn of its own; its listeners
/// are told after those of that part.
final class Joint<T extends @Nullable Object, R extends @Nullable Object> {
    /// How the whole follows from its parts.
    @FunctionalInterface
    interface Rule<T extends @Nullable Object, R extends @Nullable Object> {
        /// `latest` has arrived: returns the outcome of the whole, or null as long as it takes more.
        @Nullable Outcome<R> decide(Joint<T, R> joint, Outcome<T> latest);
    }

    private final String kind;
    private final Rule<T, R> rule;
    private final int size;
    private final Promise<R> whole = new Promise<>(this);
    private List<Part> parts = new ArrayList<>(); // that were pending; empty once the whole is settled
    private List<@Nullable Outcome<T>> outcomes; // by place, null while missing; empty once the whole is settled
    private int arrived;

    private Joint(String kind, int size, Rule<T, R> rule) {
        this.kind = kind;
        this.size = size;
        this.rule = rule;
        this.outcomes = new ArrayList<>(Collections.nCopies(size, null));
    }

    /// Returns what `rule` makes of `futures`, of which there is at least one.
    static <T extends @Nullable Object, R extends @Nullable Object> Future<R> of(
            String kind, Collection<? extends Future<? extends T>> futures, Rule<T, R> rule) {
        var inputs = new ArrayList<Future<T>>();
        for (var future : futures) inputs.add(readOnly(requireNonNull(future, "future")));
        var joint = new Joint<T, R>(kind, inputs.size(), rule);
        joint.begin(inputs);
        return joint.whole;
    }

    private void begin(List<Future<T>> inputs) {
        for (var input : inputs) { // an input of another loop is an error before anything was done
            input.claim();
            if (!input.isDone()) IOLoop.current();
        }
        whole.claim();
        for (int place = 0; place < inputs.size(); place++) begin(place, inputs.get(place));
    }

    private void begin(int place, Future<T> input) {
        if (input.isDone()) {
            arrive(place, input.outcome());
        } else if (whole.isDone()) {
            input.look(); // a loser like the others
        } else {
            var part = new Part(place, input);
            parts.add(part);
            input.add(part);
        }
    }

    /// Returns whether this settled the whole.
    private boolean arrive(int place, Outcome<T> outcome) {
        if (whole.isDone()) return false;
        outcomes.set(place, outcome);
        arrived++;
        var decision = rule.decide(this, outcome);
        if (decision == null) return false;
        whole.put(decision);
        letGo();
        return true;
    }

    private void letGo() {
        parts.forEach(Part::unlink);
        parts = List.of();
        outcomes = List.of();
    }

    /// Returns the driver of one of the parts, or of their parts, and so on; null if none has one. Searches with a
    /// stack of its own: futures may be made of futures deeper than calls may go.
    @Nullable Object driver() {
        var next = new ArrayDeque<Iterator<? extends Future<?>>>();
        next.push(inputs());
        while (!next.isEmpty()) {
            if (!next.element().hasNext()) {
                next.pop();
                continue;
            }
            var source = next.element().next().source();
            if (source instanceof Joint<?, ?> inner) next.push(inner.inputs());
            else if (source != null) return source;
        }
        return null;
    }

    private Iterator<? extends Future<?>> inputs() {
        return parts.stream().map(part -> part.input).filter(Objects::nonNull).iterator();
    }

    /// Returns whether all have arrived.
    boolean isComplete() {
        return arrived == size;
    }

    /// Returns the outcomes, in order. Only when all have arrived.
    List<Outcome<T>> outcomes() {
        var all = new ArrayList<Outcome<T>>(size);
        for (var outcome : outcomes) all.add(requireNonNull(outcome));
        return Collections.unmodifiableList(all);
    }

    /// Returns how it is made and how many have arrived: `All[1/3]`.
    @Override
    public String toString() {
        return kind + "[" + arrived + "/" + size + "]";
    }

    @SuppressWarnings("unchecked") // nothing is put into a Future, and a Promise is not seen here
    private static <T extends @Nullable Object> Future<T> readOnly(Future<? extends T> future) {
        return (Future<T>) future;
    }

    private final class Part extends Listener<T> {
        private final int place;
        private @Nullable Future<T> input; // held while it is pending
        private boolean decisive;

        Part(int place, Future<T> input) {
            this.place = place;
            this.input = input;
        }

        @Override
        protected void settled(Outcome<T> outcome) {
            input = null;
            decisive = arrive(place, outcome);
        }

        @Override
        @Nullable Future<?> derived() {
            return decisive ? whole : null;
        }

        @Override
        public String toString() {
            return Joint.this + " of " + input;
        }
    }
}
