package dev.holdfast.build;

import static org.junit.platform.launcher.TagFilter.excludeTags;
import static org.junit.platform.launcher.TagFilter.includeTags;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Set;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/// Runs the suite many times in one JVM, where what one round leaves behind meets the next: 200 rounds of the tests
/// with real threads, 10 of all the others, one of those that are long by themselves. Each round has another order
/// of classes and methods, seeded by its number. The first round that fails is the last.
final class Rounds {
    private final String name;
    private final int rounds;
    private final PostDiscoveryFilter filter; // which tests

    private Rounds(String name, int rounds, PostDiscoveryFilter filter) {
        this.name = name;
        this.rounds = rounds;
        this.filter = filter;
    }

    /// Runs `threads`, `others` and `long` of the tests in the folder that comes first, or that one which is named
    /// after it.
    public static void main(String[] args) throws Exception {
        var tests = Path.of(args[0]);
        var all = new Rounds[] {
            new Rounds("threads", 200, includeTags("threads & !long")),
            new Rounds("others", 10, excludeTags("threads | long | build")),
            new Rounds("long", 1, includeTags("long"))
        };
        for (var rounds : all) if (args.length == 1 || args[1].equals(rounds.name)) rounds.run(tests);
        System.exit(0); // a thread that a test left behind must not keep us
    }

    private void run(Path tests) throws Exception {
        long passed = 0;
        long start = System.nanoTime();
        for (int round = 1; round <= rounds; round++) {
            var summary = new SummaryGeneratingListener();
            LauncherFactory.create().execute(request(tests, round), summary);
            var result = summary.getSummary();
            if (result.getTotalFailureCount() > 0) {
                System.out.println(name + ": round " + round + " of " + rounds + " failed");
                result.printFailuresTo(new PrintWriter(System.out, true), Integer.MAX_VALUE);
                System.exit(1);
            }
            passed += result.getTestsSucceededCount();
            if (round % 10 == 0) System.out.println(name + ": " + round + " of " + rounds + " rounds passed");
        }
        System.out.printf(
                "%s: %d rounds, %d tests, %d s%n", name, rounds, passed, (System.nanoTime() - start) / 1_000_000_000);
    }

    private LauncherDiscoveryRequest request(Path tests, int round) {
        return LauncherDiscoveryRequestBuilder.request()
                .selectors(DiscoverySelectors.selectClasspathRoots(Set.of(tests)))
                .filters(filter)
                .configurationParameter(
                        "junit.jupiter.testclass.order.default", "org.junit.jupiter.api.ClassOrderer$Random")
                .configurationParameter(
                        "junit.jupiter.testmethod.order.default", "org.junit.jupiter.api.MethodOrderer$Random")
                .configurationParameter("junit.jupiter.execution.order.random.seed", Integer.toString(round))
                .build();
    }
}
