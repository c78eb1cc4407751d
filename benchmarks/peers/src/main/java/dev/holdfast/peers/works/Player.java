package dev.holdfast.peers.works;

/// One of the two in [Works#switches].
///
/// @param <F> the peer's future
final class Player<F> {
    F ball; // what it awaits

    Player(F ball) {
        this.ball = ball;
    }
}
