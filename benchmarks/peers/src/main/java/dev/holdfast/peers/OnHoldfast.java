package dev.holdfast.peers;

import static dev.holdfast.task.Coroutine.await;
import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;

import dev.holdfast.Holdfast;
import dev.holdfast.future.Future;
import dev.holdfast.future.Promise;
import dev.holdfast.lifetime.ExternalPromise;
import dev.holdfast.lifetime.Owned;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.queue.Queue;
import dev.holdfast.task.Task;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.function.Consumer;

/// Tasks of Holdfast.
final class OnHoldfast implements Peer {
    @SuppressWarnings("NullAway.Init") // there before anybody joins it
    private Task<Integer> a;

    @SuppressWarnings("NullAway.Init")
    private Task<Integer> b;

    @Override
    public void seed(Scene scene) {
        Holdfast.run(() -> {
            var result = new Promise<Integer>();
            spawn("reader", () -> result.complete(waitForMyself(scene)));
            return await(result);
        });
    }

    private static int waitForMyself(Scene scene) {
        var mine = new Promise<Integer>();
        var door = IOLoop.current().external("library");
        scene.completeLater(new WeakReference<>(mine), promise -> {
            try (door) {
                door.execute(() -> promise.complete(1));
            }
        });
        return scene.watch(() -> await(mine));
    }

    @Override
    public void droppedCompleter(Scene scene) {
        Holdfast.run(() -> {
            var result = new Promise<Integer>();
            spawn("asker", () -> result.complete(scene.watch(() -> await(ask(scene)))));
            return await(result);
        });
    }

    private static Future<Integer> ask(Scene scene) {
        ExternalPromise<Integer> answer = ExternalPromise.open("answer");
        Thread.ofPlatform().start(() -> {
            if (scene.goesWrong()) return; // without a word
            answer.complete(42);
        });
        return answer.future();
    }

    @Override
    public void mutualWait(Scene scene) {
        Holdfast.run(() -> {
            a = spawn("a", () -> scene.watch(() -> b.join()));
            b = spawn("b", () -> scene.watch(() -> a.join()));
            scene.hopeless();
            return a.join();
        });
    }

    @Override
    public void droppedClient(Scene scene) {
        Holdfast.run(() -> {
            talk(scene, new Wire());
            scene.hopeless();
            sleep(Duration.ofMinutes(1)); // other things
        });
    }

    private static void talk(Scene scene, Wire wire) {
        var client = new Client(scene, wire);
        try {
            wire.deliver("hello");
        } finally {
            Reference.reachabilityFence(client); // who has it
        }
    }

    private static final class Client {
        private final Queue<String> inbox = new Queue<>();
        private final Consumer<String> listener = inbox::tryPut;

        Client(Scene scene, Wire wire) {
            wire.listen(listener);
            var inbox = this.inbox; // the reader must not hold the client
            Owned.spawn(this, "reader", () -> scene.watch(() -> read(inbox)));
        }

        private static String read(Queue<String> inbox) {
            var last = "";
            while (!last.equals("bye")) last = inbox.get();
            return last;
        }
    }
}
