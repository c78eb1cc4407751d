package dev.holdfast.net.stream;

import dev.holdfast.chain.Chain;
import dev.holdfast.chain.Link;
import dev.holdfast.loop.External;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.task.Body;
import dev.holdfast.task.Coroutine;
import dev.holdfast.task.Task;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// How another thread uses a stream: it asks by a door, a task of the loop does what it asks, and the thread waits.
///
/// A thread that is interrupted waits no more, and what it asked for is cancelled. What comes all the same is kept
/// for the next who asks.
final class Crossing implements Closeable {
    private static final long BETWEEN_LOOKS = 1; // seconds, whether the loop is still there

    private final BufferedStream stream;
    private final IOLoop loop;
    private final External door;
    private final ByteQueue kept = new ByteQueue(); // touched on the loop only
    private final Chain<Question<?>> open = new Chain<>(); // not answered yet; touched on the loop only

    /// Opened on the loop.
    Crossing(BufferedStream stream) {
        this.stream = stream;
        this.loop = IOLoop.current();
        this.door = loop.external(stream.toString());
    }

    // ---- for the other thread

    /// Waits for bytes, and returns them; null at the end.
    byte @Nullable [] read() throws IOException {
        return ask(new Question<byte @Nullable []>(this::take, this::keep));
    }

    /// Sends `bytes`, and waits while that is too much.
    void write(byte[] bytes) throws IOException {
        ask(new Question<@Nullable Void>(() -> send(bytes), _ -> {}));
    }

    private <T extends @Nullable Object> T ask(Question<T> question) throws IOException {
        var around = IOLoop.currentOrNull();
        if (around != null)
            throw new IllegalStateException(stream + " would block " + around + "; use it inside blocking(…)");
        if (!door.tryExecute(question::begin)) throw gone();
        while (true) {
            try {
                return question.answer.get(BETWEEN_LOOKS, TimeUnit.SECONDS);
            } catch (TimeoutException e) {
                if (!door.isOpen() && !question.answer.isDone()) throw gone();
            } catch (InterruptedException e) {
                if (question.answer.cancel(false)) throw givenUp(question);
                Thread.currentThread().interrupt(); // answered in the same moment
            } catch (ExecutionException e) {
                var cause = e.getCause() == null ? e : e.getCause();
                throw new IOException(cause.getMessage(), cause);
            }
        }
    }

    private InterruptedIOException givenUp(Question<?> question) {
        door.tryExecute(question::giveUp);
        return new InterruptedIOException(stream + " is waited for no more");
    }

    private IOException gone() {
        return new IOException(
                stream + " is out of reach: " + (loop.isClosed() ? loop : "the way there") + " is closed");
    }

    /// Nobody will ask any more, and who waits for an answer is told. The stream stays open.
    @Override
    public void close() {
        door.closeAfter(this::refuse);
    }

    // ---- on the loop

    /// Else a task would go on reading for nobody, and nobody else could read.
    private void refuse() {
        for (Question<?> next; (next = open.removeFirst()) != null; ) {
            next.answer.completeExceptionally(gone());
            next.cancel("the way there was closed");
        }
    }

    private byte @Nullable [] take() {
        if (kept.isEmpty() && !stream.read(kept)) return null;
        return kept.take((int) kept.size());
    }

    private void keep(byte @Nullable [] bytes) {
        if (bytes != null) kept.add(bytes);
    }

    private @Nullable Void send(byte[] bytes) {
        stream.write(bytes);
        return null;
    }

    /// Something that the thread wants done.
    ///
    /// @param <T> what comes of it
    private final class Question<T extends @Nullable Object> extends Link {
        private final Body<T, RuntimeException> body;
        private final Consumer<T> inVain; // gets what comes when nobody waits for it any more
        private final CompletableFuture<T> answer = new CompletableFuture<>();
        private @Nullable Task<?> task;

        Question(Body<T, RuntimeException> body, Consumer<T> inVain) {
            this.body = body;
            this.inVain = inVain;
        }

        void begin() {
            if (answer.isDone()) return;
            open.add(this);
            task = Coroutine.spawn("use of " + stream, this::find);
        }

        @SuppressWarnings("CatchThrowable") // whatever it is, the thread must not wait for ever
        private void find() {
            try {
                T found = body.call();
                if (!answer.complete(found)) inVain.accept(found);
            } catch (Throwable e) {
                answer.completeExceptionally(e);
                if (!(e instanceof RuntimeException)) throw e;
            } finally {
                unlink();
            }
        }

        void giveUp() {
            unlink();
            cancel("the thread that asked was interrupted");
        }

        void cancel(String reason) {
            if (task != null) task.cancel(reason);
        }
    }
}
