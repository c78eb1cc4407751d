package dev.holdfast.cancel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.testing.Trail;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class CancelScopeTest {
    private final Trail trail = new Trail();
    private final CancelScope root = CancelScope.root("root");

    private CancelScope.Occupant lives(CancelScope scope, String name) {
        CancelScope.Occupant occupant = () -> trail.mark(name);
        scope.occupy(occupant);
        return occupant;
    }

    @Test
    void aCancellationRunsDownTheTreeAndNotUp() { // rule 21
        var left = root.inside("left");
        var right = root.inside("right");
        lives(root, "root");
        lives(left, "left");
        lives(right, "right");
        lives(left.inside("below"), "below");
        assertThat(left.cancel("enough")).isTrue();
        trail.expect("left", "below");
        assertThat(left.isCancelled()).isTrue();
        assertThat(root.isCancelled()).isFalse();
        assertThat(right.isCancelled()).isFalse();
    }

    @Test
    void itNamesTheScopeAndTheReason() { // rule 21
        root.cancel("enough");
        assertThatThrownBy(root.inside("below")::check)
                .isInstanceOfSatisfying(Cancelled.class, e -> {
                    assertThat(e.scope()).isSameAs(root);
                    assertThat(e.reason()).isEqualTo("enough");
                })
                .hasMessage("root cancelled: enough");
    }

    @Test
    void itIsSticky() { // rule 21
        assertThatCode(root::check).doesNotThrowAnyException();
        root.cancel("enough");
        for (int i = 0; i < 3; i++) assertThatThrownBy(root::check).isInstanceOf(Cancelled.class);
    }

    @Test
    void theSecondCancelDoesNothing() { // rule 21
        assertThat(root.cancel("first")).isTrue();
        assertThat(root.cancel("second")).isFalse();
        assertThatThrownBy(root::check).hasMessage("root cancelled: first");
    }

    @Test
    void aScopeMadeInACancelledOneIsCancelledFromTheStart() { // rule 21
        root.cancel("enough");
        assertThat(root.inside("below").isCancelled()).isTrue();
        assertThat(root.inside("below").isCancelledItself()).isFalse();
        assertThat(root.shieldInside("shield").isCancelled()).isFalse();
    }

    @Test
    void nothingFromAboveGoesThroughAShield() { // rule 21
        var shield = root.shieldInside("shield");
        var below = shield.inside("below");
        lives(below, "below");
        root.cancel("enough");
        trail.expect();
        assertThat(below.isCancelled()).isFalse();
        shield.cancel("limit");
        trail.expect("below");
        assertThatThrownBy(below::check).hasMessage("shield cancelled: limit");
    }

    @Test
    void ofTwoCancellationsTheOuterWins() { // rule 49
        var inner = root.inside("inner");
        inner.cancel("inner limit");
        assertThat(inner.isCancelledItself()).isTrue();
        root.cancel("outer limit");
        assertThat(inner.isCancelledItself()).isFalse();
        assertThatThrownBy(inner::check).hasMessage("root cancelled: outer limit");
    }

    @Test
    void aScopeRemembersThatItsOwnCancellationWasFelt() { // rule 49
        var inner = root.inside("inner");
        inner.cancel("inner limit");
        assertThat(inner.wasFelt()).isFalse();
        assertThatThrownBy(inner.inside("below")::check).isInstanceOf(Cancelled.class);
        assertThat(inner.wasFelt()).isTrue();
        root.cancel("outer limit");
        assertThat(inner.wasFelt()).isTrue();
        assertThat(root.wasFelt()).isFalse();
    }

    @Test
    void theOccupantIsThrownTheVeryFailureOnceAndTheOthersWhatItCaused() { // rule 43
        var owner = lives(root, "owner");
        var below = root.inside("below");
        var child = lives(below, "child");
        var failure = new IOException("boom");
        root.cancel("child failed", failure);
        assertThat(below.thrownTo(child)).isInstanceOf(Cancelled.class).hasCause(failure);
        assertThat(root.wasFailureThrown()).isFalse();
        assertThat(below.thrownTo(owner)).isSameAs(failure);
        assertThat(root.wasFailureThrown()).isTrue();
        assertThat(below.thrownTo(owner)).isInstanceOf(Cancelled.class).hasCause(failure);
    }

    @Test
    void whoIsNotCancelledIsThrownNothing() {
        assertThatThrownBy(() -> root.thrownTo(() -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("root is not cancelled");
    }

    @Test
    void aClosedScopeIsForgotten() { // rule 21
        var inner = root.inside("inner");
        lives(inner, "inner");
        inner.close();
        inner.close();
        root.cancel("enough");
        trail.expect();
        assertThat(inner.isCancelled()).isFalse();
        assertThat(inner.isLinked()).isFalse();
    }

    @Test
    void aTreeMayBeDeeperThanAStack() { // rule 21
        var scope = root;
        for (int i = 0; i < 1_000_000; i++) scope = scope.inside(i);
        root.cancel("enough");
        assertThat(scope.isCancelled()).isTrue();
    }

    @Test
    void cancelledIsAnErrorSoThatCatchExceptionLetsItPass() { // rule 21, fix: a catch-all in a loop spins
        assertThat(Error.class).isAssignableFrom(Cancelled.class);
        assertThat(RuntimeException.class).isAssignableFrom(TooSlow.class);
    }

    @Test
    void tooSlowSaysWhatAndHowLong() {
        var e = new TooSlow("Queue[0/8]", Duration.ofMillis(1500));
        assertThat(e).hasMessage("Queue[0/8]: not within 1.5 s");
        assertThat(e.limit()).isEqualTo(Duration.ofMillis(1500));
    }
}
