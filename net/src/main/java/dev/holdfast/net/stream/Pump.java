package dev.holdfast.net.stream;

import dev.holdfast.chain.Chain;
import dev.holdfast.chain.Link;
import dev.holdfast.loop.External;
import dev.holdfast.loop.Guest;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.loop.LoopLocal;
import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A thread of its own for one end of a pipe, whose calls may block for as long as somebody else likes. It is given
/// one call at a time; while that goes on the loop knows that somebody may still come.
///
/// Nobody waits inside such a call. A task that waits for what it brings waits on the loop, where it can be
/// cancelled and the call goes on; what that brings is kept for the next.
final class Pump extends Link {
    private static final System.Logger LOG = System.getLogger(Pump.class.getPackageName());
    private static final LoopLocal<Running> ON = LoopLocal.withInitial(_ -> new Running());

    private final IOLoop loop;
    private final String name;
    private final Closeable end;
    private final ExecutorService thread;
    private @Nullable External door; // of the call that goes on
    private boolean leaving; // its pipe was closed, and still writes
    private boolean closed;

    /// A call that may block.
    ///
    /// @param <R> what it returns
    @FunctionalInterface
    interface Call<R extends @Nullable Object> {
        R make() throws IOException;
    }

    /// A thread, which starts with the first call.
    ///
    /// @param name for people
    /// @param end closed by the thread when all is over
    Pump(IOLoop loop, String name, Closeable end) {
        this.loop = loop;
        this.name = name;
        this.end = end;
        this.thread = Executors.newSingleThreadExecutor(body -> Thread.ofPlatform()
                .name("holdfast-pipe " + name)
                .daemon()
                .inheritInheritableThreadLocals(false)
                .unstarted(body));
        ON.get(loop).pumps.add(this);
    }

    /// {@return whether it can be given a call}
    boolean isFree() {
        return door == null && !closed;
    }

    /// Has the thread make `call`, and the loop hear what came of it.
    ///
    /// @param call made on the thread
    /// @param then told on the loop, unless this was closed meanwhile
    /// @param failed the same, of a call that threw
    <R extends @Nullable Object> void have(Call<R> call, Consumer<R> then, Consumer<IOException> failed) {
        var door = loop.external(name);
        this.door = door;
        thread.execute(() -> door.closeAfter(newsOf(call, then, failed)));
    }

    @SuppressWarnings("CatchThrowable") // whatever it is, who waits on the loop must not wait for ever
    private <R extends @Nullable Object> Runnable newsOf(Call<R> call, Consumer<R> then, Consumer<IOException> failed) {
        try {
            R value = call.make();
            return () -> hear(() -> then.accept(value));
        } catch (IOException e) {
            return () -> hear(() -> failed.accept(e));
        } catch (Throwable e) { // of somebody's own InputStream
            return () -> hear(() -> failed.accept(new IOException(e.toString(), e)));
        }
    }

    private void hear(Runnable news) {
        door = null;
        if (!closed) news.run();
    }

    /// Its pipe was closed, and what was written before still goes out: the loop waits for that before it ends.
    void leave() {
        if (leaving || closed) return;
        leaving = true;
        ON.get(loop).leaving++;
    }

    /// Lets the thread close its end when the call that goes on has returned, and end.
    void close() {
        if (closed) return;
        closed = true;
        unlink();
        if (leaving) ON.get(loop).leaving--;
        if (door != null) door.close();
        thread.execute(this::closeEnd);
        thread.shutdown();
    }

    private void closeEnd() {
        try {
            end.close();
        } catch (IOException | RuntimeException e) {
            // Nobody is there any more who would want to know.
        }
    }

    /// Those of a loop.
    private static final class Running implements Guest {
        private final Chain<Pump> pumps = new Chain<>();
        private int leaving; // those that were closed, and still write

        @Override
        public boolean isLeft() {
            return leaving > 0;
        }

        /// The loop's end is that of its pipes.
        @Override
        public void evicted() {
            if (leaving > 0) LOG.log(Level.WARNING, leaving + " pipes had not written everything at the loop's end");
            for (Pump next; (next = pumps.removeFirst()) != null; ) next.close();
        }
    }
}
