package dev.holdfast.loop;

import java.lang.ref.Cleaner;
import java.lang.ref.WeakReference;
import java.util.function.Consumer;

/// The news that an object has been collected, for the floors above.
///
/// One thread of the process waits for all such news, and it is for ever. So it keeps nobody alive: whom it tells
/// it knows weakly, and a loop that is dropped unclosed stays collectable, with everyone who waits for news on it.
/// All that it holds are last words, which know nobody.
public final class Collected {
    private static final Cleaner CLEANER = Cleaner.create();

    private final WeakReference<?> listener;
    private final Cleaner.Cleanable watch;

    private Collected(WeakReference<?> listener, Cleaner.Cleanable watch) {
        this.listener = listener;
        this.watch = watch;
    }

    /// Has `listener` told when `thing` has been collected, unless it is collected itself.
    ///
    /// @param <L> the listener's type
    /// @param thing must not be reachable from `listener`, or it is never collected
    /// @param listener known weakly
    /// @param told called on a thread of its own, so it goes through the inbox; must know neither of the two
    /// @return what ends the watch
    public static <L> Collected watch(Object thing, L listener, Consumer<? super L> told) {
        var weak = new WeakReference<>(listener);
        return new Collected(weak, CLEANER.register(thing, news(weak, told)));
    }

    /// Has `lastWords` run when `thing` has been collected.
    ///
    /// @param thing must not be reachable from `lastWords`, or it is never collected
    /// @param lastWords held until then, and called on a thread of its own
    /// @return what ends the watch
    static Collected watch(Object thing, Runnable lastWords) {
        return watch(thing, lastWords, _ -> lastWords.run());
    }

    private static <L> Runnable news(WeakReference<L> weak, Consumer<? super L> told) {
        return () -> {
            var listener = weak.get();
            if (listener != null) told.accept(listener);
        };
    }

    /// Nobody is told any more, and nothing of the watch is left. Any thread may call it.
    public void stop() {
        listener.clear();
        watch.clean();
    }
}
