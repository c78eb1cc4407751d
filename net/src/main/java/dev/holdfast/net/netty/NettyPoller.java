package dev.holdfast.net.netty;

import dev.holdfast.loop.IOLoop;
import dev.holdfast.loop.Poller;
import io.netty.channel.IoHandlerFactory;
import io.netty.util.concurrent.FastThreadLocalThread;

/// Where a loop sleeps that has sockets: in Netty's transport, which runs nowhere else.
final class NettyPoller implements Poller {
    private final Transport transport;
    private final NettyLoop netty;
    private final Scratch scratch = new Scratch();
    private int watched; // sockets that may still bring something

    NettyPoller(IOLoop loop, Transport transport, IoHandlerFactory handlers) {
        this.transport = transport;
        this.netty = new NettyLoop(loop, handlers);
    }

    Transport transport() {
        return transport;
    }

    NettyLoop netty() {
        return netty;
    }

    /// {@return where what is sent is copied to}
    Scratch scratch() {
        return scratch;
    }

    /// From now on there is one socket more that may bring something, or one less.
    void watch(boolean more) {
        watched += more ? 1 : -1;
    }

    /// Netty keeps buffers at hand for threads that it knows.
    @Override
    public void around(Runnable turns) {
        if (FastThreadLocalThread.currentThreadHasFastThreadLocal()) turns.run();
        else FastThreadLocalThread.runWithFastThreadLocal(turns);
    }

    @Override
    public void settle() {
        netty.settle();
    }

    @Override
    public void poll(long nanos) {
        netty.poll(nanos);
    }

    @Override
    public void wakeup() {
        netty.wakeUp();
    }

    @Override
    public boolean isWatching() {
        return watched > 0 || !netty.isSettled();
    }

    @Override
    public void close() {
        netty.end();
        scratch.clear();
    }

    @Override
    public String toString() {
        return netty.toString();
    }
}
