package dev.holdfast.peers;

import java.lang.ref.WeakReference;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/// A network library, as the dropped client's: it never keeps a listener alive.
final class Wire {
    private final List<WeakReference<Consumer<String>>> listeners = new CopyOnWriteArrayList<>();

    void listen(Consumer<String> listener) {
        listeners.add(new WeakReference<>(listener));
    }

    void deliver(String message) {
        for (var weak : listeners) {
            var listener = weak.get();
            if (listener != null) listener.accept(message);
        }
    }
}
