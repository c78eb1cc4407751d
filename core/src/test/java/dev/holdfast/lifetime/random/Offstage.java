package dev.holdfast.lifetime.random;

import static dev.holdfast.task.Coroutine.await;
import static dev.holdfast.task.Coroutine.blocking;

import dev.holdfast.future.Future;
import dev.holdfast.future.Promise;
import dev.holdfast.lifetime.ExternalPromise;
import dev.holdfast.lifetime.random.Script.By;
import dev.holdfast.lifetime.random.Script.Fate;
import dev.holdfast.loop.IOLoop;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/// What comes onto the stage from outside: timers, other threads, collections.
final class Offstage implements AutoCloseable {
    static final Duration MOMENT = Duration.ofMillis(1);
    private static final Duration NEVER = Duration.ofDays(1);

    private final CountDownLatch over = new CountDownLatch(1); // the program; nobody waits any more

    @Override
    public void close() {
        over.countDown();
    }

    static void offload() {
        try {
            blocking(() -> Thread.sleep(MOMENT));
        } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts that thread but a cancellation, which is thrown", e);
        }
    }

    /// Waits by a word of the JDK's, which no interrupt ends, for another thread.
    static void block() {
        var door = new Semaphore(0);
        Thread.ofPlatform().start(() -> {
            LockSupport.parkNanos(MOMENT.toNanos());
            door.release();
        });
        door.acquireUninterruptibly();
    }

    static void hire(By by, Promise<String> promise) {
        var loop = IOLoop.current();
        switch (by) {
            case TIMER -> loop.callLater(MOMENT, () -> promise.complete("by a timer"));
            case THREAD -> {
                var door = loop.external("hired");
                Thread.ofPlatform().start(() -> {
                    door.tryExecute(() -> promise.complete("by a thread"));
                    door.close();
                });
            }
            case CALLBACK ->
                loop.execute(() -> {
                    block();
                    promise.complete("by a callback");
                });
            case NOBODY ->
                loop.callLater(NEVER, () -> promise.complete("too late")).unref();
        }
    }

    void awaitSomething(Fate fate) {
        switch (fate) {
            case COMPLETED -> await(handed(promise -> promise.complete("kept")));
            case CLOSED -> await(handed(promise -> promise.close("as written")));
            case DROPPED -> await(dropped());
            case STAGE -> await(CompletableFuture.supplyAsync(() -> "staged"));
            case WEAKLY -> await(weakly());
        }
    }

    private static Future<String> handed(Consumer<ExternalPromise<String>> deed) {
        ExternalPromise<String> promise = ExternalPromise.open("handed");
        Thread.ofPlatform().start(() -> deed.accept(promise));
        return promise.future();
    }

    /// A thread looks at the handle and forgets it. Another collects until that is known.
    private Future<String> dropped() {
        var future = handed(promise -> {
            if (promise.toString().isEmpty()) promise.complete("kept after all");
        });
        var known = new CountDownLatch(1);
        future.onDone(_ -> known.countDown());
        Thread.ofPlatform().daemon().start(() -> collectUntil(known));
        return future;
    }

    private void collectUntil(CountDownLatch known) {
        try {
            do System.gc();
            while (!known.await(1, TimeUnit.MILLISECONDS) && over.getCount() > 0);
        } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts this", e);
        }
    }

    private static Future<String> weakly() {
        var promise = new Promise<String>();
        var weak = new WeakReference<>(promise);
        IOLoop.current().callLater(MOMENT, () -> {
            System.gc();
            var kept = weak.get();
            if (kept != null) kept.complete("through a weak reference");
        });
        return promise;
    }
}
