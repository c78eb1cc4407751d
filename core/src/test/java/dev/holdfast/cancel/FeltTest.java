package dev.holdfast.cancel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/// What a scope remembers of who met its cancellation.
final class FeltTest {
    private final CancelScope root = CancelScope.root("root");

    private static CancelScope.Occupant lives(CancelScope scope) {
        var occupant = new CancelScope.Occupant() { // each its own: a lambda would be one for all
                    @Override
                    public void abort() {}
                };
        scope.occupy(occupant);
        return occupant;
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
        var owner = lives(root);
        var below = root.inside("below");
        var child = lives(below);
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
    void cancelledIsAnErrorSoThatCatchExceptionLetsItPass() { // rule 21, fix: a catch-all in a loop spins
        assertThat(Error.class).isAssignableFrom(Cancelled.class);
        assertThat(RuntimeException.class).isAssignableFrom(TooSlow.class);
    }
}
