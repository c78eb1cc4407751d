package dev.holdfast.build;

import static java.util.Objects.requireNonNull;
import static org.junit.platform.launcher.TagFilter.excludeTags;
import static org.junit.platform.launcher.TagFilter.includeTags;

import java.io.File;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.discovery.ClassNameFilter;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/// Runs the suite many times in one JVM, where what one round leaves behind meets the next: 200 rounds of the tests
/// with real threads, 10 of all the others, one of those that are long by themselves. Each round has another order
/// of classes and methods, seeded by its number. The first round that fails is the last.
///
/// With two arguments it runs one group that often: `threads`, `others`, `long`; `scenarios`, the tests that are named
/// after those of docs/scenarios.md; `collectors`, those of them that each collector has to pass; `collectors-long`,
/// their long ones. A third says which classes, as a regular expression for their names.
final class Rounds {
    private static final Map<String, PostDiscoveryFilter> GROUPS = Map.of(
            "threads", includeTags("threads & !long"),
            "others", excludeTags("threads | long | build"),
            "long", includeTags("long"),
            "scenarios", scenariosAnd(excludeTags("long")),
            "collectors", scenariosAnd(includeTags("collectors & !long")),
            "collectors-long", scenariosAnd(includeTags("collectors & long")));

    private final String name;
    private final int rounds;
    private final String classes;
    private final PostDiscoveryFilter filter;

    private Rounds(String name, int rounds) {
        this(name, rounds, ".*");
    }

    private Rounds(String name, int rounds, String classes) {
        this.name = name;
        this.rounds = rounds;
        this.classes = classes;
        this.filter = requireNonNull(GROUPS.get(name), name);
    }

    private static PostDiscoveryFilter scenariosAnd(PostDiscoveryFilter filter) {
        return test -> FilterResult.includedIf(
                Scenarios.isOne(test) && filter.apply(test).included());
    }

    public static void main(String[] args) throws Exception {
        var all = args.length == 0
                ? List.of(new Rounds("threads", 200), new Rounds("others", 10), new Rounds("long", 1))
                : List.of(new Rounds(args[0], Integer.parseInt(args[1]), args.length == 2 ? ".*" : args[2]));
        for (var rounds : all) rounds.run();
        System.exit(0); // a thread that a test left behind must not keep us
    }

    private void run() throws Exception {
        long passed = 0;
        long start = System.nanoTime();
        for (int round = 1; round <= rounds; round++) {
            var summary = new SummaryGeneratingListener();
            LauncherFactory.create().execute(request(round), summary);
            var result = summary.getSummary();
            if (result.getTotalFailureCount() > 0 || result.getTestsFoundCount() == 0) {
                System.out.println(this + ": round " + round + " of " + rounds + " failed");
                result.printFailuresTo(new PrintWriter(System.out, true), Integer.MAX_VALUE);
                System.exit(1);
            }
            passed += result.getTestsSucceededCount();
            if (round % 10 == 0 && round < rounds)
                System.out.println(this + ": " + round + " of " + rounds + " rounds passed");
        }
        System.out.printf(
                "%s: %d rounds, %d tests, %d s%n", this, rounds, passed, (System.nanoTime() - start) / 1_000_000_000);
    }

    /// Returns the group, and what is particular of this JVM: `scenarios -Dholdfast.carrier=baton -XX:+UseZGC -Xint`.
    @Override
    public String toString() {
        var flags = ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("-D") || flag.startsWith("-X"));
        return Stream.concat(Stream.of(name), flags).collect(Collectors.joining(" "));
    }

    /// Returns the folder of the tests: it comes first on the class path.
    private static Path tests() {
        return Path.of(System.getProperty("java.class.path").split(File.pathSeparator)[0]);
    }

    private LauncherDiscoveryRequest request(int round) {
        return LauncherDiscoveryRequestBuilder.request()
                .selectors(DiscoverySelectors.selectClasspathRoots(Set.of(tests())))
                .filters(filter, ClassNameFilter.includeClassNamePatterns(classes))
                .configurationParameter(
                        "junit.jupiter.testclass.order.default", "org.junit.jupiter.api.ClassOrderer$Random")
                .configurationParameter(
                        "junit.jupiter.testmethod.order.default", "org.junit.jupiter.api.MethodOrderer$Random")
                .configurationParameter("junit.jupiter.execution.order.random.seed", Integer.toString(round))
                .build();
    }
}
