package dev.holdfast.net.process;

import static dev.holdfast.task.Coroutine.await;
import static dev.holdfast.task.Coroutine.blocking;

import dev.holdfast.carrier.Strand;
import dev.holdfast.chain.Chain;
import dev.holdfast.chain.Link;
import dev.holdfast.loop.Guest;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.loop.LoopLocal;
import dev.holdfast.net.stream.BufferedStream;
import dev.holdfast.net.stream.PipeStream;
import dev.holdfast.scope.Timeouts;
import dev.holdfast.task.Coroutine;
import dev.holdfast.task.Task;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Another program, which lives no longer than the block it is started in.
///
/// ```
/// try (var sort = Subprocess.start("sort", "-u")) {
///     sort.stream().write("b\na\nb\n".getBytes());
///     sort.stream().closeWrite();
///     IO.println(new String(sort.stream().readAll()));
///     if (sort.join() != 0) throw new IllegalStateException(sort + " failed");
/// }
/// ```
///
/// What is written to its stream it reads as its input; what it prints is read there. It has to wait when nobody
/// reads, and whoever writes has to wait when it does not.
///
/// *Leaving the block* ends it, if it still runs, as a cancellation does that leaves the block: it is asked to end,
/// and so is whatever it has started that still hangs on it; who has not within its patience is killed. Without a
/// block it is killed at the end of its loop. What a program has started and let go of, so that it hangs on it no
/// more, is out of reach; and what that prints after the program's own end may be lost.
public final class Subprocess implements AutoCloseable {
    /// How long [#close] lets it end by itself, if nothing else is said.
    public static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final Duration BOUND = Duration.ofSeconds(4); // for the system to end who was killed
    private static final Duration LONGEST = Duration.ofDays(36_500); // a patience that nobody sees the end of
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(10);
    private static final LoopLocal<Children> ON = LoopLocal.withInitial(_ -> new Children());

    private final IOLoop loop;
    private final String name;
    private final Process process; // only asked: its own way to end closes its pipes, and may block
    private final ProcessHandle handle;
    private final CompletableFuture<Process> exit;
    private final PipeStream stream;
    private final @Nullable PipeStream errors;
    private final Duration patience;
    private final Entry entry = new Entry(this);
    private boolean closed;

    Subprocess(IOLoop loop, String name, Process process, boolean separate, Duration patience) {
        this.loop = loop;
        this.name = name;
        this.process = process;
        this.handle = process.toHandle();
        this.exit = process.onExit();
        this.patience = patience.compareTo(LONGEST) < 0 ? patience : LONGEST;
        this.stream = PipeStream.over(name, process.getInputStream(), process.getOutputStream());
        this.errors = separate ? PipeStream.reading("errors of " + name, process.getErrorStream()) : null;
        ON.get(loop).alive.add(entry);
    }

    // ---- making one

    /// Starts a program, off the loop. Its errors go where those of this process go.
    ///
    /// @param command the program, and what it is told
    /// @return the process, which runs from now on
    /// @throws UncheckedIOException if there is no such program
    public static Subprocess start(String... command) {
        return command(command).start();
    }

    /// {@return what else can be said of how to start a program}
    ///
    /// @param command the program, and what it is told
    public static Command command(String... command) {
        return new Command(List.of(command));
    }

    // ---- talking to it

    /// {@return what it reads and prints: written here, it reads it as its input; read here is what it prints}
    public BufferedStream stream() {
        return stream;
    }

    /// {@return its errors, to be read}
    ///
    /// @throws IllegalStateException unless it was started with [Command#separateErrors]
    public BufferedStream errors() {
        if (errors == null) throw new IllegalStateException(this + " has no errors of its own; say separateErrors");
        return errors;
    }

    // ---- its life

    /// {@return the system's number for it}
    public long pid() {
        return process.pid();
    }

    /// {@return whether it still runs}
    public boolean isAlive() {
        return process.isAlive();
    }

    /// Waits until it has ended. One that is cancelled leaves it running, until the block around it ends.
    ///
    /// @return its exit status; 128 and the number of the signal if one has ended it
    public int join() {
        loop.checkDoor(this);
        return await(exit).exitValue();
    }

    /// Asks it to end. Never waits; does nothing if it has.
    public void terminate() {
        handle.destroy();
    }

    /// Ends it, at once. Never waits; does nothing if it has.
    public void kill() {
        handle.destroyForcibly();
    }

    /// Ends it, and what hangs on it, and waits until that is so. Works in a cancelled scope too. In a callback it
    /// does not wait. Does nothing the second time.
    @Override
    public void close() {
        if (closed || loop.isClosed()) return;
        loop.checkDoor(this);
        closed = true;
        if (Strand.current() instanceof Task) end();
        else Coroutine.spawn("close " + this, this::end);
    }

    private void end() {
        try {
            if (process.isAlive()) Coroutine.shielded(patience.plus(BOUND), this::destroy);
        } finally {
            stream.close();
            if (errors != null) errors.close();
            entry.unlink();
        }
    }

    private void destroy() {
        var family = blocking(this::family);
        if (patience.isPositive()) {
            family.forEach(ProcessHandle::destroy);
            if (Timeouts.moveOnAfter(patience, () -> awaitEndOf(family))) return;
            family.addAll(blocking(this::family)); // who was started meanwhile
        }
        family.forEach(ProcessHandle::destroyForcibly);
        awaitEndOf(family);
    }

    private void killFamily() {
        if (isAlive()) family().forEach(ProcessHandle::destroyForcibly);
    }

    /// {@return it and what hangs on it, it first: who was killed starts nobody}
    private Set<ProcessHandle> family() {
        var family = new LinkedHashSet<ProcessHandle>();
        family.add(handle);
        handle.descendants().forEach(family::add);
        return family;
    }

    private void awaitEndOf(Set<ProcessHandle> family) {
        await(exit);
        for (var each : family) while (runs(each)) Coroutine.sleep(BETWEEN_LOOKS);
    }

    /// Its children's children are not ours to bury. Where nobody does, as in many a container, the system calls them
    /// alive for ever; but it knows no command of theirs any more.
    private static boolean runs(ProcessHandle each) {
        var info = each.info();
        return each.isAlive()
                && (info.command().isPresent() || info.commandLine().isPresent());
    }

    /// {@return whether it runs, and its number: `Subprocess[sort], running as 4711`}
    public String describe() {
        return this + (isAlive() ? ", running as " : ", ended; was ") + pid();
    }

    /// {@return `Subprocess[program]`}
    @Override
    public String toString() {
        return name;
    }

    /// Its place among those that nobody has closed.
    private static final class Entry extends Link {
        private final Subprocess child;

        Entry(Subprocess child) {
            this.child = child;
        }
    }

    /// Those of a loop that nobody has closed.
    private static final class Children implements Guest {
        private final Chain<Entry> alive = new Chain<>(); // or ended: nobody has closed them

        /// The loop's end is theirs.
        @Override
        public void evicted() {
            for (Entry next; (next = alive.removeFirst()) != null; ) next.child.killFamily();
        }
    }
}
