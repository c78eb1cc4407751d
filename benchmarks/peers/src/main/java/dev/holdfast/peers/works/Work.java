package dev.holdfast.peers.works;

import java.util.stream.Stream;

/// What is measured. A figure is of one operation, in nanoseconds; of a parked task, in bytes.
enum Work {
    SWITCH("switch: one await", "switches", 20_000),
    START_JOIN("start + join", "startJoin", 20_000),
    PING_PONG("queue ping-pong, per item", "pingPong", 20_000),
    FAN("fan-out and fan-in of 1,000, per task", "fan", 20_000),
    SKYNET("skynet of 1,000,000, per leaf", "skynet", 1_000_000),
    SET_CANCEL("timer: set + cancel", "setCancel", 20_000),
    SET_FIRE("timer: set + fire, of 20,000", "setFire", 20_000),
    SLEEP("start + sleep 1 ms + join, of 10,000", "sleepers", 10_000),
    CALLBACK("callback from another thread", "callbacks", 20_000),
    SCOPE("scope: open + 10 tasks + close", "scopes", 20_000),
    PARKED("a parked task", "park", 100_000);

    final String title;
    final int n;
    private final String method; // of Works

    Work(String title, String method, int n) {
        this.title = title;
        this.method = method;
        this.n = n;
    }

    /// Whether those who are of `type` can do it.
    boolean isIn(Class<?> type) {
        return Stream.of(type.getMethods())
                .anyMatch(each -> each.getName().equals(method) && each.getDeclaringClass() != Works.class);
    }

    /// Does it, `n` of them, and refuses what does not add up.
    void play(Works works, int n) throws Exception {
        long sum = result(works, n);
        if (sum != sum(n)) throw new IllegalStateException(this + " of " + n + " came to " + sum + ", not " + sum(n));
    }

    private long result(Works works, int n) throws Exception {
        return switch (this) {
            case SWITCH -> works.switches(n);
            case START_JOIN -> works.startJoin(n);
            case PING_PONG -> works.pingPong(n);
            case FAN -> works.fan(n);
            case SKYNET -> works.skynet(n);
            case SET_CANCEL -> works.setCancel(n);
            case SET_FIRE -> works.setFire(n);
            case SLEEP -> works.sleepers(n);
            case CALLBACK -> works.callbacks(n);
            case SCOPE -> works.scopes(n);
            case PARKED -> throw new UnsupportedOperationException("measured by Parked");
        };
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
