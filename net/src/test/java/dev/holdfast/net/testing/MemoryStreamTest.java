package dev.holdfast.net.testing;

import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.holdfast.lifetime.Deadlock;
import dev.holdfast.net.stream.StreamClosed;
import dev.holdfast.testing.Logged;
import dev.holdfast.testing.Sim;
import java.io.IOException;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

final class MemoryStreamTest {
    private static final Duration HOUR = Duration.ofHours(1);

    @TestFactory
    Stream<DynamicTest> itKeepsTheRulesOfStreams() {
        return StreamContract.rules(MemoryStream::pair).stream()
                .map(rule -> dynamicTest(rule.name(), () -> Sim.run(rule::check)));
    }

    @TestFactory
    Stream<DynamicTest> itKeepsThemAlsoWithLittleRoom() {
        return StreamContract.rules(() -> MemoryStream.pair(1_000)).stream()
                .map(rule -> dynamicTest(rule.name(), () -> Sim.run(rule::check)));
    }

    @Test
    void whoWritesWaitsForWhoReadsInVirtualTime() {
        Sim.run(() -> {
            var pair = MemoryStream.pair(10);
            spawn("slow", () -> {
                sleep(HOUR);
                pair.far().readExactly(100);
            });
            pair.near().write(new byte[10]);
            pair.near().write(new byte[10]);
            assertThat(Sim.elapsed()).isZero();
            pair.near().write(new byte[80]);
            assertThat(Sim.elapsed()).isEqualTo(HOUR);
        });
    }

    @Test
    void whoWritesToAPeerThatHasClosedIsTold() {
        Sim.run(() -> {
            var pair = MemoryStream.pair();
            pair.far().close();
            assertThatExceptionOfType(StreamClosed.class)
                    .isThrownBy(() -> pair.near().write(new byte[1]))
                    .withMessage("MemoryStream[near] failed: MemoryStream[far] was closed")
                    .withCauseInstanceOf(IOException.class);
        });
    }

    @Test
    void whoWaitsForNobodyIsTold(Logged log) { // memory is no network: nobody else may come
        assertThatExceptionOfType(Deadlock.class)
                .isThrownBy(() -> Sim.run(() -> MemoryStream.pair().near().readLine()))
                .withMessageContaining("Task[test] waiting 0.0 s on bytes of MemoryStream[near], at MemoryStreamTest");
        assertThat(log.take()).hasSize(1);
    }

    @Test
    void aPairHasRoomForAByteAtLeast() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MemoryStream.pair(0))
                .withMessage("capacity < 1: 0");
    }
}
