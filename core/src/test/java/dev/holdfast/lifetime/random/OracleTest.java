package dev.holdfast.lifetime.random;

import static dev.holdfast.lifetime.random.Outcome.End.CANCELLED;
import static dev.holdfast.lifetime.random.Outcome.End.DEADLOCK;
import static dev.holdfast.lifetime.random.Outcome.End.WELL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.lifetime.random.Outcome.End;
import dev.holdfast.lifetime.random.Script.Owner;
import dev.holdfast.lifetime.random.Script.Root;
import dev.holdfast.lifetime.random.Script.Step;
import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.Utf8Entry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The oracle is asked what everybody can see.
class OracleTest {
    private static final Pattern OURS = Pattern.compile("dev/holdfast/[\\w/$]+");
    private static final String HOME = "dev/holdfast/lifetime/random/";

    @Test
    void whoWaitsForNobodyIsStruckAndWhoJoinsItFailsWithIt() { // S13
        var asked = ask(List.of(new Step.Join(1)), List.of(new Step.Join(2)), List.of(new Step.Await(0)));
        assertThat(asked).isEqualTo(outcome(Map.of("main", DEADLOCK, "t1", DEADLOCK, "t2", DEADLOCK), "t2"));
    }

    @Test
    void aLeafThatRecoversSavesThoseAboveIt() { // S14
        var asked = ask(List.of(new Step.Join(1)), List.of(new Step.Try(List.of(new Step.Await(0)), List.of())));
        assertThat(asked).isEqualTo(outcome(Map.of("main", WELL, "t1", WELL), "t1"));
    }

    @Test
    void aRingIsBrokenAtItsYoungest() { // S11
        var asked = ask(List.of(new Step.Join(1)), List.of(new Step.Join(2)), List.of(new Step.Join(1)));
        assertThat(asked).isEqualTo(outcome(Map.of("main", DEADLOCK, "t1", DEADLOCK, "t2", DEADLOCK), "t2"));
    }

    @Test
    void whoseLockIsWantedIsNotLeftOut() {
        var asked = ask(
                List.of(new Step.Join(2)),
                List.of(new Step.Locked(0, List.of(new Step.Await(0)))),
                List.of(new Step.Locked(0, List.of())));
        assertThat(asked).isEqualTo(outcome(Map.of("main", WELL, "t1", DEADLOCK, "t2", WELL), "t1"));
    }

    @Test
    void theThirdVerdictIsTheLast() {
        var stubborn = new Step.Try(List.of(new Step.Await(0)), List.of());
        var asked =
                ask(List.of(new Step.Try(List.of(new Step.Join(1)), List.of())), List.of(stubborn, stubborn, stubborn));
        assertThat(asked).isEqualTo(outcome(Map.of("main", WELL, "t1", CANCELLED), "t1", "t1", "t1"));
    }

    @Test
    void whoeverMayComeFromOutsideIsAwaited() {
        var asked = ask(List.of(new Step.Hire(Script.By.THREAD, 0), new Step.Await(0)));
        assertThat(asked).isEqualTo(outcome(Map.of("main", WELL)));
    }

    @Test
    void whatIsLeftToChanceIsNotForetold() {
        var hired = new Step.Hire(Script.By.THREAD, 0);
        assertThat(ask(List.of(hired, new Step.Yield(), new Step.Race(0, 1)), List.of(new Step.Yield())))
                .isEqualTo(outcome(Map.of("main", WELL, "t1", WELL)));
        assertThat(ask(List.of(hired, new Step.Await(0)), List.of(new Step.Yield(), new Step.Yield())))
                .isNull();
    }

    @Test
    void whoWaitsOnPurposeIsNotStruck() { // S28
        assertThat(ask(List.of(new Step.Join(1)), List.of(new Step.Patient()))).isNull();
    }

    @Test
    void theOracleKnowsNothingOfHoldfast() throws IOException {
        var known = new TreeSet<String>();
        var open = new ArrayDeque<>(List.of(HOME + "Oracle"));
        while (!open.isEmpty()) {
            var name = open.remove();
            if (known.add(name) && name.startsWith(HOME)) open.addAll(namesIn(name));
        }
        assertThat(known).contains(HOME + "Vision", HOME + "Verdict", HOME + "Troupe");
        assertThat(known).allMatch(name -> name.startsWith(HOME));
    }

    private static Set<String> namesIn(String type) throws IOException {
        try (InputStream in = OracleTest.class.getResourceAsStream("/" + type + ".class")) {
            if (in == null) return Set.of(); // a method, or a part of a name
            var names = new HashSet<String>();
            ClassModel model = ClassFile.of().parse(in.readAllBytes());
            for (var entry : model.constantPool())
                if (entry instanceof Utf8Entry text)
                    OURS.matcher(text.stringValue()).results().forEach(found -> names.add(found.group()));
            return names;
        }
    }

    /// A program of main and others, who know one promise, one lock and nothing else.
    @SafeVarargs
    private static @Nullable Outcome ask(List<Step>... tasks) {
        var roots = new ArrayList<Root>();
        for (var steps : tasks) roots.add(new Root(roots.isEmpty() ? "main" : "t" + roots.size(), Owner.NONE, steps));
        return Oracle.ask(new Script(0, roots, 1, List.of(), List.of(), 0, 0, 1));
    }

    private static Outcome outcome(Map<String, End> ends, String... struck) {
        return new Outcome(ends, List.of(struck));
    }
}
