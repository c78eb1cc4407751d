package dev.holdfast.loop;

import java.util.random.RandomGenerator;

/// Where a loop takes its random numbers from: the machine, and in a test a seed. So whatever is left to chance
/// there happens again from the same seed.
public final class Chance {
    private static final LoopLocal<Chance> ON = LoopLocal.withInitial(_ -> new Chance());

    private RandomGenerator source = RandomGenerator.getDefault();

    private Chance() {}

    /// {@return the random numbers of `loop`}
    ///
    /// @param loop on which this is called, or which does not run
    public static RandomGenerator on(IOLoop loop) {
        return ON.get(loop).source;
    }

    /// For tests: from now on `loop` takes its random numbers from `source`.
    ///
    /// @param loop does not run yet
    /// @param source the same numbers, the same run
    public static void replace(IOLoop loop, RandomGenerator source) {
        ON.get(loop).source = source;
    }
}
