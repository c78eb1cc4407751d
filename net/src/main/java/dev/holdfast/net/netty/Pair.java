package dev.holdfast.net.netty;

import java.util.ArrayList;
import java.util.List;

/// Who waits for one channel, as a [Sentry] knows it: one to read and one to write, at most.
final class Pair {
    private final List<Ready> waits = new ArrayList<>(2);

    void add(Ready wait) {
        waits.add(wait);
    }

    void remove(Ready wait) {
        waits.remove(wait);
    }

    /// {@return what they wait for; 0 if there is nobody}
    int operations() {
        int all = 0;
        for (var wait : waits) all |= wait.operations;
        return all;
    }

    /// {@return those for whom the channel is ready, who wait no more}
    ///
    /// @param ready for what it is
    List<Ready> take(int ready) {
        var taken = new ArrayList<Ready>(2);
        for (var wait : waits) if ((wait.operations & ready) != 0) taken.add(wait);
        waits.removeAll(taken);
        return taken;
    }

    /// {@return all of them, who wait no more}
    List<Ready> takeAll() {
        return take(~0);
    }
}
