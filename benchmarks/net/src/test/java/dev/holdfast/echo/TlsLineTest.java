package dev.holdfast.echo;

import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("threads")
@Timeout(60)
class TlsLineTest {
    private static Sample ask(Peer peer, int bytes) throws IOException {
        try (var load = new Load(peer.port(), new Cell(Cell.Work.TLS, bytes, 2))) {
            return load.measure(ofMillis(200), () -> Duration.ZERO);
        }
    }

    @Test
    void everyAnswerIsCountedOnce() throws IOException {
        try (var peer = Peer.byTls(Peer.echo(1_000))) {
            var sample = ask(peer, 64 * 1024);
            int answers = peer.bytes.get() / (64 * 1024);
            assertThat(peer.bytes.get() % (64 * 1024)).isZero();
            // Each connection had an answer before, and may have had one after.
            assertThat(sample.requests()).isBetween(answers - 4L, answers - 2L);
        }
    }

    @Test
    void aMessageMayBeMoreThanTheSystemTakes() throws IOException {
        int bytes = 16 * 1024 * 1024;
        try (var peer = Peer.byTls((all, in, out) -> {
            LockSupport.parkNanos(ofMillis(20).toNanos()); // what is sent has to wait
            Peer.echo(16 * 1024).with(all, in, out);
        })) {
            var load = new Load(peer.port(), new Cell(Cell.Work.TLS, bytes, 1));
            load.close();
            assertThat(peer.bytes.get()).isEqualTo(bytes);
        }
    }

    @Test
    void allServersHaveToDoTheSame() throws IOException {
        try (var peer = Peer.byTls(Peer.echo(1024))) {
            ask(peer, 64);
            assertThat(peer.spoken).containsExactly("TLSv1.3 TLS_AES_128_GCM_SHA256");
        }
    }

    @Test
    void itSaysThatNothingMoreComes() throws IOException {
        var end = new CompletableFuture<Integer>();
        try (var peer = Peer.byTls((_, in, out) -> {
            try {
                out.write(in.readNBytes(64));
                end.complete(in.read());
            } catch (IOException e) {
                end.completeExceptionally(e);
            }
        })) {
            var load = new Load(peer.port(), new Cell(Cell.Work.TLS, 64, 1));
            load.close();
            assertThat(end).succeedsWithin(Duration.ofSeconds(30)).isEqualTo(-1);
        }
    }

    @Test
    void aWrongByteIsTold() throws IOException {
        try (var peer = Peer.byTls((_, in, out) -> {
            var bytes = in.readNBytes(64);
            bytes[5]++;
            out.write(bytes);
            in.read();
        })) {
            assertThatThrownBy(() -> ask(peer, 64)).hasRootCauseMessage("byte 5 of an answer is not what was sent");
        }
    }

    @Test
    void aServerThatEndsAConnectionIsTold() throws IOException {
        try (var peer = Peer.byTls((_, in, out) -> out.write(in.readNBytes(64), 0, 63))) {
            assertThatThrownBy(() -> ask(peer, 64)).hasRootCauseMessage("the server has ended a connection");
        }
    }

    @Test
    void aServerInClearIsTold() throws IOException {
        try (var peer = new Peer(Peer.echo(1024))) {
            assertThatThrownBy(() -> ask(peer, 64)).isInstanceOf(SSLException.class);
        }
    }

    /// Reads all that a client says before it wants an answer: what is left unread would make a reset of the end.
    private static void hello(InputStream in) throws IOException {
        var record = new DataInputStream(in);
        record.skipNBytes(3); // its kind, and the version
        record.skipNBytes(record.readUnsignedShort());
    }

    @Test
    void aServerThatDoesNotGreetIsTold() throws IOException {
        try (var peer = new Peer((_, in, _) -> hello(in))) {
            assertThatThrownBy(() -> ask(peer, 64)).hasMessage("the server has ended a connection before it greeted");
        }
    }
}
