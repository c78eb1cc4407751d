package dev.holdfast.net.stream;

/// Bytes to and from somebody else, in order, both ways independent of each other. What carries them, a socket, a
/// pipe or nothing but memory, is the business of each kind; [BufferedStream] is what programs read with.
///
/// It belongs to one loop. One task reads at a time; any number may write.
public interface ByteStream extends AutoCloseable {
    /// Waits until there is something to read, and moves all there is to the end of `into`. Does not wait if there
    /// is something.
    ///
    /// @param into gets at least a byte, unless this is the end
    /// @return false at the end: the peer sends no more, and everything was read
    /// @throws StreamClosed if it was closed here, or failed; but only after everything that came before was read
    /// @throws IllegalStateException if another task is reading
    boolean read(ByteQueue into);

    /// Sends all of `from`, which is empty then. Waits while more bytes are on their way than the peer takes: so
    /// who writes is never much faster than who reads. The bytes of one write stay together. A write that is
    /// cancelled while it waits was sent all the same.
    ///
    /// @param from emptied at once, before anything is waited for
    /// @throws StreamClosed if it was closed, or failed, before or meanwhile
    void write(ByteQueue from);

    /// Says that nothing more is sent, after what was written before: the peer then reads the end. What it sends
    /// can still be read. Never waits; does nothing the second time.
    void closeWrite();

    /// Ends both ways: what was written before still goes out, what was not read yet is dropped, who waits here is
    /// thrown [StreamClosed]. Never waits; does nothing the second time.
    @Override
    void close();
}
