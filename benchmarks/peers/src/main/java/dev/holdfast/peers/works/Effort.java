package dev.holdfast.peers.works;

/// How thoroughly it is measured.
///
/// @param rounds how many processes of its own each work has on each peer
/// @param warmups how many iterations before the figures, in each of them
/// @param iterations how many figures, in each of them
/// @param millis how long an iteration lasts; at least one invocation
record Effort(int rounds, int warmups, int iterations, int millis) {
    /// What is worth printing.
    static final Effort FULL = new Effort(Integer.getInteger("rounds", 3), 10, 5, 500);

    /// Whether it works.
    static final Effort QUICK = new Effort(1, 1, 1, 100);

    /// The same for what takes a second a time, or collects all garbage.
    Effort forLong() {
        return new Effort(rounds, Math.min(3, warmups), Math.min(3, iterations), millis);
    }
}
