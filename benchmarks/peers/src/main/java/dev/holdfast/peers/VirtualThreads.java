package dev.holdfast.peers;

import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/// Virtual threads as the JDK schedules them.
final class VirtualThreads implements Peer {
    @SuppressWarnings("NullAway.Init") // there before anybody joins it
    private FutureTask<Integer> a;

    @SuppressWarnings("NullAway.Init")
    private FutureTask<Integer> b;

    @Override
    public void seed(Scene scene) {
        var result = new CompletableFuture<Integer>();
        Thread.startVirtualThread(() -> result.complete(waitForMyself(scene)));
        result.join();
    }

    private static int waitForMyself(Scene scene) {
        var mine = new CompletableFuture<Integer>();
        scene.completeLater(new WeakReference<>(mine), future -> future.complete(1));
        return scene.watch(mine::join);
    }

    @Override
    public void droppedCompleter(Scene scene) {
        var result = new CompletableFuture<Integer>();
        Thread.startVirtualThread(
                () -> result.complete(scene.watch(() -> ask(scene).join())));
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
    public void mutualWait(Scene scene) throws InterruptedException, ExecutionException {
        a = new FutureTask<>(() -> scene.watch(() -> b.get()));
        b = new FutureTask<>(() -> scene.watch(() -> a.get()));
        Thread.startVirtualThread(a);
        Thread.startVirtualThread(b);
        scene.hopeless();
        a.get();
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
        private final BlockingQueue<String> inbox = new LinkedBlockingQueue<>();
        private final Consumer<String> listener = inbox::add;

        Client(Scene scene, Wire wire) {
            wire.listen(listener);
            var inbox = this.inbox; // the reader does not hold the client
            Thread.ofVirtual().name("reader").start(() -> {
                try {
                    scene.watch(() -> read(inbox));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt(); // and ends
                }
            });
        }

        private static String read(BlockingQueue<String> inbox) throws InterruptedException {
            var last = "";
            while (!last.equals("bye")) last = inbox.take();
            return last;
        }
    }
}
