package dev.holdfast.cancel;

import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.testing.Trail;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class CancelScopeTest {
    private final Trail trail = new Trail();
    private final CancelScope root = CancelScope.root("root");
    private final CancelScope outer = root.inside("outer");
    private final CancelScope inner = outer.inside("inner");

    @Test
    void aNewScopeIsNotCancelled() {
        assertThat(inner.isCancelled()).isFalse();
        assertThat(inner.isCancelledItself()).isFalse();
        assertThat(inner.wasFelt()).isFalse();
        assertThatCode(inner::check).doesNotThrowAnyException();
        assertThatThrownBy(() -> inner.thrownTo(() -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("inner is not cancelled");
    }

    @Test
    void cancellingNamesTheScopeAndTheReason() { // rule 21
        inner.cancel("enough");
        assertThatThrownBy(inner::check)
                .isInstanceOfSatisfying(Cancelled.class, e -> {
                    assertThat(e.scope()).isSameAs(inner);
                    assertThat(e.reason()).isEqualTo("enough");
                })
                .hasMessage("inner cancelled: enough")
                .hasNoCause();
    }

    @Test
    void cancellingIsSticky() { // rule 21
        inner.cancel("enough");
        for (int i = 0; i < 3; i++) assertThatThrownBy(inner::check).isInstanceOf(Cancelled.class);
        assertThat(inner.isCancelled()).isTrue();
    }

    @Test
    void aSecondCancellationIsFalseAndTheFirstStands() {
        assertThat(inner.cancel("first")).isTrue();
        assertThat(inner.cancel("second")).isFalse();
        assertThatThrownBy(inner::check).hasMessage("inner cancelled: first");
    }

    @Test
    void aReasonIsNeeded() {
        assertThatThrownBy(() -> inner.cancel(null)).hasMessage("reason");
    }

    @Test
    void aCancellationGoesDownAndNotUp() {
        var sibling = root.inside("sibling");
        outer.cancel("enough");
        assertThat(inner.isCancelled()).isTrue();
        assertThat(inner.isCancelledItself()).isFalse();
        assertThat(outer.isCancelledItself()).isTrue();
        assertThat(root.isCancelled()).isFalse();
        assertThat(sibling.isCancelled()).isFalse();
        assertThatThrownBy(inner::check).hasMessage("outer cancelled: enough");
    }

    @Test
    void aScopeInsideACancelledOneIsCancelledFromTheStart() {
        outer.cancel("enough");
        assertThat(outer.inside("late").isCancelled()).isTrue();
        assertThat(inner.inside("later").isCancelled()).isTrue();
    }

    @Test
    void theOuterCancellationWinsWhenItComesLater() { // rule 49
        inner.cancel("inner limit");
        assertThat(outer.cancel("outer limit")).isTrue();
        assertThatThrownBy(inner::check).hasMessage("outer cancelled: outer limit");
        assertThat(inner.isCancelledItself()).isFalse();
    }

    @Test
    void theOuterCancellationWinsWhenItCameBefore() { // rule 49
        outer.cancel("outer limit");
        assertThat(inner.cancel("inner limit")).isFalse();
        assertThatThrownBy(inner::check).hasMessage("outer cancelled: outer limit");
    }

    @Test
    void aShieldKeepsWhatComesFromAbove() { // rule 21
        var shield = inner.shieldInside("shield");
        var behind = shield.inside("behind");
        outer.cancel("enough");
        assertThat(shield.isCancelled()).isFalse();
        assertThat(behind.isCancelled()).isFalse();
        assertThat(inner.shieldInside("late").isCancelled()).isFalse();
    }

    @Test
    void aShieldCanBeCancelledItself() { // rule 21: its limit
        var shield = inner.shieldInside("shield");
        var behind = shield.inside("behind");
        shield.cancel("limit");
        assertThat(behind.isCancelled()).isTrue();
        assertThat(inner.isCancelled()).isFalse();
    }

    @Test
    void occupantsAreToldFromTheOutsideIn() {
        root.occupy(() -> trail.mark("root"));
        outer.occupy(() -> trail.mark("outer"));
        inner.occupy(() -> trail.mark("inner"));
        inner.shieldInside("shield").occupy(() -> trail.mark("shield"));
        outer.inside("second").occupy(() -> trail.mark("second"));
        outer.cancel("enough");
        trail.expect("outer", "inner", "second");
    }

    @Test
    void whoLeftIsNotTold() {
        inner.occupy(() -> trail.mark("inner"));
        inner.occupy(null);
        outer.cancel("enough");
        trail.expect();
    }

    @Test
    void aClosedScopeIsForgottenByItsParent() {
        inner.occupy(() -> trail.mark("inner"));
        inner.close();
        inner.close();
        outer.cancel("enough");
        assertThat(inner.isCancelled()).isFalse();
        trail.expect();
    }

    @Test
    void aScopeMayBeClosedByAnotherWhileTheTreeIsWalked() {
        var first = outer.inside("first");
        var second = outer.inside("second");
        first.occupy(second::close);
        outer.cancel("enough");
        assertThat(first.isCancelled()).isTrue();
    }

    @Test
    void aCancellationIsFeltOnceItWasThrown() {
        inner.cancel("enough");
        assertThat(inner.wasFelt()).isFalse();
        assertThatThrownBy(inner::check).isInstanceOf(Cancelled.class);
        assertThat(inner.wasFelt()).isTrue();
    }

    @Test
    void aCancellationFromAroundIsNotThisScopesOwn() {
        outer.cancel("enough");
        assertThatThrownBy(inner::check).isInstanceOf(Cancelled.class);
        assertThat(inner.wasFelt()).isFalse();
        assertThat(outer.wasFelt()).isTrue();
    }

    @Test
    void theOccupantIsThrownTheFailureOnceAndThenItsConsequence() { // rule 43
        var failure = new IOException("disk");
        CancelScope.Occupant owner = () -> {};
        CancelScope.Occupant child = () -> {};
        outer.occupy(owner);
        inner.occupy(child);
        outer.cancel("a child failed", failure);
        assertThat(inner.thrownTo(child))
                .isInstanceOf(Cancelled.class)
                .hasMessage("outer cancelled: a child failed")
                .hasCause(failure);
        assertThat(outer.thrownTo(owner)).isSameAs(failure);
        assertThat(outer.thrownTo(owner)).isInstanceOf(Cancelled.class).hasCause(failure);
        assertThat(outer.wasFelt()).isTrue();
    }

    @Test
    void theOccupantIsThrownTheFailureAlsoFurtherIn() { // rule 43: it may stand in a block inside
        var failure = new IOException("disk");
        CancelScope.Occupant owner = () -> {};
        outer.occupy(owner);
        inner.occupy(owner);
        outer.cancel("a child failed", failure);
        assertThat(inner.thrownTo(owner)).isSameAs(failure);
    }

    @Test
    void aTreeOfManyScopesIsCancelledAsOne() {
        for (int i = 0; i < 100_000; i++) outer.inside(i);
        assertThat(root.cancel("enough")).isTrue();
        assertThat(outer.isCancelled()).isTrue();
    }

    /// A task in a block of a task in a block of …: whoever walks that by calls overflows the stack.
    @Test
    void scopesInsideEachOtherHoweverDeepAreCancelled() {
        var deepest = inner;
        for (int i = 0; i < 100_000; i++) deepest = deepest.inside(i);
        outer.cancel("enough");
        assertThat(deepest.isCancelled()).isTrue();
    }

    @Test
    void tooSlowSaysWhoseLimitAndHowLong() { // rule 49
        var tooSlow = new TooSlow("Queue[0/8]", ofMillis(1_500));
        assertThat(tooSlow).hasMessage("Queue[0/8]: not within 1.5 s");
        assertThat(tooSlow.limit()).isEqualTo(ofMillis(1_500));
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
}
