package dev.holdfast.proofs;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.openjdk.jcstress.JCStress;
import org.openjdk.jcstress.Options;
import org.openjdk.jcstress.infra.collectors.DiskReadCollector;
import org.openjdk.jcstress.infra.collectors.InProcessCollector;
import org.openjdk.jcstress.infra.collectors.TestResult;
import org.openjdk.jcstress.infra.grading.ReportUtils;

/// The proofs by jcstress. What that says at length goes to files; here each race is a line.
final class Races {
    private static final String FLAGS =
            "--add-opens java.base/java.lang=ALL-UNNAMED --enable-native-access=ALL-UNNAMED -Dholdfast.carrier=mounted";
    private static final List<String> MANY = List.of("-strideSize", "256");
    private static final List<String> FEW = List.of("-strideSize", "128", "-strideCount", "1");

    private Races() {}

    /// Runs those whose names match.
    ///
    /// @param folder for what jcstress writes; its raw results lie in the current one
    /// @param wanted a regular expression
    static List<Verdict> run(Length length, Path folder, String wanted) throws Exception {
        var those = "(?=.*(?:" + wanted + "))";
        var verdicts = new ArrayList<>(run(length, folder, "^(?!.*Poller)" + those, MANY));
        // Few pollers are made ahead: each is three files, and a process may have no more than a thousand.
        verdicts.addAll(run(length, folder, "^(?=.*Poller)" + those, FEW));
        return verdicts;
    }

    private static List<Verdict> run(Length length, Path folder, String wanted, List<String> ahead) throws Exception {
        var words = new ArrayList<>(List.of(length.races.split(" ")));
        // Who waits for the other lets somebody else have the processor: on a busy machine that gives ten times the
        // races.
        words.addAll(List.of(FLAGS, "-spinStyle", "THREAD_YIELD"));
        words.addAll(ahead);
        words.addAll(List.of("-t", wanted, "-r", folder.resolve("jcstress").toString()));
        var options = new Options(words.toArray(String[]::new));
        if (!options.parse()) throw new IllegalStateException("jcstress refuses " + words);
        var names = race(options);
        return names.isEmpty() ? List.of() : verdicts(options, names);
    }

    /// Returns the names of those that were to be run.
    private static Set<String> race(Options options) throws Exception {
        var races = new JCStress(options);
        var names = new TreeSet<>(races.getTests());
        try {
            if (!names.isEmpty()) races.run();
        } catch (AssertionError e) {
            System.out.println(e); // what failed we read from the results
        }
        return names;
    }

    private static List<Verdict> verdicts(Options options, Set<String> names)
            throws IOException, ClassNotFoundException {
        var results = new InProcessCollector();
        var disk = new DiskReadCollector(options.getResultFile(), results);
        disk.dump();
        disk.close();
        var verdicts = new ArrayList<Verdict>();
        for (var result : ReportUtils.mergedByName(results.getTestResults())) {
            names.remove(result.getName());
            verdicts.add(verdict(result));
        }
        for (var name : names) verdicts.add(new Verdict(last(name), false, "was not run: two processors are needed"));
        return verdicts;
    }

    private static Verdict verdict(TestResult result) {
        var grading = result.grading();
        boolean holds = grading.isPassed && ReportUtils.statusToPassed(result);
        var story = new StringBuilder(String.format(Locale.ROOT, "%,d races", result.getTotalCount()));
        for (var state : new TreeSet<>(result.getStateKeys())) {
            story.append(String.format(Locale.ROOT, "; %s: %,d", state, result.getCount(state)));
        }
        if (!holds)
            result.getMessages().forEach(message -> story.append("\n    ").append(message));
        return new Verdict(last(result.getName()), holds, story.toString());
    }

    private static String last(String name) {
        return name.substring(name.lastIndexOf('.') + 1);
    }
}
