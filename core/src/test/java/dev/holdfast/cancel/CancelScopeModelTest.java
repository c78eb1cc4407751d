package dev.holdfast.cancel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Random trees grow, wither and are cancelled here and there. A scope learns what holds for it when that comes down
/// to it from above; the model looks upwards from it instead, each time anew, as far as the next shield: the
/// outermost who was asked to cancel is the one (rules 21 and 49). After each step the two agree on every scope, and
/// those who live below were told from the outside in.
class CancelScopeModelTest {
    private static final int STEPS = 150;

    @Test
    void whatComesDownIsWhatOneSeesLookingUp() { // rules 21, 49
        grow(200);
    }

    @Test
    @Tag("long")
    void whatComesDownIsWhatOneSeesLookingUpOverAndOver() { // rules 21, 49
        grow(20_000);
    }

    private static void grow(int trees) {
        long first = new Random().nextLong();
        for (long seed = first; seed < first + trees; seed++) {
            try {
                new World(new Random(seed)).live();
            } catch (AssertionError e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }

    /// A scope, and what the model knows of it.
    private static final class Node {
        private final String name;
        private final @Nullable Node parent;
        private final boolean shield;
        private final CancelScope scope;
        private final List<Node> inner = new ArrayList<>();
        private @Nullable String asked; // why it was cancelled, if it was asked and agreed
        private boolean inhabited;

        Node(String name, @Nullable Node parent, boolean shield) {
            this.name = name;
            this.parent = parent;
            this.shield = shield;
            if (parent == null) scope = CancelScope.root(name);
            else scope = shield ? parent.scope.shieldInside(name) : parent.scope.inside(name);
            if (parent != null) parent.inner.add(this);
        }

        @Nullable Node cancelledBy() {
            Node outermost = null;
            for (Node each = this; each != null; each = each.shield ? null : each.parent) {
                if (each.asked != null) outermost = each;
            }
            return outermost;
        }

        void addInhabitants(List<String> names) {
            if (inhabited) names.add(name);
            for (var each : inner) if (!each.shield) each.addInhabitants(names);
        }
    }

    private static final class World {
        private final RandomGenerator random;
        private final List<Node> nodes = new ArrayList<>();
        private final List<String> told = new ArrayList<>();
        private int names;

        World(RandomGenerator random) {
            this.random = random;
            nodes.add(new Node("root", null, false));
        }

        void live() {
            for (int step = 0; step < STEPS; step++) {
                var node = nodes.get(random.nextInt(nodes.size()));
                switch (random.nextInt(10)) {
                    case 0 -> cancel(node);
                    case 1, 2 -> close(node);
                    case 3, 4 -> moveIn(node);
                    default -> nodes.add(new Node("scope " + ++names, node, random.nextInt(5) == 0));
                }
                nodes.forEach(World::check);
            }
        }

        private void cancel(Node node) {
            boolean isFirst = node.cancelledBy() == null;
            var expected = new ArrayList<String>();
            if (isFirst) node.addInhabitants(expected);
            var reason = "reason " + ++names;
            told.clear();
            assertThat(node.scope.cancel(reason)).as(node.name).isEqualTo(isFirst);
            if (isFirst) node.asked = reason;
            assertThat(told).as(node.name).isEqualTo(expected);
        }

        /// As blocks do, from the inside out.
        private void close(Node node) {
            if (node.parent == null || !node.inner.isEmpty()) return;
            node.scope.close();
            node.parent.inner.remove(node);
            nodes.remove(node);
        }

        private void moveIn(Node node) {
            node.inhabited = !node.inhabited;
            node.scope.occupy(node.inhabited ? () -> told.add(node.name) : null);
        }

        private static void check(Node node) {
            var by = node.cancelledBy();
            assertThat(node.scope.isCancelled()).as(node.name).isEqualTo(by != null);
            assertThat(node.scope.isCancelledItself()).as(node.name).isEqualTo(by == node);
            assertThat(node.scope.reason()).as(node.name).isEqualTo(by == node ? node.asked : null);
            var thrown = catchThrowable(node.scope::check);
            if (by == null) assertThat(thrown).as(node.name).isNull();
            else assertThat(thrown).as(node.name).hasMessage(by.name + " cancelled: " + by.asked);
        }
    }
}
