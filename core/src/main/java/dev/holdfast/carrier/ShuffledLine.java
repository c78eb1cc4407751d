package dev.holdfast.carrier;

import static java.util.Objects.requireNonNull;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.random.RandomGenerator;

/// A line for tests, in which coroutines go on in an order that chance decides: at the beginning of each turn they
/// change places with each other, and some are passed over until the next turn. Callbacks, and so listeners and
/// timers, stay in the order in which they came.
///
/// ```
///   a  (callback)  b  c        as they came
///   c  (callback)  a           this turn
///   b  …                       the next, before whoever joins meanwhile
/// ```
///
/// To be passed over is what lets one coroutine take many steps while another takes none: if all who are ready went
/// on in every turn, most of the orders that are possible would never be seen. How often it happens is drawn once:
/// so some runs only change places, and others drag everything out.
///
/// What is drawn depends on nothing but who stands here when a turn begins; hence the same numbers give the same
/// order, on either carrier. One who was submitted twice, as a thread dump does, counts once.
final class ShuffledLine extends Line {
    private static final int OUT_OF = 4;

    private final RandomGenerator random;
    private final int passedOver; // so many out of four times

    ShuffledLine(RandomGenerator random) {
        this.random = random;
        this.passedOver = random.nextInt(OUT_OF);
    }

    @Override
    int beginTurn() {
        if (size() < 2) return size();
        var all = takeAll();
        var later = new ArrayList<Runnable>();
        var coroutines = new ArrayDeque<>(shuffled(all));
        for (var entry : all) {
            var next = entry instanceof Callback ? entry : requireNonNull(coroutines.poll());
            if (entry instanceof Callback || random.nextInt(OUT_OF) >= passedOver) add(next);
            else later.add(next);
        }
        if (isEmpty()) add(later.removeFirst()); // somebody has to go on
        int turn = size();
        later.forEach(this::add);
        return turn;
    }

    private List<Runnable> takeAll() {
        var all = new ArrayList<Runnable>();
        var seen = Collections.newSetFromMap(new IdentityHashMap<Runnable, Boolean>());
        for (Runnable entry; (entry = poll()) != null; ) {
            if (seen.add(entry) || entry instanceof Callback) all.add(entry);
        }
        return all;
    }

    private List<Runnable> shuffled(List<Runnable> all) {
        var coroutines = new ArrayList<>(all);
        coroutines.removeIf(Callback.class::isInstance);
        Collections.shuffle(coroutines, random);
        return coroutines;
    }
}
