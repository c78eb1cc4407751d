package dev.holdfast.net.testing;

import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.holdfast.cancel.TooSlow;
import dev.holdfast.net.stream.BufferedStream;
import dev.holdfast.net.stream.StreamClosed;
import dev.holdfast.scope.Timeouts;
import dev.holdfast.testing.Sim;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

final class FaultyNetworkTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, UTF_8);
    }

    // ---- a good network, and what streams keep on a bad one

    @TestFactory
    Stream<DynamicTest> withoutAFaultStreamsKeepTheirRules() {
        return StreamContract.rules(() -> FaultyNetwork.open().pair()).stream()
                .map(rule -> dynamicTest(rule.name(), () -> Sim.run(rule::check)));
    }

    @TestFactory
    Stream<DynamicTest> lateInPiecesAndSlowlyTheyKeepThemToo() {
        return IntStream.range(0, 3)
                .boxed()
                .flatMap(luck -> StreamContract.rules(() -> badNetwork(luck).pair()).stream()
                        .map(rule -> dynamicTest(rule.name() + ", luck " + luck, () -> Sim.run(rule::check))));
    }

    /// The rules are checked in order, not shuffled; so luck must come from somewhere else.
    private static FaultyNetwork badNetwork(int luck) {
        for (int i = 0; i < luck; i++) Sim.random().nextInt();
        return FaultyNetwork.open().split().delay(Duration.ofMillis(20)).slow(0.5, 1_000_000);
    }

    @Test
    void withoutAFaultAllComesAtOnceAndWhole() {
        Sim.run(() -> {
            var pair = FaultyNetwork.open().pair();
            pair.near().write(bytes("hello"));
            assertThat(text(pair.far().readSome(100))).isEqualTo("hello");
            assertThat(Sim.elapsed()).isZero();
        });
    }

    // ---- pieces

    @Test
    void whatIsSplitComesInPiecesAndInOrder() {
        Sim.run(() -> {
            var pair = FaultyNetwork.open().split().delay(HOUR).pair();
            pair.near().write(bytes("one line, and no other"));
            pair.near().closeWrite();
            var pieces = pieces(pair.far());
            assertThat(pieces).hasSizeGreaterThan(1);
            assertThat(String.join("", pieces)).isEqualTo("one line, and no other");
        });
    }

    private static List<String> pieces(BufferedStream stream) {
        var pieces = new ArrayList<String>();
        while (stream.awaitMore()) pieces.add(text(stream.readSome(1_000)));
        return pieces;
    }

    @Test
    void theSeedDecidesWhereAndWhen() {
        var first = piecesFrom(1);
        assertThat(piecesFrom(1)).isEqualTo(first);
        assertThat(piecesFrom(2)).isNotEqualTo(first);
    }

    private static List<String> piecesFrom(long seed) {
        return Sim.run(seed, () -> {
            var pair = FaultyNetwork.open().split().delay(HOUR).pair();
            for (int i = 0; i < 5; i++) pair.near().write(bytes("some words, "));
            pair.near().closeWrite();
            var pieces = pieces(pair.far());
            pieces.add(Sim.elapsed().toString());
            return pieces;
        });
    }

    // ---- time

    @Test
    void whatIsDelayedComesLaterAndNoLaterThanSaid() {
        Sim.explore(20, () -> {
            var pair = FaultyNetwork.open().delay(HOUR).pair();
            pair.near().write(bytes("hello\n"));
            assertThat(pair.far().readLine()).isEqualTo("hello");
            assertThat(Sim.elapsed()).isPositive().isLessThanOrEqualTo(HOUR);
        });
    }

    @Test
    void aSlowReaderMakesWhoWritesWait() {
        Sim.run(() -> {
            var pair = FaultyNetwork.open().slow(1, 10).pair(100);
            var reader = spawn("reader", () -> pair.far().readExactly(36_000));
            pair.near().write(new byte[36_000]); // for an hour
            assertThat(Sim.elapsed()).isBetween(HOUR.minus(MINUTE.multipliedBy(3)), HOUR.plus(MINUTE.multipliedBy(3)));
            reader.join();
        });
    }

    @Test
    void aShareOfTheWaysIsSlow() {
        Sim.run(() -> {
            var network = FaultyNetwork.open().slow(0.5, 1);
            int slow = 0;
            for (int i = 0; i < 100; i++) {
                var before = Sim.elapsed();
                var pair = network.pair();
                pair.near().write(new byte[100]);
                pair.far().readExactly(100);
                if (Sim.elapsed().compareTo(before) > 0) slow++;
            }
            assertThat(slow).isBetween(30, 70);
        });
    }

    @Test
    void whoNeverReadsStopsWhoWrites() {
        Sim.run(() -> {
            var pair = FaultyNetwork.open().split().pair(10);
            pair.near().write(new byte[14]);
            pair.near().write(new byte[2]);
            assertThatExceptionOfType(TooSlow.class)
                    .isThrownBy(() -> Timeouts.failAfter(HOUR, () -> pair.near().write(new byte[5])));
        });
    }

    // ---- resets

    @Test
    void aResetIsToldToBoth() {
        Sim.run(() -> {
            var network = FaultyNetwork.open();
            var pair = network.pair();
            pair.near().write(bytes("half a li"));
            var reader = spawn("reader", () -> pair.far().readLine());
            sleep(HOUR);
            network.reset(1);
            pair.near().write(bytes("ne\n"));
            assertThatExceptionOfType(StreamClosed.class)
                    .isThrownBy(reader::join)
                    .withMessage("FaultyStream[far-1] failed: Connection reset")
                    .withCauseInstanceOf(IOException.class);
            assertThat(text(pair.far().readExactly(9))).isEqualTo("half a li"); // rule 39
            assertThatExceptionOfType(StreamClosed.class)
                    .isThrownBy(() -> pair.near().readLine())
                    .withMessage("FaultyStream[near-1] failed: Connection reset");
            assertThatExceptionOfType(StreamClosed.class)
                    .isThrownBy(() -> pair.near().write(bytes("more")))
                    .withMessage("FaultyStream[near-1] failed: Connection reset");
            assertThat(network.resets()).isEqualTo(1);
        });
    }

    @Test
    void aResetMayTakeThePlaceOfTheEnd() {
        Sim.run(() -> {
            var pair = FaultyNetwork.open().reset(1).pair();
            pair.near().close();
            assertThatExceptionOfType(StreamClosed.class)
                    .isThrownBy(() -> pair.far().awaitMore())
                    .withMessage("FaultyStream[far-1] failed: Connection reset");
        });
    }

    @Test
    void whoWritesToAPeerThatHasClosedIsToldLater() {
        Sim.run(() -> {
            var pair = FaultyNetwork.open().pair();
            pair.far().close();
            assertThat(pair.near().awaitMore()).isFalse();
            pair.near().write(bytes("are you there?"));
            sleep(HOUR);
            assertThatExceptionOfType(StreamClosed.class)
                    .isThrownBy(() -> pair.near().write(bytes("hello?")))
                    .withMessage("FaultyStream[near-1] failed: Connection reset");
        });
    }

    // ---- silence

    @Test
    void whoHearsNothingAnyMoreIsStillHeard() { // half-open
        Sim.run(() -> {
            var network = FaultyNetwork.open();
            var pair = network.pair();
            network.silence(1);
            pair.near().write(bytes("never\n"));
            network.silence(0);
            pair.near().write(bytes("comes\n"));
            pair.far().write(bytes("where are you?\n"));
            assertThat(pair.near().readLine()).isEqualTo("where are you?");
            assertThat(Timeouts.moveOnAfter(HOUR, () -> pair.far().readLine())).isFalse();
            pair.near().close();
            assertThat(Timeouts.moveOnAfter(HOUR, () -> pair.far().readLine())).isFalse();
            assertThat(network.silences()).isEqualTo(1);
        });
    }

    @Test
    void whoSendsIntoSilenceHasToWaitWhenItIsTooMuch() {
        Sim.run(() -> {
            var pair = FaultyNetwork.open().silence(1).pair(10);
            pair.near().write(new byte[20]);
            assertThatExceptionOfType(TooSlow.class)
                    .isThrownBy(() -> Timeouts.failAfter(HOUR, () -> pair.near().write(new byte[1])));
        });
    }

    @Test
    void aResetMayBeSwallowedToo() {
        Sim.run(() -> {
            var network = FaultyNetwork.open();
            var pair = network.pair();
            network.silence(1);
            pair.far().write(bytes("a"));
            network.silence(0).reset(1);
            pair.near().write(bytes("b"));
            sleep(HOUR);
            assertThatExceptionOfType(StreamClosed.class)
                    .isThrownBy(() -> pair.far().awaitMore())
                    .withMessageEndingWith("Connection reset");
            assertThat(Timeouts.moveOnAfter(HOUR, () -> pair.near().awaitMore()))
                    .isFalse();
        });
    }

    // ---- its edges

    @Test
    void whatIsStillOnItsWayWhenTheTestHasEndedNeverComes() { // and is not left behind
        Sim.run(() -> FaultyNetwork.open().delay(HOUR).pair().near().write(bytes("late")));
    }

    @Test
    void itsNumbersAreChecked() {
        Sim.run(() -> {
            var network = FaultyNetwork.open();
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> network.delay(HOUR.negated()))
                    .withMessage("delay < 0: PT-1H");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> network.reset(1.5))
                    .withMessage("chance not in 0..1: 1.5");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> network.silence(Double.NaN))
                    .withMessage("chance not in 0..1: NaN");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> network.slow(-1, 10))
                    .withMessage("share not in 0..1: -1.0");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> network.slow(1, 0))
                    .withMessage("bytesPerSecond < 1: 0");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> network.pair(0))
                    .withMessage("capacity < 1: 0");
            network.pair();
            assertThat(network).hasToString("FaultyNetwork[1]");
        });
    }

    @Test
    void itIsOpenedOnALoop() {
        assertThatIllegalStateException().isThrownBy(FaultyNetwork::open).withMessageContaining("runs no loop");
    }
}
