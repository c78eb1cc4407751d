package dev.holdfast.net.netty;

import static java.util.Objects.requireNonNull;

import dev.holdfast.carrier.Callback;
import dev.holdfast.loop.IOLoop;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelPromise;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoRegistration;
import io.netty.util.concurrent.AbstractScheduledEventExecutor;
import io.netty.util.concurrent.Future;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What Netty takes for its event loop: our loop, at the point where it sleeps.
///
/// Netty's channels are touched by one thread only, and that is the poller's: it runs no user code, so nothing it
/// does is ever cut in two by a wait. Tasks and callbacks, which run on other threads of the same carrier, leave
/// what they want done in a line; before the loop sleeps again the poller sees to all of it. So no channel call
/// from the loop costs a wake-up, and calls that belong together go out together.
///
/// ```
///   tasks, callbacks ──► left ──┐
///                               ├──► settle ──► sleep until a socket has something ──► handlers
///   other threads ──► the loop's inbox
/// ```
///
/// Netty's own `ManualIoEventLoop` is much like this, but belongs to one thread for ever; ours has another poller's
/// thread in each run (docs/decisions/0019).
///
/// *Sleeping.* Who wakes the loop sets [#woken] and then looks whether it sleeps; the handler says that it will
/// sleep and then asks whether it may. Both steps are volatile, so one of the two sees the other.
final class NettyLoop extends AbstractScheduledEventExecutor implements IoEventLoop {
    private static final System.Logger LOG = System.getLogger(NettyLoop.class.getPackageName());
    private static final int MOST_AT_A_TIME = 10_000; // things left to do: some milliseconds

    private final IOLoop loop;
    private final IoHandler handler;
    private final Sleep sleep = new Sleep();
    private final ArrayDeque<Runnable> left = new ArrayDeque<>(); // for the poller's thread; only the loop's own thread
    private final ArrayDeque<Runnable> afterPoll = new ArrayDeque<>(); // for the poller's thread too
    private volatile boolean woken;
    private @Nullable Thread owner; // the poller's, of the last run; other threads compare it to themselves only
    private boolean initialised;
    private boolean closed;

    NettyLoop(IOLoop loop, IoHandlerFactory handlers) {
        this.loop = loop;
        this.handler = handlers.newHandler(this);
    }

    // ---- for the poller

    /// Does what was left, and what that leaves.
    void settle() {
        if (left.isEmpty() && nextScheduledTaskDeadlineNanos() < 0) return;
        owner = Thread.currentThread();
        fetchFromScheduledTaskQueue(left);
        Runnable task;
        for (int n = MOST_AT_A_TIME; n > 0 && (task = left.poll()) != null; n--) run(task);
    }

    @SuppressWarnings("CatchThrowable") // whatever it throws, those behind it go on
    private static void run(Runnable task) {
        try {
            task.run();
        } catch (Throwable e) {
            LOG.log(Level.ERROR, "what was left for the poller failed: " + task, e);
        }
    }

    boolean isSettled() {
        return left.isEmpty() && afterPoll.isEmpty();
    }

    /// Sleeps until a socket has something, somebody wakes it, or `nanos` have passed; then tells the handlers of
    /// all sockets that have something.
    void poll(long nanos) {
        owner = Thread.currentThread();
        if (!initialised) {
            initialised = true;
            handler.initialize();
        }
        sleep.nanos = nanos;
        if (nanos > 0) sleep.nanos = Math.min(nanos, untilScheduled());
        handler.run(sleep);
        if (woken) woken = false;
        left.addAll(afterPoll);
        afterPoll.clear();
    }

    /// Has the poller's thread run `task` after the next poll, which will not sleep. The JDK closes what its
    /// selector knows only when that selects again.
    void afterPoll(Runnable task) {
        afterPoll.add(task);
    }

    private long untilScheduled() {
        long nanos = nextScheduledTaskNano();
        return nanos < 0 ? Long.MAX_VALUE : nanos;
    }

    void wakeUp() {
        woken = true;
        handler.wakeup();
    }

    /// Closes every channel, and then the handler.
    void end() {
        owner = Thread.currentThread();
        settle();
        handler.prepareToDestroy();
        while (!left.isEmpty()) settle();
        afterPoll.clear();
        cancelScheduledTasks();
        closed = true;
        handler.destroy();
    }

    /// How the handler is told whether it may sleep, and for how long.
    private final class Sleep implements IoHandlerContext {
        private long nanos; // of the current poll

        @Override
        public boolean canBlock() {
            return nanos > 0 && !woken && isSettled();
        }

        @Override
        public long delayNanos(long currentTimeNanos) {
            return nanos;
        }

        @Override
        public long deadlineNanos() {
            return nanos == Long.MAX_VALUE ? -1 : loop.now() + nanos;
        }
    }

    // ---- for whoever wants something done

    /// Has the poller's thread run `task`, before the loop sleeps again. Any thread may call it; on the loop's own
    /// it costs next to nothing.
    @Override
    public void execute(Runnable task) {
        requireNonNull(task, "task");
        if (!inEventLoop() && !loop.carrier().isHere()) bring(task);
        else if (closed) throw new RejectedExecutionException(this + " is closed");
        else left.add(task);
    }

    /// Whoever comes when the loop is closed has computed for a handshake that nobody waits for any more; were it
    /// refused, Netty would make a complaint of it.
    private void bring(Runnable task) {
        Callback arrival = () -> left.add(task);
        var _ = loop.carrier().bring(arrival);
    }

    @Override
    public boolean inEventLoop(Thread thread) {
        return thread == owner;
    }

    /// On the poller's thread: has `channel` live here.
    void adopt(Channel channel) {
        channel.unsafe().register(this, new DefaultChannelPromise(channel, this));
    }

    // ---- what else Netty asks of an event loop

    @Override
    public IoEventLoop next() {
        return this;
    }

    @Override
    public @Nullable IoEventLoop parent() {
        return null;
    }

    @Override
    public Future<IoRegistration> register(IoHandle handle) {
        try {
            return newSucceededFuture(handler.register(handle));
        } catch (Exception e) {
            return newFailedFuture(e);
        }
    }

    @Override
    @Deprecated
    public ChannelFuture register(Channel channel) {
        return register(channel, new DefaultChannelPromise(channel, this));
    }

    @Override
    @Deprecated
    public ChannelFuture register(ChannelPromise promise) {
        return register(promise.channel(), promise);
    }

    @Override
    @Deprecated
    public ChannelFuture register(Channel channel, ChannelPromise promise) {
        channel.unsafe().register(this, promise);
        return promise;
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> handleType) {
        return handler.isCompatible(handleType);
    }

    @Override
    public boolean isIoType(Class<? extends IoHandler> handlerType) {
        return handler.getClass() == handlerType;
    }

    @Override
    public boolean isShuttingDown() {
        return closed;
    }

    @Override
    public boolean isShutdown() {
        return closed;
    }

    @Override
    public boolean isTerminated() {
        return closed;
    }

    @Override
    @Deprecated
    public void shutdown() {
        throw new UnsupportedOperationException(this + " is closed by " + loop + " alone");
    }

    @Override
    public Future<?> shutdownGracefully(long quietPeriod, long timeout, TimeUnit unit) {
        throw new UnsupportedOperationException(this + " is closed by " + loop + " alone");
    }

    @Override
    public Future<?> terminationFuture() {
        throw new UnsupportedOperationException(this + " ends with " + loop);
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        throw new UnsupportedOperationException(this + " ends with " + loop);
    }

    @Override
    public String toString() {
        return "Netty on " + loop;
    }
}
