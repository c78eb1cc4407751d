package dev.holdfast.echo;

import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("threads")
@Timeout(60)
class ServerTest {
    private static Stream<Contender> here() {
        return Arrays.stream(Contender.values()).filter(Contender::isHere);
    }

    @ParameterizedTest
    @MethodSource("here")
    void itAnswersWhateverItIsAsked(Contender contender) throws IOException {
        var work = contender.speaksTls() ? Cell.Work.TLS : Cell.Work.ECHO;
        try (var server = new Server(contender)) {
            for (int bytes : new int[] {64, 64 * 1024}) {
                try (var load = new Load(server.port(), new Cell(work, bytes, 8))) {
                    assertThat(load.measure(ofMillis(300), server::cpu).requests())
                            .isPositive();
                }
            }
            assertThat(server.cpu()).isGreaterThan(Duration.ZERO);
            if (contender.hasHeap()) assertThat(server.heap()).isPositive();
        }
    }
}
