package dev.holdfast.queue;

import static java.util.Objects.requireNonNull;

import dev.holdfast.loop.IOLoop;
import dev.holdfast.loop.Origin;
import dev.holdfast.loop.Words;
import dev.holdfast.sync.WaitQueue;
import dev.holdfast.task.Task;
import dev.holdfast.task.WaitsFor;
import java.time.Duration;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/// Items from coroutines to coroutines, first in first out. Who finds it empty waits for an item, who finds it full
/// waits for room; both wait in line, and what they wait for is handed to the first, so that nobody can overtake.
///
/// ```
/// for (var page : pages) { // until the queue is closed and empty
///     fetch(page).links().forEach(pages::put);
///     pages.taskDone();
/// }
/// ```
///
/// Nothing is lost. An item that was handed to a task which was cancelled before it went on goes to the next in
/// line, or back to where it was, even if that is one more than the capacity. The item of a put that was cancelled
/// or came too late is not in the queue.
///
/// @param <T> what is in it; never null
public sealed class Queue<T> implements Iterable<T>, WaitsFor permits PriorityQueue, LifoQueue {
    static final int UNBOUNDED = Integer.MAX_VALUE;

    private final @Nullable Origin origin = Origin.ofNew();
    private final int capacity;
    private final Shelf<T> shelf; // empty when anyone waits to get, full when anyone waits to put
    private final WaitQueue<Get<T>> getters = new WaitQueue<>(this::giveBack);
    private final WaitQueue<Entry<T>> putters = new WaitQueue<>(this::takeBack);
    private final WaitQueue<Task<?>> joiners = new WaitQueue<>();
    private long arrived; // items that ever came in
    private long unfinished; // of those, the ones that are not yet done
    private String name = ""; // for people: with quotes, or nothing
    private boolean closed;
    private @Nullable IOLoop home; // null until first touched on a loop

    private static final class Get<T> {
        private @Nullable Entry<T> entry; // null while it waits, and when the queue was closed
    }

    /// A queue that always has room.
    public Queue() {
        this(UNBOUNDED);
    }

    /// A queue that has room for `capacity` items.
    ///
    /// @param capacity at least one
    /// @throws IllegalArgumentException if `capacity` is less than one
    public Queue(int capacity) {
        this(capacity, Shelf.firstInFirstOut());
    }

    Queue(int capacity, Shelf<T> shelf) {
        if (capacity < 1) throw new IllegalArgumentException("capacity < 1: " + capacity);
        this.capacity = capacity;
        this.shelf = shelf;
    }

    /// Gives it a name: messages call it `Queue[0/8] "jobs"`.
    ///
    /// @param name for people
    /// @return this queue
    public Queue<T> named(String name) {
        this.name = " \"" + requireNonNull(name, "name") + "\"";
        return this;
    }

    // ---- putting

    /// Puts `item` in, waiting for room if need be.
    ///
    /// @param item not null
    /// @throws QueueClosed if it is closed, or is closed meanwhile
    public void put(T item) {
        ask();
        var entry = entry(item);
        if (!enter(entry)) requireIn(putters.await(this, entry));
    }

    /// Puts `item` in, waiting for room at most for `limit`. With a limit of zero it fails at once unless there is
    /// room.
    ///
    /// @param item not null
    /// @param limit how long at most, from now
    /// @throws dev.holdfast.cancel.TooSlow if there was no room in time; then `item` is not in the queue
    /// @throws QueueClosed if it is closed, or is closed meanwhile
    public void put(T item, Duration limit) {
        ask();
        var entry = entry(item);
        if (!enter(entry)) requireIn(putters.await(this, entry, limit));
    }

    /// Puts `item` in if there is room. Never waits, so callbacks may call it too.
    ///
    /// @param item not null
    /// @return whether there was room
    /// @throws QueueClosed if it is closed
    public boolean tryPut(T item) {
        home = IOLoop.claim(home, this);
        return enter(entry(item));
    }

    private Entry<T> entry(T item) {
        var entry = new Entry<>(item);
        shelf.check(entry);
        return entry;
    }

    private boolean enter(Entry<T> entry) {
        if (closed) throw new QueueClosed(this);
        if (shelf.size() >= capacity) return false;
        letIn(entry);
        return true;
    }

    /// Throws, and lets nothing in, if the item cannot be put in order among the others.
    private void letIn(Entry<T> entry) {
        entry.order = ++arrived;
        try {
            if (!handOver(entry)) shelf.add(entry);
        } catch (RuntimeException e) {
            entry.order = Entry.OUTSIDE;
            throw e;
        }
        unfinished++;
    }

    private void requireIn(Entry<T> entry) {
        if (entry.refusal != null) throw entry.refusal;
        if (!entry.isIn()) throw new QueueClosed(this);
    }

    // ---- getting

    /// Takes the next item out, waiting for one if need be.
    ///
    /// @return the item
    /// @throws QueueClosed if it is closed, or is closed meanwhile, and nothing is left
    public T get() {
        return itemOf(next());
    }

    /// Takes the next item out, waiting for one at most for `limit`. With a limit of zero it fails at once unless
    /// there is one.
    ///
    /// @param limit how long at most, from now
    /// @return the item
    /// @throws dev.holdfast.cancel.TooSlow if there was none in time
    /// @throws QueueClosed if it is closed, or is closed meanwhile, and nothing is left
    public T get(Duration limit) {
        ask();
        return itemOf(isBare() ? had(getters.await(this, new Get<>(), limit)) : take());
    }

