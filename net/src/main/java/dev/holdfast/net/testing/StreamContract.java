package dev.holdfast.net.testing;

import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static dev.holdfast.task.Coroutine.yieldNow;

import dev.holdfast.net.stream.BufferedStream;
import dev.holdfast.net.stream.StreamClosed;
import dev.holdfast.scope.TaskScope;
import dev.holdfast.task.Action;
import dev.holdfast.task.Task;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;

/// The rules that every stream keeps, whatever carries its bytes: memory, a socket, a pipe. Who writes a new kind
/// of [dev.holdfast.net.stream.ByteStream] runs them all, each in a task of its own.
///
/// ```
/// @TestFactory
/// Stream<DynamicTest> contract() {
///     return StreamContract.rules(MemoryStream::pair).stream()
///             .map(rule -> dynamicTest(rule.name(), () -> Sim.run(rule::check)));
/// }
/// ```
public final class StreamContract {
    private static final int MUCH = 8 * 1024 * 1024; // bytes: more than any system keeps for a socket that nobody reads

    private static final Duration A_WHILE = Duration.ofMillis(5); // for bytes to travel; no rule depends on it

    private StreamContract() {}

    /// Makes two streams that are each other's peer.
    @FunctionalInterface
    public interface Connector {
        /// {@return two new ones} May wait.
        ///
        /// @throws Exception if that cannot be done
        MemoryStream.Pair connect() throws Exception;
    }

    /// One rule.
    ///
    /// @param name a sentence
    /// @param body what [#check] runs
    public record Rule(String name, Action<Exception> body) {
        /// Checks the rule, in a task.
        ///
        /// @throws AssertionError if it is broken
        /// @throws Exception whatever the streams throw
        public void check() throws Exception {
            body.run();
        }
    }

    @FunctionalInterface
    private interface Claim {
        void check(BufferedStream near, BufferedStream far) throws Exception;
    }

    /// {@return the rules, for streams that `connector` makes}
    ///
    /// @param connector called once for each rule
    public static List<Rule> rules(Connector connector) {
        return List.of(
                rule("bytes arrive in order, whole and unchanged", connector, StreamContract::arriveInOrder),
                rule("both ways are independent", connector, StreamContract::goBothWays),
                rule("who reads waits for what comes", connector, StreamContract::readsWait),
                rule(
                        "after the last byte comes the end, and the way back stays open",
                        connector,
                        StreamContract::halfClose),
                rule("after a close the peer reads what was sent, and then the end", connector, StreamContract::close),
                rule("closing twice is closing once", connector, StreamContract::closeTwice),
                rule("one task reads at a time", connector, StreamContract::oneReads),
                rule("a read that is cancelled takes nothing", connector, StreamContract::cancelledRead),
                rule(
                        "a read that is cancelled when bytes come takes nothing",
                        connector,
                        StreamContract::cancelledInTheSameMoment),
                rule("who writes waits for who reads", connector, StreamContract::backPressure),
                rule("the bytes of one write stay together", connector, StreamContract::writesStayTogether),
                rule("who waits is told of the close", connector, StreamContract::closeWhileWaiting),
                rule("a closed stream is neither read nor written", connector, StreamContract::useAfterClose));
    }

    private static Rule rule(String name, Connector connector, Claim claim) {
        return new Rule(name, () -> {
            var pair = connector.connect();
            try (var near = pair.near();
                    var far = pair.far()) {
                claim.check(near, far);
            }
        });
    }

    private static void arriveInOrder(BufferedStream near, BufferedStream far) {
        var sent = randomBytes(3_000_000);
        var random = new Random(1);
        var writer = spawn("writer", () -> {
            for (int at = 0; at < sent.length; ) {
                int count = Math.min(sent.length - at, random.nextInt(random.nextBoolean() ? 10 : 200_000));
                near.write(sent, at, count);
                at += count;
            }
            near.closeWrite();
        });
        expect(Arrays.equals(far.readAll(), sent), "what arrived is not what was sent");
        writer.join();
    }

    private static void goBothWays(BufferedStream near, BufferedStream far) throws Exception {
        var there = randomBytes(1_000_000);
        var back = randomBytes(2_000_000);
        TaskScope.run(scope -> {
            scope.start("there", () -> near.write(there));
            scope.start("back", () -> far.write(back));
            var read = scope.start("read", () -> near.readExactly(back.length));
            expect(Arrays.equals(far.readExactly(there.length), there), "what arrived there is not what was sent");
            expect(Arrays.equals(read.join(), back), "what came back is not what was sent");
        });
    }

    private static void readsWait(BufferedStream near, BufferedStream far) {
        var line = spawn("reader", () -> far.readLine());
        yieldNow();
        near.write(bytes("hel"));
        yieldNow();
        expect(!line.future().isDone(), "a line was read that is not complete");
        near.write(bytes("lo\nrest"));
        expect(line.join().equals("hello"), "the line is not hello: " + line.join());
        expect(text(far.readExactly(4)).equals("rest"), "what follows the line was lost");
    }

