package dev.holdfast.net.netty;

/// How a connection is kept.
///
/// @param noDelay whether few bytes are sent at once, and not kept back until there are more
/// @param keepAlive whether the system asks a silent peer now and then if it still lives
public record SocketOptions(boolean noDelay, boolean keepAlive) {
    /// What is best for most.
    public static final SocketOptions USUAL = new SocketOptions(true, false);
}
