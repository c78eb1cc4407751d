package dev.holdfast.task;

import static java.util.Objects.requireNonNull;

import dev.holdfast.future.Future;
import dev.holdfast.future.Listener;
import dev.holdfast.future.Outcome;
import dev.holdfast.future.Outcome.Failure;
import dev.holdfast.future.Promise;
import dev.holdfast.loop.External;
import dev.holdfast.loop.Guest;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.loop.LoopLocal;
import dev.holdfast.loop.Words;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Several loops, each on a thread of its own: for programs that want more than one core. Nothing is shared between
/// them; a call from one to another runs there as a task, and its future belongs to the caller's loop.
///
/// ```
/// try (var group = LoopGroup.open("worker", 4)) {
///     Future<Integer> sum = group.submit(() -> add(1, 2)); // on the next loop, round robin
///     IO.println(await(sum));
/// }
/// ```
///
/// A group that is opened on a loop belongs to it: that loop and those of the group may call, and no other. So when
/// none of them has anything to do it is known that nobody who waits on them will ever be woken, and they are told.
/// Opened before any loop runs it may be called from every loop, and those who wait on its loops are left waiting.
///
/// While a call is out, both loops keep running for it. Nothing of it is lost: if its caller is cancelled it still
/// runs, and its failure still shows in the future. The group's loops run until [#close]. One that was opened on a
/// loop and forgotten ends with that loop, and a warning says so; one that was opened before any loop ran keeps the
/// process alive.
public final class LoopGroup implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(LoopGroup.class.getPackageName());

    private static final LoopLocal<Opened> OPENED = LoopLocal.withInitial(_ -> new Opened());

    private final String name;
    private final @Nullable IOLoop opener;
    private final @Nullable Family family; // null if whoever calls is not known
    private final @Nullable Opened open; // those of its opener; it stands there until it is closed
    private final List<Member> members;
    private final AtomicInteger turn = new AtomicInteger(); // whose it is; any thread

    private LoopGroup(String name, int size) {
        this.name = name;
        this.opener = IOLoop.currentOrNull();
        this.family = opener == null ? null : Family.foundedBy(opener);
        this.open = opener == null ? null : OPENED.get(opener);
        this.members = IntStream.range(0, size)
                .mapToObj(i -> new Member(name + "-" + i))
                .toList();
        if (open != null) open.groups.add(this);
        members.forEach(member -> member.thread.start());
    }

    /// Starts `size` loops on as many threads; both go by `name-0`, `name-1` and so on.
    ///
    /// @param name for people
    /// @param size how many, at least one
    /// @return the group, whose loops run from now on
    /// @throws IllegalArgumentException if `size` is not positive
    public static LoopGroup open(String name, int size) {
        if (size < 1) throw new IllegalArgumentException("size < 1: " + size);
        return new LoopGroup(requireNonNull(name, "name"), size);
    }

    /// {@return how many loops it has}
    public int size() {
        return members.size();
    }

    /// Runs `body` as a task on loop `index`.
    ///
    /// @param <T> what `body` returns
    /// @param index which loop, from 0
    /// @param body runs on another thread: it may touch nothing that belongs to the caller's loop
    /// @return its end, as a future of the current loop
    /// @throws RejectedExecutionException if this was closed
    /// @throws IndexOutOfBoundsException if there is no such loop
    /// @throws IllegalStateException if the current thread runs no loop, or one that has nothing to do with the
    /// loop that opened this
    public <T extends @Nullable Object> Future<T> call(int index, Body<? extends T, ?> body) {
        return members.get(index).call(requireNonNull(body, "body"));
    }

    /// Runs `body` as a task on loop `index`, like [#call(int, Body)].
    ///
    /// @param index which loop, from 0
    /// @param body what to run there
    /// @return its end, as a future of the current loop
    public Future<@Nullable Void> call(int index, Action<?> body) {
        return call(index, body.asBody());
    }

    /// Runs `body` as a task on the next loop, each in its turn.
    ///
    /// @param <T> what `body` returns
    /// @param body runs on another thread: it may touch nothing that belongs to the caller's loop
    /// @return its end, as a future of the current loop
    /// @throws RejectedExecutionException if this was closed
    /// @throws IllegalStateException if the current thread runs no loop, or one that has nothing to do with the
    /// loop that opened this
    public <T extends @Nullable Object> Future<T> submit(Body<? extends T, ?> body) {
        return call(Math.floorMod(turn.getAndIncrement(), size()), body);
    }

    /// Runs `body` as a task on the next loop, like [#submit(Body)].
    ///
    /// @param body what to run there
    /// @return its end, as a future of the current loop
    public Future<@Nullable Void> submit(Action<?> body) {
        return submit(body.asBody());
    }

    /// Ends the loops one after the other, as [IOLoop#close] does: what still runs is cancelled and awaited. Calls
    /// that are cut short fail with a [CancellationException]. Returns when the threads have ended; the second time
    /// does nothing.
    ///
    /// @throws IllegalStateException on one of its own loops
    @Override
    public void close() {
        var here = IOLoop.currentOrNull();
        for (var member : members) {
            if (member.loop == here) throw new IllegalStateException(this + " is closed from inside its own " + here);
        }
        if (open != null) open.groups.remove(this);
        boolean interrupted = false;
        for (var member : members) interrupted |= member.end();
        if (interrupted) Thread.currentThread().interrupt();
    }

    private void checkCaller(IOLoop caller) {
        if (family == null || Family.of(caller) == family) return;
        throw new IllegalStateException(this + " belongs to " + opener + ", which opened it: " + caller
                + " cannot call it; open it before any loop runs, and all can");
    }

    private External doorTo(IOLoop loop, String name) {
        return family == null ? loop.external(name) : External.openInner(loop, name);
    }

    private boolean send(IOLoop loop, BooleanSupplier bring) {
        return family == null ? bring.getAsBoolean() : family.send(loop, bring);
    }

    /// {@return whether it is open, and how many calls are out: `LoopGroup[worker, 4], open, 3 calls out`} Any thread
    /// may ask.
    public String describe() {
        boolean open = members.stream().anyMatch(member -> member.thread.isAlive());
        int calls = members.stream().mapToInt(member -> member.calls.size()).sum();
        return Words.of(this) + (open ? ", open, " + Words.count(calls, "call") + " out" : ", closed");
    }

    /// {@return its kind, name and size: `LoopGroup[worker, 4]`}
    @Override
    public String toString() {
        return "LoopGroup[" + name + ", " + size() + "]";
    }

    /// Those that a loop has opened, and nobody has closed.
    private static final class Opened implements Guest {
        private final Set<LoopGroup> groups = ConcurrentHashMap.newKeySet(); // closed on any thread

        @Override
        public void evicted() {
            for (var group : groups) {
                LOG.log(Level.WARNING, group + " was not closed; it ends with " + group.opener + ", which opened it");
                group.close();
            }
        }
    }

    /// One loop and its thread.
    private final class Member {
        private final IOLoop loop;
        private final External door; // keeps the loop running
        private final Thread thread;
        private final Set<Call<?>> calls = ConcurrentHashMap.newKeySet(); // that have no answer yet

        Member(String name) {
            this.loop = IOLoop.open(name);
            this.door = doorTo(loop, name);
            if (family != null) family.adopt(loop);
            this.thread = Thread.ofPlatform().name(name).daemon(false).unstarted(this::live);
        }

        <T extends @Nullable Object> Future<T> call(Body<? extends T, ?> body) {
            var caller = IOLoop.current();
            checkCaller(caller);
            var call = new Call<T>(this, caller, doorTo(caller, "call to " + loop), body);
            calls.add(call); // before it enters: who closes the door answers what is inside
            if (!send(loop, () -> door.tryExecute(call::begin)) && calls.remove(call)) {
                call.back.close();
                throw new RejectedExecutionException(LoopGroup.this + " is closed");
            }
            return call.promise;
        }

        private void live() {
            try (loop) {
                loop.run();
            } catch (VirtualMachineError e) {
                loop.carrier().complain(LOG, Level.ERROR, loop + " of " + LoopGroup.this + " failed", e);
            } finally {
                var cut = new CancellationException(LoopGroup.this + " was closed");
                for (var call : calls) call.answer(new Failure<>(cut));
            }
        }

        /// Returns whether the current thread was interrupted meanwhile.
        boolean end() {
            send(loop, () -> door.tryExecute(loop::stop));
            boolean interrupted = false;
            while (true) {
                try {
                    thread.join();
                    return interrupted;
                } catch (InterruptedException e) {
                    interrupted = true; // the threads end in any case, and soon
                }
            }
        }
    }

    /// A call that is out: made on the caller's loop, begun and answered on the member's. Who waits for it waits
    /// for the task there.
    private final class Call<T extends @Nullable Object> extends Listener<T> implements WaitsFor {
        private final Member member;
        private final IOLoop caller;
        private final External back;
        private final Promise<T> promise; // the caller's
        private final Body<? extends T, ?> body;
        private @Nullable Task<T> task; // the member's; null before it began

        Call(Member member, IOLoop caller, External back, Body<? extends T, ?> body) {
            this.member = member;
            this.caller = caller;
            this.back = back;
            this.promise = new Promise<>(this);
            this.body = body;
        }

        void begin() {
            var tasks = Tasks.of(member.loop);
            task = tasks.start("call", tasks.root(), body);
            task.future().add(this);
        }

        @Override
        protected void settled(Outcome<T> outcome) {
            answer(outcome);
        }

        void answer(Outcome<T> outcome) {
            if (!member.calls.remove(this)) return;
            send(caller, () -> back.closeAfter(() -> promise.settle(outcome)));
        }

        @Override
        public @Nullable Task<?> blocker() {
            return task == null || task.hasEnded() ? null : task;
        }

        @Override
        public String toString() {
            return "call to " + member.loop;
        }
    }
}
