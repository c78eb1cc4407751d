package dev.holdfast.net.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.holdfast.task.Task;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A stream as programs use it: reads up to something, so many bytes, a line, or everything; writes bytes.
///
/// ```
/// while (stream.awaitMore()) {
///     var line = stream.readLine();
///     stream.write((line.toUpperCase() + "\n").getBytes());
/// }
/// ```
///
/// What waits for something of unknown length has a limit, in bytes; whoever overruns it is cut off. Each byte is
/// looked at a bounded number of times, in whatever pieces the bytes come. A read that is cancelled, or fails, has
/// taken nothing, but for [#skip] and [#copyTo]: what has come is still there for the next.
public class BufferedStream implements ByteStream {
    /// How long a line may be, with its end, if nothing else is said: 1 MiB.
    public static final int LONGEST_LINE = 1024 * 1024;

    /// How much [#readAll] reads, if nothing else is said: 100 MiB.
    public static final int MOST = 100 * 1024 * 1024;

    private static final byte[] LINE_END = {'\n'};

    private final ByteStream stream;
    private final ByteQueue unread = new ByteQueue(); // taken from the stream
    private @Nullable Task<?> reader; // who reads now

    /// Reads from and writes to `stream`, which from now on nobody else reads from.
    ///
    /// @param stream closed together with this
    public BufferedStream(ByteStream stream) {
        this.stream = requireNonNull(stream, "stream");
    }

    // ---- reading

    /// Reads up to `delimiter`, and it too.
    ///
    /// @param delimiter a byte at least
    /// @param maxBytes how many there may be, `delimiter` included
    /// @return the bytes, of which `delimiter` is the end
    /// @throws TooLong if there are more; then this is closed
    /// @throws StreamClosed if the stream ends before
    public byte[] readUntil(byte[] delimiter, int maxBytes) {
        checkLimit(maxBytes);
        var search = new Search(delimiter);
        begin();
        try {
            while (true) {
                int end = search.find(unread, maxBytes);
                if (end != Search.NOT_YET) return unread.take(end);
                if (unread.size() >= maxBytes) throw tooLong(Excerpt.of(delimiter), maxBytes);
                if (!stream.read(unread)) throw ended(Excerpt.of(delimiter));
            }
        } finally {
            end();
        }
    }

    /// Reads up to the first match of `pattern`, and it too. Bytes count as the characters of Latin-1. A match is
    /// taken as soon as there is one, though more bytes might have made it longer.
    ///
    /// Where a match may still begin, the search begins again when more bytes have come: with a pattern like `a.*b`
    /// that may be far back.
    ///
    /// @param pattern must not match nothing
    /// @param maxBytes how many there may be, the match included
    /// @return the bytes, of which the match is the end
    /// @throws TooLong if there are more; then this is closed
    /// @throws StreamClosed if the stream ends before
    public byte[] readUntil(Pattern pattern, int maxBytes) {
        checkLimit(maxBytes);
        var search = new PatternSearch(pattern);
        begin();
        try {
            while (true) {
                int end = search.find(unread, maxBytes);
                if (end != Search.NOT_YET) return unread.take(end);
                if (unread.size() >= maxBytes) throw tooLong("match of " + pattern, maxBytes);
                if (!stream.read(unread)) throw ended("match of " + pattern);
            }
        } finally {
            end();
        }
    }

    /// Reads a line of UTF-8, of at most [#LONGEST_LINE] bytes.
    ///
    /// @return the line, without its end, which is `\n` or `\r\n`
    /// @throws TooLong if it is longer; then this is closed
    /// @throws StreamClosed if the stream ends before the line does
    public String readLine() {
        return readLine(LONGEST_LINE);
    }

    /// Reads a line of UTF-8.
    ///
    /// @param maxBytes how long it may be, its end included
    /// @return the line, without its end, which is `\n` or `\r\n`
    /// @throws TooLong if it is longer; then this is closed
    /// @throws StreamClosed if the stream ends before the line does
    public String readLine(int maxBytes) {
        var line = readUntil(LINE_END, maxBytes);
        int length = line.length - 1;
        if (length > 0 && line[length - 1] == '\r') length--;
        return new String(line, 0, length, UTF_8);
    }

    /// Reads `count` bytes.
    ///
    /// @param count not negative
    /// @return so many
    /// @throws StreamClosed if the stream ends before
    public byte[] readExactly(int count) {
        begin();
        try {
            await(count);
            return unread.take(count);
        } finally {
            end();
        }
    }

    /// Reads what there is, waiting for a byte if there is none.
    ///
    /// @param maxBytes how many at most
    /// @return at least one
    /// @throws StreamClosed at the end of the stream
    public byte[] readSome(int maxBytes) {
        checkLimit(maxBytes);
        begin();
        try {
            await(1);
            return unread.take((int) Math.min(unread.size(), maxBytes));
        } finally {
            end();
        }
    }

    /// Reads everything up to the end of the stream, of at most [#MOST] bytes.
    ///
    /// @return everything, perhaps nothing
    /// @throws TooLong if there is more; then this is closed
    public byte[] readAll() {
        return readAll(MOST);
    }

    /// Reads everything up to the end of the stream.
    ///
    /// @param maxBytes how many there may be
    /// @return everything, perhaps nothing
    /// @throws TooLong if there is more; then this is closed
    public byte[] readAll(int maxBytes) {
        checkLimit(maxBytes);
        begin();
        try {
            do {
                if (unread.size() > maxBytes) throw tooLong("end", maxBytes);
            } while (stream.read(unread));
            return unread.take((int) unread.size());
        } finally {
            end();
        }
    }

