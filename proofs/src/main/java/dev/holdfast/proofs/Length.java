package dev.holdfast.proofs;

/// How long to look for what must not happen.
enum Length {
    /// With each build: a fraction of a second for each.
    SHORT("-f 1 -iters 1 -time 300 -sc false -jvmArgs", 20, 200),

    /// At night: every way in which the JVM may compile the two actors, and its compilers in disorder.
    LONG("-f 1 -iters 2 -time 1000 -jvmArgsPrepend", 50, 1_000);

    final String races; // jcstress's options; flags of the JVM follow
    final int stories; // for Lincheck
    final int orders; // of each story

    Length(String races, int stories, int orders) {
        this.races = races;
        this.stories = stories;
        this.orders = orders;
    }
}
