package dev.holdfast.net.stream;

import static dev.holdfast.task.Coroutine.blocking;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.util.Objects.requireNonNull;

import dev.holdfast.task.Task;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A stream over what blocks: a file, a pipe, an [InputStream] or an [OutputStream] of somebody else's. Each way
/// has a thread of its own, which is no task's: so a read that is cancelled loses nothing and leaves the pipe
/// usable.
///
/// ```
/// try (var file = PipeStream.reading(Path.of("in.txt")); var copy = PipeStream.writing(Path.of("out.txt"))) {
///     file.copyTo(copy);
///     copy.finish();
/// }
/// ```
///
/// It reads ahead, up to 64 KiB, and then leaves the rest where it is until somebody has read here; and whoever
/// writes waits while more than 64 KiB are on their way. What is opened here is closed with it. A call that blocks
/// when it is closed goes on until it returns; only then its thread ends.
public final class PipeStream extends BufferedStream {
    private final Pipe pipe;

    private PipeStream(Pipe pipe) {
        super(pipe);
        this.pipe = pipe;
    }

    // ---- making one

    /// {@return a stream that reads from `source` and writes to `sink`}
    ///
    /// @param name for people: what `toString` returns
    /// @param source nobody else reads from it; closed with the stream
    /// @param sink flushed after each piece; closed with the stream
    public static PipeStream over(String name, InputStream source, OutputStream sink) {
        return of(name, requireNonNull(source, "source"), requireNonNull(sink, "sink"));
    }

    /// {@return a stream that reads from `source`}
    ///
    /// @param name for people: what `toString` returns
    /// @param source nobody else reads from it; closed with the stream
    public static PipeStream reading(String name, InputStream source) {
        return of(name, requireNonNull(source, "source"), null);
    }

    /// {@return a stream that writes to `sink`}
    ///
    /// @param name for people: what `toString` returns
    /// @param sink flushed after each piece; closed with the stream
    public static PipeStream writing(String name, OutputStream sink) {
        return of(name, null, requireNonNull(sink, "sink"));
    }

    /// {@return a stream that reads a file}
    ///
    /// @param file opened off the loop
    /// @throws UncheckedIOException if it cannot be opened
    public static PipeStream reading(Path file) {
        return open(file, () -> Files.newInputStream(file), PipeStream::reading);
    }

    /// {@return a stream that writes a file, and begins with an empty one}
    ///
    /// @param file opened off the loop; made if there is none
    /// @throws UncheckedIOException if it cannot be opened
    public static PipeStream writing(Path file) {
        return open(file, () -> Files.newOutputStream(file), PipeStream::writing);
    }

    /// {@return a stream that writes to the end of a file}
    ///
    /// @param file opened off the loop; made if there is none
    /// @throws UncheckedIOException if it cannot be opened
    public static PipeStream appending(Path file) {
        return open(file, () -> Files.newOutputStream(file, CREATE, APPEND), PipeStream::writing);
    }

    private static PipeStream of(String name, @Nullable InputStream source, @Nullable OutputStream sink) {
        return new PipeStream(new Pipe(Task.current().loop(), requireNonNull(name, "name"), source, sink));
    }

    @FunctionalInterface
    private interface Opening<T> {
        T open() throws IOException;
    }

    @FunctionalInterface
    private interface Wrapping<T> {
        PipeStream wrap(String name, T opened);
    }

    private static <T> PipeStream open(Path file, Opening<T> opening, Wrapping<T> wrapping) {
        try {
            T opened = blocking(opening::open);
            return wrapping.wrap("File[" + file + "]", opened);
        } catch (NoSuchFileException e) {
            throw new UncheckedIOException("cannot open " + file + ": No such file or directory", e);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot open " + file + ": " + e.getMessage(), e);
        }
    }

    // ---- its end

    /// Says that nothing more is written, like [#closeWrite], and waits until all of it was taken, and what is
    /// written to is closed. Without this nobody hears of a disk that was full at the very end.
    ///
    /// @throws StreamClosed if that failed, or this is closed
    public void finish() {
        pipe.finish();
    }
}
