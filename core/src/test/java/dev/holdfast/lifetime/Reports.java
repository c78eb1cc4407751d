package dev.holdfast.lifetime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.testing.Logged;
import java.util.Arrays;

/// What the log should hold of verdicts.
final class Reports {
    private Reports() {}

    /// Checks that verdicts on exactly these tasks were logged, in this order, and nothing else.
    static void expect(Logged log, String... struck) {
        assertThat(log.take())
                .extracting(line -> line.getMessage().lines().findFirst().orElseThrow())
                .containsExactly(Arrays.stream(struck)
                        .map(name -> "Deadlock: nothing can wake Task[" + name
                                + "] any more (0 ready, 0 timers, 0 I/O, 0 externals)")
                        .toArray(String[]::new));
    }
}
