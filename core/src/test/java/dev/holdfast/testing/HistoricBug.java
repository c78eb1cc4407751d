package dev.holdfast.testing;

import static dev.holdfast.task.Coroutine.await;
import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static dev.holdfast.task.Coroutine.yieldNow;
import static java.time.Duration.ofHours;

import dev.holdfast.cancel.Cancelled;
import dev.holdfast.future.Future;
import dev.holdfast.future.Futures;
import dev.holdfast.future.Promise;
import dev.holdfast.queue.Queue;
import dev.holdfast.scope.TaskScope;
import dev.holdfast.sync.Semaphore;
import dev.holdfast.sync.WaitQueue;
import dev.holdfast.task.Task;
import dev.holdfast.task.Waker;
import java.lang.ref.WeakReference;
import java.util.ArrayDeque;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;

/// Bugs that others shipped, made again from Holdfast's words. Each shows in a certain order only, and each program is
/// written so that the usual order hides it. The same program with the word that is right is its cure.
enum HistoricBug {
    /// A waiter that is cancelled after the permit was handed to it takes the permit along. asyncio's Semaphore
    /// (python/asyncio#270).
    SEMAPHORE_LOSES_THE_PERMIT(() -> takeTurns(new ForgetfulSemaphore()), () -> takeTurns(new SoundSemaphore())),

    /// A getter that is cancelled after the item was handed to it takes the item along. Tornado's Queue
    /// (tornadoweb/tornado#2826).
    QUEUE_LOSES_THE_ITEM(() -> deliver(new ForgetfulQueue()), () -> deliver(new SoundQueue())),

    /// Whoever wakes a getter notes that one is on its way, and the getter crosses that out; one that is interrupted
    /// on its way does not, and nobody is ever woken again. asyncio's Semaphore, later (python/cpython#93222).
    INTERRUPT_STALLS_THE_QUEUE(() -> deliver(new NotingQueue()), () -> deliver(new SoundQueue())),

    /// A catch-all around a wait takes the cancellation for one more failure to make up for. asyncio's `wait_for`
    /// (python/cpython#86296).
    CATCH_ALL_SWALLOWS_THE_CANCELLATION(
            () -> publish(HistoricBug::askAnybody), () -> publish(HistoricBug::askAnybodyUnlessCancelled)),

    /// What is made of a future does not hold it; so nobody does, and whoever was to settle it finds it gone.
    /// asyncio's tasks (python/cpython#88831).
    COMBINATOR_FORGETS_ITS_INPUT(
            () -> settleFromAfar(HistoricBug::copyOf), () -> settleFromAfar(input -> Futures.all(input))),

    /// A permit is put back, and the first in line woken to take it; a newcomer takes it before. asyncio's Semaphore
    /// again (python/cpython#90155).
    NEWCOMER_OVERTAKES(() -> keepOneInside(new BargingSemaphore()), () -> keepOneInside(new SoundSemaphore()));

    /// Has the bug, and fails when it shows.
    final Runnable program;

    /// Does the same, rightly.
    final Runnable cure;

    HistoricBug(Runnable program, Runnable cure) {
        this.program = program;
        this.cure = cure;
    }

    // ---- permits

    /// What the programs want of a semaphore with one permit.
    private interface Permits {
        void acquire();

        void release();
    }

    private static final class SoundSemaphore implements Permits {
        private final Semaphore one = new Semaphore(1);
        private final ArrayDeque<AutoCloseable> permits = new ArrayDeque<>();

        @Override
        public void acquire() {
            permits.add(one.acquire());
        }

        @Override
        public void release() {
            try {
                permits.remove().close();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }
    }

    /// Hands over directly, but nobody takes back what was handed over in vain.
    private static final class ForgetfulSemaphore implements Permits {
        private final WaitQueue<Task<?>> line = new WaitQueue<>();
        private int free = 1;

        @Override
        public void acquire() {
            if (free > 0) free--;
            else line.await("forgetful semaphore", Task.current());
        }

        @Override
        public void release() {
            if (line.wakeFirst() == null) free++;
        }
    }

    /// Does not hand over: whoever was woken takes the permit when it goes on, and takes it on trust.
    private static final class BargingSemaphore implements Permits {
        private final WaitQueue<Task<?>> line = new WaitQueue<>();
        private int free = 1;

        @Override
        public void acquire() {
            if (free == 0) line.await("barging semaphore", Task.current());
            free--;
        }

        @Override
        public void release() {
            free++;
            line.wakeFirst();
        }
    }

    /// One is inside for an hour, one waits for that long and loses patience, and one comes later.
    private static void takeTurns(Permits permits) {
        var impatient = new Task<?>[1];
        var parent = spawn("parent", () -> {
            sleep(ofHours(1));
            impatient[0].cancel("it takes too long");
        });
        var holder = spawn("holder", () -> {
            permits.acquire();
            sleep(ofHours(1));
            permits.release();
        });
        Quiet.await();
        impatient[0] = spawn("impatient", () -> {
            permits.acquire();
            permits.release();
        });
        parent.join();
        holder.join();
        endOf(impatient[0]);
        permits.acquire(); // if the permit is lost this is a Deadlock
        permits.release();
    }

