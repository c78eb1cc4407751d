package dev.holdfast.peers;

import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Chains of `CompletableFuture`; what waits is a function in one of them.
final class CompletableFutures implements Peer {
    private final CompletableFuture<Integer> start = new CompletableFuture<>();

    @SuppressWarnings("NullAway.Init") // there before anybody joins it
    private CompletableFuture<Integer> a;

    @SuppressWarnings("NullAway.Init")
    private CompletableFuture<Integer> b;

    @Override
    public void seed(Scene scene) {
        var result = waitForMyself(scene);
        result.join();
    }

    private static CompletableFuture<Integer> waitForMyself(Scene scene) {
        var mine = new CompletableFuture<Integer>();
        scene.completeLater(new WeakReference<>(mine), future -> future.complete(1));
        return mine.whenComplete(scene.witness());
    }

    @Override
    public void droppedCompleter(Scene scene) {
        var result = ask(scene).whenComplete(scene.witness());
        result.join();
    }

    private static CompletableFuture<Integer> ask(Scene scene) {
        var answer = new CompletableFuture<Integer>();
        Thread.ofPlatform().start(() -> {
            if (scene.goesWrong()) return; // without a word
            answer.complete(42);
        });
        return answer;
    }

    @Override
    public void mutualWait(Scene scene) {
        a = start.thenCompose(_ -> b).whenComplete(scene.witness());
        b = start.thenCompose(_ -> a).whenComplete(scene.witness());
        start.complete(0);
        scene.hopeless();
        a.join();
    }

    @Override
    public void droppedClient(Scene scene) {
        talk(scene, new Wire());
        scene.hopeless();
        scene.goOn();
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
        private final Inbox inbox = new Inbox();
        private final Consumer<String> listener = inbox::add;

        Client(Scene scene, Wire wire) {
            wire.listen(listener);
            var _ = read(inbox).whenComplete(scene.witness());
        }

        private static CompletableFuture<String> read(Inbox inbox) {
            return inbox.take()
                    .thenCompose(message ->
                            message.equals("bye") ? CompletableFuture.completedFuture(message) : read(inbox));
        }
    }

    /// The JDK has no queue that gives futures.
    private static final class Inbox {
        private final Queue<String> messages = new ArrayDeque<>();
        private @Nullable CompletableFuture<String> taker;

        synchronized void add(String message) {
            if (taker == null) messages.add(message);
            else {
                var taker = this.taker;
                this.taker = null;
                taker.complete(message);
            }
        }

        synchronized CompletableFuture<String> take() {
            var message = messages.poll();
            if (message != null) return CompletableFuture.completedFuture(message);
            taker = new CompletableFuture<>();
            return taker;
        }
    }
}
