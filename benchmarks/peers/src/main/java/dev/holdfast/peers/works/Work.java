package dev.holdfast.peers.works;

import java.util.stream.Stream;

/// What is measured. A figure is of one operation, in nanoseconds; of a parked task, in bytes.
enum Work {
    SWITCH("switch: one await", "switches", 20_000, Works::switches),
    START_JOIN("start + join", "startJoin", 20_000, Works::startJoin),
    PING_PONG("queue ping-pong, per item", "pingPong", 20_000, Works::pingPong),
    FAN("fan-out and fan-in of 1,000, per task", "fan", 20_000, Works::fan),
    SKYNET("skynet of 1,000,000, per leaf", "skynet", 1_000_000, Works::skynet),
    SET_CANCEL("timer: set + cancel", "setCancel", 20_000, Works::setCancel),
    SET_FIRE("timer: set + fire, of 20,000", "setFire", 20_000, Works::setFire),
    SLEEP("start + sleep 1 ms + join, of 10,000", "sleepers", 10_000, Works::sleepers),
    CALLBACK("callback from another thread", "callbacks", 20_000, Works::callbacks),
    SCOPE("scope: open + 10 tasks + close", "scopes", 20_000, Works::scopes),
    PARKED("a parked task", "park", 100_000, (_, _) -> {
        throw new UnsupportedOperationException("parked is what Parked measures");
    });

    final String title;
    final int n;
    private final String method;
    private final Play play;

    /// How a work is done.
    private interface Play {
        long by(Works works, int n) throws Exception;
    }

    Work(String title, String method, int n, Play play) {
        this.title = title;
        this.method = method;
        this.n = n;
        this.play = play;
    }

    /// Whether those who are of `type` can do it.
    boolean isIn(Class<?> type) {
        return Stream.of(type.getMethods())
                .anyMatch(each -> each.getName().equals(method) && each.getDeclaringClass() != Works.class);
    }

    /// Does it, `n` of them, and refuses what does not add up.
    void play(Works works, int n) throws Exception {
        long sum = play.by(works, n);
        if (sum != sum(n)) throw new IllegalStateException(this + " of " + n + " came to " + sum + ", not " + sum(n));
    }

    /// What comes of `n`.
    long sum(int n) {
        return switch (this) {
            case SWITCH, PING_PONG, SET_CANCEL, SET_FIRE, PARKED -> n; // their number
            case START_JOIN, FAN, SKYNET, SLEEP, CALLBACK, SCOPE -> (long) n * (n - 1) / 2; // 0 + … + (n - 1)
        };
    }

    /// How many operations [#n] are.
    int operations() {
        return this == SCOPE ? n / Works.CHILDREN : n;
    }

    /// What a figure is in.
    String unit() {
        return this == PARKED ? "bytes" : "ns";
    }
}