    /// Reads `count` bytes and throws them away.
    ///
    /// @param count not negative
    /// @throws StreamClosed if the stream ends before
    public void skip(long count) {
        if (count < 0) throw new IllegalArgumentException("count < 0: " + count);
        begin();
        try {
            for (long left = count; left > 0; ) {
                await(1);
                long part = Math.min(left, unread.size());
                unread.skip(part);
                left -= part;
            }
        } finally {
            end();
        }
    }

    /// Waits for `count` bytes, and leaves them where they are.
    ///
    /// @param count not negative
    /// @return a copy of so many
    /// @throws StreamClosed if the stream ends before
    public byte[] peek(int count) {
        begin();
        try {
            await(count);
            return unread.peek(count);
        } finally {
            end();
        }
    }

    /// Waits until there is something to read, or the stream has ended.
    ///
    /// @return false at the end: the peer sends no more, and everything was read
    /// @throws StreamClosed if it was closed here, or failed
    public boolean awaitMore() {
        begin();
        try {
            return !unread.isEmpty() || stream.read(unread);
        } finally {
            end();
        }
    }

    @Override
    public boolean read(ByteQueue into) {
        begin();
        try {
            if (unread.isEmpty()) return stream.read(into);
            unread.moveTo(into);
            return true;
        } finally {
            end();
        }
    }

    /// Reads everything up to the end of the stream, and writes it to `target` as it comes: no faster than that
    /// takes it, and without copying bytes. Does not close either. What it has read when `target` fails is lost.
    ///
    /// @param target another stream
    /// @return how many bytes it were
    /// @throws StreamClosed if this or `target` was closed here, or failed
    public long copyTo(ByteStream target) {
        var some = new ByteQueue();
        long count = 0;
        while (read(some)) {
            count += some.size();
            try {
                target.write(some);
            } finally {
                some.clear();
            }
        }
        return count;
    }

    // ---- for libraries that block

    /// {@return what is read here as an [InputStream], for a library that wants one: to be used off the loop, as
    /// inside of [dev.holdfast.task.Coroutine#blocking]} A thread that is interrupted while it reads is thrown
    /// [java.io.InterruptedIOException], and no byte is lost. Each call costs a way to the loop and back, unless
    /// there is something left of what came with the last. Until it is closed the loop counts on whoever has it;
    /// closing it leaves this open. What it has taken and nobody has read is lost then.
    public InputStream inputStream() {
        return new CrossingInput(new Crossing(this));
    }

    /// {@return an [OutputStream] that writes here, for a library that wants one: to be used off the loop, as
    /// inside of [dev.holdfast.task.Coroutine#blocking]} Each call costs a way to the loop and back, and waits
    /// while more is on its way than the peer takes; so a library that writes byte by byte gets a
    /// [java.io.BufferedOutputStream] around it. Until it is closed the loop counts on whoever has it; closing it
    /// leaves this open.
    public OutputStream outputStream() {
        return new CrossingOutput(new Crossing(this));
    }

    // ---- writing, and the end

    /// Sends `bytes`. Waits while more is on its way than the peer takes.
    ///
    /// @param bytes may be changed afterwards
    /// @throws StreamClosed if this was closed, or failed, before or meanwhile
    public void write(byte[] bytes) {
        write(bytes, 0, bytes.length);
    }

    /// Sends a part of `bytes`. Waits while more is on its way than the peer takes.
    ///
    /// @param bytes may be changed afterwards
    /// @param from index of the first
    /// @param count how many
    /// @throws StreamClosed if this was closed, or failed, before or meanwhile
    /// @throws IndexOutOfBoundsException if `bytes` has not so many
    public void write(byte[] bytes, int from, int count) {
        var queue = new ByteQueue();
        queue.add(bytes, from, count);
        stream.write(queue);
    }

    @Override
    public void write(ByteQueue from) {
        stream.write(from);
    }

    @Override
    public void closeWrite() {
        stream.closeWrite();
    }

    @Override
    public void close() {
        stream.close();
        forgetUnread();
    }

    /// Does something with what was taken from the stream and not read, while nobody else reads.
    ///
    /// @param <T> what it returns
    /// @param body given all of it
    /// @return what `body` returns
    /// @throws IllegalStateException if another task is reading
    protected final <T> T withUnread(Function<ByteQueue, T> body) {
        begin();
        try {
            return body.apply(unread);
        } finally {
            end();
        }
    }

    /// Drops what was taken from the stream and not read.
    protected final void forgetUnread() {
        unread.clear();
    }

    // ---- what it rests on

    private void begin() {
        var me = Task.current();
        me.check();
        if (reader != null) throw new IllegalStateException(this + " is already being read by " + reader);
        reader = me;
    }

    private void end() {
        reader = null;
    }

    private void await(int count) {
        if (count < 0) throw new IllegalArgumentException("count < 0: " + count);
        while (unread.size() < count) {
            if (!stream.read(unread)) throw ended(count == 1 ? "another byte" : count + " bytes");
        }
    }

    private StreamClosed ended(String missing) {
        var after = unread.isEmpty() ? "" : " after " + unread.size() + " bytes";
        return new StreamClosed(this + " ended" + after + ", without " + missing, null);
    }

    private TooLong tooLong(String missing, int maxBytes) {
        close();
        return new TooLong(this + " was closed: no " + missing + " within " + maxBytes + " bytes", maxBytes);
    }

    private static void checkLimit(int maxBytes) {
        if (maxBytes < 1) throw new IllegalArgumentException("maxBytes < 1: " + maxBytes);
    }

    /// {@return the name of what it reads from}
    @Override
    public String toString() {
        return stream.toString();
    }
}