    /// Two wait at the door while a third comes in by itself: never two inside.
    private static void keepOneInside(Permits permits) {
        var inside = new int[1];
        TaskScope.run(scope -> {
            for (var name : new String[] {"first", "second", "newcomer"}) {
                scope.start(name, () -> {
                    if (name.equals("newcomer")) comeLate();
                    permits.acquire();
                    inside[0]++;
                    if (inside[0] > 1) throw new AssertionError(inside[0] + " inside, and one permit");
                    sleep(ofHours(1));
                    inside[0]--;
                    permits.release();
                });
            }
        });
    }

    private static void comeLate() {
        sleep(ofHours(1));
        yieldNow();
    }

    // ---- items

    /// What the programs want of a queue.
    private interface Items {
        void put(String item);

        String get();
    }

    private static final class SoundQueue implements Items {
        private final Queue<String> queue = new Queue<>();

        @Override
        public void put(String item) {
            queue.put(item);
        }

        @Override
        public String get() {
            return queue.get();
        }
    }

    /// Hands an item to the first in line, but nobody takes it back.
    private static final class ForgetfulQueue implements Items {
        private final ArrayDeque<Waker<String>> getters = new ArrayDeque<>();
        private final ArrayDeque<String> items = new ArrayDeque<>();

        @Override
        public void put(String item) {
            for (Waker<String> getter; (getter = getters.poll()) != null; ) if (getter.wake(item)) return;
            items.add(item);
        }

        @Override
        public String get() {
            var item = items.poll();
            return item != null ? item : Task.suspend("forgetful queue", getters::add);
        }
    }

    /// Wakes one getter at a time, who comes and takes what there is.
    private static final class NotingQueue implements Items {
        private final WaitQueue<Task<?>> getters = new WaitQueue<>();
        private final ArrayDeque<String> items = new ArrayDeque<>();
        private boolean oneIsOnItsWay;

        @Override
        public void put(String item) {
            items.add(item);
            wakeOne();
        }

        private void wakeOne() {
            if (!oneIsOnItsWay && !items.isEmpty()) oneIsOnItsWay = getters.wakeFirst() != null;
        }

        @Override
        public String get() {
            if (items.isEmpty() || oneIsOnItsWay) {
                getters.await("noting queue", Task.current());
                oneIsOnItsWay = false; // not said by whoever is thrown out of the wait
            }
            var item = items.remove();
            wakeOne();
            return item;
        }
    }

    /// One waits for an item and is interrupted at the hour at which it comes; another wants it all the same.
    private static void deliver(Items items) {
        var impatient = spawn("impatient", () -> items.get());
        var parent = spawn("parent", () -> {
            sleep(ofHours(1));
            impatient.cancel("it takes too long");
        });
        var producer = spawn("producer", () -> {
            sleep(ofHours(1));
            items.put("item");
        });
        parent.join();
        producer.join();
        if (endOf(impatient)) items.get(); // if the item is lost, or nobody is woken, this is a Deadlock
    }

    // ---- a cancellation

    private interface Ask {
        String from(Supplier<String> source);
    }

    private static String askAnybody(Supplier<String> source) {
        try {
            return source.get();
        } catch (Throwable e) { // whatever it was, there is a copy
            return "a copy";
        }
    }

    private static String askAnybodyUnlessCancelled(Supplier<String> source) {
        try {
            return source.get();
        } catch (Cancelled e) {
            throw e;
        } catch (Throwable e) {
            return "a copy";
        }
    }

    /// An editor asks a source, waits for the printer, and publishes; at some moment it is called off, and from then
    /// on nothing may be published.
    private static void publish(Ask ask) {
        var calledOff = new boolean[1];
        var editor = spawn("editor", () -> {
            sleep(ofHours(1)); // works late
            var text = ask.from(() -> {
                yieldNow();
                return "the original";
            });
            if (calledOff[0]) throw new AssertionError("published " + text + " after it was called off");
            sleep(ofHours(1));
        });
        spawn("publisher", () -> {
                    sleep(ofHours(1));
                    for (int step = 0; step < 3; step++) yieldNow();
                    calledOff[0] = true;
                    editor.cancel("called off");
                })
                .join();
        endOf(editor);
    }

    // ---- a future that is forgotten

    private interface Derive {
        Future<?> from(Promise<String> input);
    }

    /// The value of a future, once more: the future knows what is made of it, but not the other way round.
    private static Future<?> copyOf(Promise<String> input) {
        var copy = new Promise<String>("copy");
        input.onDone(outcome -> copy.complete(outcome.get()));
        return copy;
    }

    /// A network knows its listeners weakly, and is quick to answer; some day there is a collection.
    private static void settleFromAfar(Derive derive) {
        var derived = new Future<?>[1];
        var listener = listenTo(derive, derived);
        var network = spawn("network", () -> {
            yieldNow();
            var known = listener.get();
            if (known != null) known.complete("answer");
        });
        var collector = spawn("collector", () -> {
            for (int step = 0; step < 3; step++) yieldNow();
            if (!derived[0].isDone()) System.gc(); // later ones do not matter
        });
        network.join();
        collector.join();
        await(derived[0]);
    }

    /// In a method of its own: no frame of the program's may hold the promise.
    private static WeakReference<Promise<String>> listenTo(Derive derive, Future<?>[] derived) {
        var answer = new Promise<String>();
        derived[0] = derive.from(answer);
        return new WeakReference<>(answer);
    }

    // ---- what they share

    /// Waits for the end of `task`, and returns whether it was cancelled.
    private static boolean endOf(Task<?> task) {
        try {
            task.join();
            return false;
        } catch (CancellationException e) {
            return true;
        }
    }
}
