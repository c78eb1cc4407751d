package dev.holdfast.peers;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Chains of Vert.x's futures, on one of its event loops; what waits is a handler in one of them.
final class VertxFutures implements Peer {
    private final Vertx vertx = Vertx.vertx();

    @SuppressWarnings("NullAway.Init") // there before anybody joins it
    private Future<Integer> a;

    @SuppressWarnings("NullAway.Init")
    private Future<Integer> b;

    @Override
    public void seed(Scene scene) {
        var result = Promise.<Integer>promise();
        vertx.runOnContext(_ -> waitForMyself(scene).onComplete(result));
        result.future().await();
    }

    private static Future<Integer> waitForMyself(Scene scene) {
        var mine = Promise.<Integer>promise();
        scene.completeLater(new WeakReference<>(mine), promise -> promise.complete(1));
        return mine.future().onComplete(scene.witness()::accept);
    }

    @Override
    public void droppedCompleter(Scene scene) {
        var result = Promise.<Integer>promise();
        vertx.runOnContext(_ -> ask(scene).onComplete(scene.witness()::accept).onComplete(result));
        result.future().await();
    }

    private static Future<Integer> ask(Scene scene) {
        var answer = Promise.<Integer>promise();
        Thread.ofPlatform().start(() -> {
            if (scene.goesWrong()) return; // without a word
            answer.complete(42);
        });
        return answer.future();
    }

    @Override
    public void mutualWait(Scene scene) {
        var start = Promise.<Integer>promise();
        a = start.future().compose(_ -> b).onComplete(scene.witness()::accept);
        b = start.future().compose(_ -> a).onComplete(scene.witness()::accept);
        start.complete(0);
        scene.hopeless();
        a.await();
    }

    @Override
    public void droppedClient(Scene scene) {
        vertx.runOnContext(_ -> {
            talk(scene, new Wire());
            scene.hopeless();
        });
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
            read(inbox).onComplete(scene.witness()::accept);
        }

        private static Future<String> read(Inbox inbox) {
            return inbox.take()
                    .compose(message -> message.equals("bye") ? Future.succeededFuture(message) : read(inbox));
        }
    }

    /// Only ever used on its event loop.
    private static final class Inbox {
        private final Queue<String> messages = new ArrayDeque<>();
        private @Nullable Promise<String> taker;

        void add(String message) {
            var taker = this.taker;
            this.taker = null;
            if (taker == null) messages.add(message);
            else taker.complete(message);
        }

        Future<String> take() {
            var message = messages.poll();
            if (message != null) return Future.succeededFuture(message);
            var taker = Promise.<String>promise();
            this.taker = taker;
            return taker.future();
        }
    }
}
