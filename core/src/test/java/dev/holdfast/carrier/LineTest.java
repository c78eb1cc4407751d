package dev.holdfast.carrier;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LineTest {
    private final Line line = new Line();

    @Test
    void whoComesFirstIsServedFirstHoweverLongTheLineGrows() {
        var model = new ArrayDeque<Runnable>();
        var random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            if (random.nextInt(100) < (i / 2_000 % 2 == 0 ? 70 : 30)) {
                Runnable entry = () -> {};
                line.add(entry);
                model.add(entry);
            } else {
                assertThat(line.poll()).isSameAs(model.poll());
            }
            assertThat(line.peek()).isSameAs(model.peek());
            assertThat(line.size()).isEqualTo(model.size());
            assertThat(line.isEmpty()).isEqualTo(model.isEmpty());
        }
    }

    @Test
    void nobodyStandsInAnEmptyLine() {
        assertThat(line.isEmpty()).isTrue();
        assertThat(line.peek()).isNull();
        assertThat(line.poll()).isNull();
    }
}
