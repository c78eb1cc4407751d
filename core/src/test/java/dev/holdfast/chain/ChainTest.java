package dev.holdfast.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ChainTest {
    private final Chain<Bead> chain = new Chain<>();

    private static final class Bead extends Link {
        private final String name;

        Bead(String name) {
            this.name = name;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private final Bead a = new Bead("a");
    private final Bead b = new Bead("b");
    private final Bead c = new Bead("c");

    @Test
    void aNewChainIsEmpty() {
        assertThat(chain.isEmpty()).isTrue();
        assertThat(chain.first()).isNull();
        assertThat(chain.removeFirst()).isNull();
        assertThat(chain.snapshot()).isEmpty();
    }

    @Test
    void linksStandInTheOrderInWhichTheyCame() {
        chain.add(a);
        chain.add(b);
        chain.add(c);
        assertThat(chain.isEmpty()).isFalse();
        assertThat(chain.first()).isSameAs(a);
        assertThat(chain.snapshot()).containsExactly(a, b, c);
    }

    @Test
    void whoIsAddedFirstStandsInFront() {
        chain.addFirst(b);
        chain.addFirst(a);
        chain.add(c);
        assertThat(chain.snapshot()).containsExactly(a, b, c);
    }

    @Test
    void theFirstIsTakenOutFirst() {
        chain.add(a);
        chain.add(b);
        assertThat(chain.removeFirst()).isSameAs(a);
        assertThat(a.isLinked()).isFalse();
        assertThat(chain.removeFirst()).isSameAs(b);
        assertThat(chain.removeFirst()).isNull();
        assertThat(chain.isEmpty()).isTrue();
    }

    @Test
    void whoLeavesFromTheMiddleIsMissedByNobody() {
        chain.add(a);
        chain.add(b);
        chain.add(c);
        b.unlink();
        assertThat(b.isLinked()).isFalse();
        assertThat(chain.snapshot()).containsExactly(a, c);
        a.unlink();
        c.unlink();
        assertThat(chain.isEmpty()).isTrue();
    }

    @Test
    void leavingTwiceOrNeverHavingComeDoesNothing() {
        a.unlink();
        chain.add(a);
        chain.add(b);
        a.unlink();
        a.unlink();
        assertThat(chain.snapshot()).containsExactly(b);
    }

    @Test
    void whoLeftMayComeAgain() {
        chain.add(a);
        chain.add(b);
        a.unlink();
        chain.add(a);
        assertThat(chain.snapshot()).containsExactly(b, a);
    }

    @Test
    void nobodyStandsInTwoChains() {
        chain.add(a);
        assertThatThrownBy(() -> chain.add(a))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("already in a chain: a");
        assertThatThrownBy(() -> new Chain<Bead>().addFirst(a)).hasMessage("already in a chain: a");
        assertThat(chain.snapshot()).containsExactly(a);
    }

    @Test
    void aSnapshotStaysAsItWas() {
        chain.add(a);
        var before = chain.snapshot();
        chain.add(b);
        assertThat(before).containsExactly(a);
    }

    @Test
    void anyMixOfComingAndLeavingKeepsTheOrder() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        var model = new ArrayDeque<Bead>();
        var beads = new ArrayList<Bead>();
        for (int i = 0; i < 20; i++) beads.add(new Bead("bead " + i));
        for (int step = 0; step < 20_000; step++) {
            var bead = beads.get(random.nextInt(beads.size()));
            switch (random.nextInt(4)) {
                case 0 -> {
                    if (bead.isLinked()) break;
                    chain.add(bead);
                    model.addLast(bead);
                }
                case 1 -> {
                    if (bead.isLinked()) break;
                    chain.addFirst(bead);
                    model.addFirst(bead);
                }
                case 2 -> {
                    bead.unlink();
                    model.remove(bead);
                }
                default -> assertThat(chain.removeFirst()).as("seed %d", seed).isSameAs(model.pollFirst());
            }
            assertThat(chain.snapshot()).as("seed %d", seed).containsExactlyElementsOf(model);
            assertThat(bead.isLinked()).isEqualTo(model.contains(bead));
        }
    }
}
