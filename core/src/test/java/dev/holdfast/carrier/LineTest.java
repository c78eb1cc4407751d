package dev.holdfast.carrier;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Random;
import java.util.SplittableRandom;
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
    void whoStandsInAShuffledLineTwiceCountsOnce() {
        for (int seed = 0; seed < 100; seed++) {
            var shuffled = new ShuffledLine(new SplittableRandom(seed));
            Runnable twice = () -> {};
            Callback callback = () -> {};
            shuffled.add(twice);
            shuffled.add(callback);
            shuffled.add(twice);
            shuffled.add(callback); // two calls of the same
            int turn = shuffled.beginTurn();
            assertThat(shuffled.size()).isEqualTo(3);
            assertThat(turn).isBetween(2, 3);
        }
    }

    @Test
    void inAShuffledLineSomebodyGoesOnInEachTurn() {
        for (int seed = 0; seed < 100; seed++) {
            var shuffled = new ShuffledLine(new SplittableRandom(seed));
            var left = new ArrayList<Runnable>();
            for (int i = 0; i < 5; i++) left.add(new Thread());
            left.forEach(shuffled::add);
            while (!shuffled.isEmpty()) {
                int turn = shuffled.beginTurn();
                assertThat(turn).isPositive();
                for (; turn > 0; turn--)
                    assertThat(left.remove(shuffled.poll())).isTrue();
            }
            assertThat(left).isEmpty();
        }
    }

    @Test
    void nobodyStandsInAnEmptyLine() {
        assertThat(line.isEmpty()).isTrue();
        assertThat(line.peek()).isNull();
        assertThat(line.poll()).isNull();
    }
}
