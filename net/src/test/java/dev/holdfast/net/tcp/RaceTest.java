package dev.holdfast.net.tcp;

import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.holdfast.net.stream.BufferedStream;
import dev.holdfast.net.testing.MemoryStream;
import dev.holdfast.task.Task;
import dev.holdfast.testing.Sim;
import dev.holdfast.testing.Trail;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

/// RFC 8305, in virtual time.
final class RaceTest {
    private static final InetSocketAddress A4 = address("192.0.2.1");
    private static final InetSocketAddress B4 = address("192.0.2.2");
    private static final InetSocketAddress A6 = address("2001:db8::1");
    private static final InetSocketAddress B6 = address("2001:db8::2");

    private final Trail trail = new Trail();
    private final List<BufferedStream> connected = new ArrayList<>();

    private static InetSocketAddress address(String literal) {
        return new InetSocketAddress(InetAddress.ofLiteral(literal), 80);
    }

    @Test
    void familiesTakeTurnsAndTheFirstGoesFirst() {
        assertThat(Race.inTurns(List.of(A6, B6, A4, B4))).containsExactly(A6, A4, B6, B4);
        assertThat(Race.inTurns(List.of(A4, A6, B6))).containsExactly(A4, A6, B6);
        assertThat(Race.inTurns(List.of(A4))).containsExactly(A4);
    }

    @Test
    void eachGetsAQuarterOfASecondBeforeTheNext() throws Exception {
        Sim.run(() -> {
            var stream = Race.of(List.of(A4, A6, B4), address -> {
                begin(address);
                sleep(Duration.ofMillis(address == B4 ? 100 : 10_000));
                return connected();
            });
            trail.expect("192.0.2.1@0", "2001:db8:0:0:0:0:0:1@250", "192.0.2.2@500");
            assertThat(Sim.elapsed()).isEqualTo(Duration.ofMillis(600));
            assertThat(stream).isSameAs(connected.getFirst());
            assertThat(connected).hasSize(1); // the others were cancelled
        });
    }

    @Test
    void oneThatFailsLetsTheNextGoAtOnce() throws Exception {
        Sim.run(() -> {
            Race.of(List.of(A4, A6), address -> {
                begin(address);
                if (address == A4) throw new ConnectException("Connection refused");
                return connected();
            });
            trail.expect("192.0.2.1@0", "2001:db8:0:0:0:0:0:1@0");
        });
    }

    @Test
    void theFirstWinsAlsoWhenItIsLate() throws Exception {
        Sim.run(() -> {
            Race.of(List.of(A4, A6), address -> {
                begin(address);
                sleep(Duration.ofMillis(address == A4 ? 300 : 10_000));
                return connected();
            });
            assertThat(Sim.elapsed()).isEqualTo(Duration.ofMillis(300));
        });
    }

    @Test
    void whenAllFailEachIsTold() {
        Sim.run(() -> assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> Race.<BufferedStream>of(List.of(A4, A6), address -> {
                    sleep(Duration.ofMillis(address == A4 ? 600 : 200));
                    throw new ConnectException("refused by " + (address == A4 ? "4" : "6"));
                }))
                .withMessage("[2001:db8:0:0:0:0:0:1]:80: refused by 6; 192.0.2.1:80: refused by 4")
                .satisfies(e -> assertThat(e.getSuppressed()).hasSize(2)));
    }

    @Test
    void losersThatConnectAllTheSameAreClosed() throws Exception {
        Sim.run(() -> {
            var winner = Race.of(List.of(A4, A6), address -> {
                sleep(Duration.ofMillis(address == A4 ? 350 : 100)); // in the same moment
                return connected();
            });
            assertThat(connected).hasSize(2);
            for (var stream : connected) {
                if (stream != winner)
                    assertThatExceptionOfType(RuntimeException.class).isThrownBy(stream::awaitMore);
            }
            winner.write(new byte[] {1});
        });
    }

    @Test
    void oneThatIsCancelledClosesAll() {
        Sim.run(() -> {
            Task<BufferedStream> racing = spawn(
                    "racing",
                    () -> Race.of(List.of(A4, A6), _ -> {
                        sleep(Duration.ofMillis(250));
                        return connected();
                    }));
            spawn("cancel", () -> {
                sleep(Duration.ofMillis(250));
                racing.cancel("on purpose");
            });
            assertThatExceptionOfType(CancellationException.class).isThrownBy(racing::join);
            for (var stream : connected)
                assertThatExceptionOfType(RuntimeException.class).isThrownBy(stream::awaitMore);
        });
    }

    private void begin(InetSocketAddress address) {
        trail.mark(address.getAddress().getHostAddress() + "@" + Sim.elapsed().toMillis());
    }

    private BufferedStream connected() {
        var stream = MemoryStream.pair().near();
        connected.add(stream);
        return stream;
    }
}
