package dev.holdfast.net.netty;

import dev.holdfast.chain.Link;

/// The place of a stream among those that nobody has closed.
final class OpenEntry extends Link {
    private final Runnable drop;

    /// @param drop what is to be done when its loop is closed before
    OpenEntry(Runnable drop) {
        this.drop = drop;
    }

    void drop() {
        drop.run();
    }
}
