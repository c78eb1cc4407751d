package dev.holdfast.net.stream;

import dev.holdfast.loop.Library;

/// Says that this module is no user's code. For the service loader.
public final class NetLibrary implements Library {
    /// For the service loader.
    public NetLibrary() {}
}
