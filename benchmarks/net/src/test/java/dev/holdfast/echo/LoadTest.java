package dev.holdfast.echo;

import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("threads")
@Timeout(60)
class LoadTest {
    private static final Duration WHILE = ofMillis(200);
    private static final Duration NO_CPU = Duration.ZERO;

    private static Cell echo(int bytes, int connections) {
        return new Cell(Cell.Work.ECHO, bytes, connections);
    }

    private static Sample ask(Peer peer, Cell cell) throws IOException {
        try (var load = new Load(peer.port(), cell)) {
            return load.measure(WHILE, () -> NO_CPU);
        }
    }

    @Test
    void everyAnswerIsCountedOnce() throws IOException {
        try (var peer = new Peer(Peer.echo(1024))) {
            var sample = ask(peer, echo(64, 3));
            // Each connection had an answer before, and may have had one after.
            assertThat(peer.bytes.get() % 64).isZero();
            assertThat(sample.requests())
                    .isPositive()
                    .isBetween(peer.bytes.get() / 64 - 6L, peer.bytes.get() / 64 - 3L);
            assertThat(peer.connections.get()).isEqualTo(3);
        }
    }

    @Test
    void whatIsAskedToWarmUpIsNotCounted() throws IOException {
        try (var peer = new Peer(Peer.echo(1024));
                var load = new Load(peer.port(), echo(64, 2))) {
            load.warm(WHILE);
            int before = peer.bytes.get() / 64;
            var sample = load.measure(WHILE, () -> NO_CPU);
            assertThat(sample.requests()).isBetween(1L, peer.bytes.get() / 64L - before + 2);
        }
    }

    @Test
    void anAnswerMayComeInPieces() throws IOException {
        try (var peer = new Peer(Peer.echo(1_000))) {
            var sample = ask(peer, echo(64 * 1024, 2));
            assertThat(sample.requests()).isPositive();
            assertThat(peer.bytes.get() % (64 * 1024)).isZero();
        }
    }

    @Test
    void theTimeEndsWithTheLastByte() throws IOException {
        try (var peer = new Peer((_, in, out) -> {
            for (var bytes = in.readNBytes(64); bytes.length > 0; bytes = in.readNBytes(64)) {
                out.write(bytes, 0, 63);
                LockSupport.parkNanos(ofMillis(20).toNanos());
                out.write(bytes, 63, 1);
            }
        })) {
            assertThat(ask(peer, echo(64, 1)).p50())
                    .isGreaterThanOrEqualTo(ofMillis(19).toNanos());
        }
    }

    @Test
    void eachMessageHasAConnectionOfItsOwnIfThatIsTheWork() throws IOException {
        try (var peer = new Peer(Peer.echo(64))) {
            var sample = ask(peer, new Cell(Cell.Work.CONNECT, 64, 4));
            assertThat(sample.requests()).isPositive();
            // The first ask twice: when they are opened, and when all begin.
            assertThat(peer.connections.get()).isEqualTo(peer.bytes.get() / 64 - 4);
        }
    }

    @Test
    void idleConnectionsAreAllOpen() throws IOException {
        try (var peer = new Peer(Peer.echo(64));
                var _ = new Load(peer.port(), new Cell(Cell.Work.IDLE, 64, 600))) {
            assertThat(peer.connections.get()).isEqualTo(600);
            assertThat(peer.bytes.get()).isEqualTo(600 * 64);
        }
    }

    @Test
    void theShareOfTheServersCpuIsTakenFromBeforeToAfter() throws IOException {
        try (var peer = new Peer(Peer.echo(64));
                var load = new Load(peer.port(), echo(64, 1))) {
            var cpu = new int[1];
            var sample = load.measure(WHILE, () -> Duration.ofSeconds(++cpu[0]));
            assertThat(sample.serverNanos()).isEqualTo(Duration.ofSeconds(1).toNanos());
            assertThat(sample.nanos()).isGreaterThanOrEqualTo(WHILE.toNanos());
        }
    }

    @Test
    void aWrongByteIsTold() throws IOException {
        try (var peer = new Peer((_, in, out) -> {
            var bytes = in.readNBytes(64);
            bytes[5]++;
            out.write(bytes);
        })) {
            assertThatThrownBy(() -> ask(peer, echo(64, 1)))
                    .hasRootCauseMessage("byte 5 of an answer is not what was sent");
        }
    }

    @Test
    void theAnswerToAnotherConnectionIsWrong() {
        var noise = new Noise(64);
        assertThat(noise.message(1)).isEqualTo(noise.message(1)).isNotEqualTo(noise.message(2));
    }

    @Test
    void anAnswerThatIsTooLongIsTold() throws IOException {
        try (var peer = new Peer((_, in, out) -> {
            out.write(Arrays.copyOf(in.readNBytes(64), 65));
            in.read();
        })) {
            assertThatThrownBy(() -> ask(peer, echo(64, 1)))
                    .hasRootCauseMessage("an answer is too long: 65 bytes instead of 64");
        }
    }

    @Test
    void aServerThatEndsAConnectionIsTold() throws IOException {
        try (var peer = new Peer((_, in, out) -> out.write(in.readNBytes(64), 0, 63))) {
            assertThatThrownBy(() -> ask(peer, echo(64, 1))).hasRootCauseMessage("the server has ended a connection");
        }
    }
}