    private static void halfClose(BufferedStream near, BufferedStream far) {
        near.write(bytes("question"));
        near.closeWrite();
        near.closeWrite();
        expect(text(far.readAll()).equals("question"), "what was sent before the end was lost");
        expect(!far.awaitMore(), "there is something after the end");
        expectClosed(() -> near.write(bytes("more")));
        far.write(bytes("answer"));
        expect(text(near.readExactly(6)).equals("answer"), "the way back was closed too");
    }

    private static void close(BufferedStream near, BufferedStream far) {
        near.write(randomBytes(500));
        near.close();
        expect(far.readExactly(500).length == 500, "what was sent before the close was lost");
        expect(!far.awaitMore(), "there is something after the end");
        expectClosed(() -> far.readSome(1));
    }

    private static void closeTwice(BufferedStream near, BufferedStream far) {
        near.close();
        near.close();
        expect(far.readAll().length == 0, "a close sent something");
    }

    private static void oneReads(BufferedStream near, BufferedStream far) {
        var first = spawn("first", () -> far.readLine());
        yieldNow();
        try {
            far.readLine();
            throw new AssertionError("two tasks read at a time");
        } catch (IllegalStateException e) {
            var message = far + " is already being read by Task[first]";
            expect(message.equals(e.getMessage()), "does not say who reads: " + e.getMessage());
        }
        near.write(bytes("line\n"));
        expect(first.join().equals("line"), "the first reader was disturbed");
    }

    private static void cancelledRead(BufferedStream near, BufferedStream far) {
        var reader = spawn("reader", () -> far.readLine());
        yieldNow();
        near.write(bytes("hel"));
        sleep(A_WHILE);
        reader.cancel("on purpose");
        expect(!completes(reader), "a line was read that is not complete");
        near.write(bytes("lo\n"));
        expect(far.readLine().equals("hello"), "what had come was lost");
    }

    private static void cancelledInTheSameMoment(BufferedStream near, BufferedStream far) {
        for (int turns = 0; turns < 20; turns++) {
            var reader = spawn("reader", () -> far.readExactly(1));
            yieldNow();
            near.write(bytes("a"));
            for (int i = 0; i < turns; i++) yieldNow();
            reader.cancel("on purpose");
            if (!completes(reader)) expect(text(far.readExactly(1)).equals("a"), "a byte was lost");
        }
    }

    private static boolean completes(Task<?> task) {
        try {
            task.join();
            return true;
        } catch (CancellationException e) {
            return false;
        }
    }

    private static void backPressure(BufferedStream near, BufferedStream far) {
        var sent = randomBytes(MUCH);
        var writer = spawn("writer", () -> {
            for (int at = 0; at < sent.length; at += 64 * 1024) near.write(sent, at, 64 * 1024);
        });
        for (int i = 0; i < 1_000; i++) yieldNow();
        expect(!writer.future().isDone(), "so much was written although nobody reads");
        expect(Arrays.equals(far.readExactly(sent.length), sent), "what arrived is not what was sent");
        writer.join();
    }

    private static void writesStayTogether(BufferedStream near, BufferedStream far) throws Exception {
        TaskScope.run(scope -> {
            for (int i = 0; i < 10; i++) {
                var message = new byte[100_000];
                Arrays.fill(message, (byte) i);
                scope.start("writer-" + i, () -> near.write(message));
            }
            for (int i = 0; i < 10; i++) {
                var message = far.readExactly(100_000);
                for (var b : message) expect(b == message[0], "the bytes of two writes were mixed");
            }
        });
    }

    private static void closeWhileWaiting(BufferedStream near, BufferedStream far) {
        var reader = spawn("reader", () -> expectClosed(() -> near.readSome(1)));
        var writer = spawn("writer", () -> expectClosed(() -> near.write(new byte[MUCH])));
        for (int i = 0; i < 100; i++) yieldNow();
        expect(!reader.future().isDone(), "there was nothing to be read");
        expect(!writer.future().isDone(), "so much was written although nobody reads");
        near.close();
        reader.join();
        writer.join();
        expect(far.awaitMore(), "what was sent before the close was lost");
    }

    private static void useAfterClose(BufferedStream near, BufferedStream far) {
        near.close();
        expectClosed(() -> near.readSome(1));
        expectClosed(() -> near.awaitMore());
        expectClosed(() -> near.write(bytes("a")));
    }

    private static void expectClosed(Runnable use) {
        try {
            use.run();
        } catch (StreamClosed e) {
            return;
        }
        throw new AssertionError("no StreamClosed");
    }

    private static void expect(boolean isSo, String complaint) {
        if (!isSo) throw new AssertionError(complaint);
    }

    private static byte[] randomBytes(int count) {
        var bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        return bytes;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