    /// Takes the next item out if there is one. Never waits, so callbacks may call it too.
    ///
    /// @return the item; null if there is none now
    /// @throws QueueClosed if it is closed and nothing is left
    public @Nullable T tryGet() {
        home = IOLoop.claim(home, this);
        return isBare() ? null : itemOf(take());
    }

    /// {@return an iterator that takes the items out, waiting for each, and ends when the queue is closed and
    /// nothing is left} Several may run at the same time; each item goes to one of them.
    @Override
    public Iterator<T> iterator() {
        return new Items();
    }

    private @Nullable Entry<T> next() {
        ask();
        return isBare() ? had(getters.await(this, new Get<>())) : take();
    }

    /// Returns what a wait has brought. Woken by a close it brings nothing; but somebody before us in line may have
    /// been cancelled since, and given back what was handed to him.
    private @Nullable Entry<T> had(Get<T> get) {
        return get.entry == null ? take() : get.entry;
    }

    /// Returns whether there is nothing now, and may be something later.
    private boolean isBare() {
        return shelf.size() == 0 && !closed;
    }

    private @Nullable Entry<T> take() {
        var entry = shelf.take();
        admitNext();
        return entry;
    }

    private T itemOf(@Nullable Entry<T> entry) {
        if (entry == null) throw new QueueClosed(this);
        return entry.item;
    }

    private final class Items implements Iterator<T> {
        private @Nullable Entry<T> next; // taken out by hasNext

        @Override
        public boolean hasNext() {
            if (next == null) next = Queue.this.next();
            return next != null;
        }

        @Override
        public T next() {
            if (!hasNext() || next == null) throw new NoSuchElementException(Queue.this + " is closed");
            var item = next.item;
            next = null;
            return item;
        }
    }

    // ---- waiting for the work to be done

    /// Says that the work on one item that was taken out is done.
    ///
    /// @throws IllegalStateException if it was said for every item that ever came in already
    public void taskDone() {
        home = IOLoop.claim(home, this);
        if (unfinished == 0) throw new IllegalStateException("taskDone more often than items came into " + this);
        finish();
    }

    /// Waits until [#taskDone] was said for every item that came in. Does not wait if there is none.
    public void join() {
        ask();
        if (unfinished > 0) joiners.await(this, Task.current());
    }

    /// Waits until [#taskDone] was said for every item that came in, at most for `limit`.
    ///
    /// @param limit how long at most, from now
    /// @throws dev.holdfast.cancel.TooSlow if that was not so in time
    public void join(Duration limit) {
        ask();
        if (unfinished > 0) joiners.await(this, Task.current(), limit);
    }

    private void finish() {
        if (--unfinished == 0) joiners.wakeAll();
    }

    // ---- its end, and what there is to see

    /// Lets nothing more in. Who waits to put gets [QueueClosed] at once; what is in can still be taken out, and
    /// after that who gets is told too. Does nothing the second time.
    public void close() {
        home = IOLoop.claim(home, this);
        closed = true;
        getters.wakeAll();
        putters.wakeAll();
    }

    /// {@return how many items are in it}
    public int size() {
        var _ = IOLoop.claim(home, this);
        return shelf.size();
    }

    /// {@return whether nothing is in it}
    public boolean isEmpty() {
        return size() == 0;
    }

    @Override
    public @Nullable Origin origin() {
        return origin;
    }

    /// {@return what is in it, and who is in line: `Queue[8/8] "jobs", 2 putters in line: Task[a], Task[b]`}
    @Override
    public String describe() {
        if (IOLoop.isElsewhere(home)) return Words.of(this);
        return Words.of(this)
                + (closed ? ", closed" : "")
                + getters.describe("getter")
                + putters.describe("putter")
                + joiners.describe("joiner");
    }

    /// {@return `Queue[size/capacity]`, or `Queue[size]` if it is unbounded, and its name if it has one}
    @Override
    public String toString() {
        return getClass().getSimpleName() + "[" + shelf.size() + (capacity == UNBOUNDED ? "" : "/" + capacity) + "]"
                + name;
    }

    // ---- what it rests on

    /// What everybody who may wait does first.
    private void ask() {
        Task.current().check();
        home = IOLoop.claim(home, this);
    }

    private boolean handOver(Entry<T> entry) {
        var first = getters.wakeFirst();
        if (first == null) return false;
        first.entry = entry;
        return true;
    }

    private void admitNext() {
        while (shelf.size() < capacity) {
            var entry = putters.wakeFirst();
            if (entry == null || isLetIn(entry)) return;
        }
    }

    /// Whoever waited with an item that is refused is told so himself.
    private boolean isLetIn(Entry<T> entry) {
        try {
            letIn(entry);
            return true;
        } catch (RuntimeException e) {
            entry.refusal = e;
            return false;
        }
    }

    /// A get was cancelled after an item had been handed to it.
    private boolean giveBack(Get<T> cancelled) {
        var entry = cancelled.entry;
        if (entry != null && !handOver(entry)) shelf.putBack(entry);
        return true;
    }

    /// A put was cancelled after its item had come in. Once somebody took the item out, the put is done.
    private boolean takeBack(Entry<T> cancelled) {
        if (!cancelled.isIn()) return true;
        if (!shelf.remove(cancelled)) return false;
        finish();
        admitNext();
        return true;
    }
}
