package dev.holdfast.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// That docs/scenarios.md tells the truth.
@Tag("build")
class ScenariosTest {
    private static final String LATER = "S27"; // the whole heap on demand: an issue of its own

    @Test
    void noneIsMissing() throws Exception {
        var numbers = Stream.concat(
                IntStream.rangeClosed(1, 34).mapToObj(number -> String.format("S%02d", number)), Stream.of("S24b"));
        assertThat(Scenarios.all().stream().map(scenario -> scenario.test().split("_")[0]))
                .containsExactlyInAnyOrderElementsOf(
                        numbers.filter(number -> !number.equals(LATER)).toList());
    }

    @Test
    void eachHasATestOfItsName() throws Exception {
        var names = Scenarios.tests().stream().map(Method::getName).toList();
        assertThat(names)
                .containsAll(
                        Scenarios.all().stream().map(Scenarios.Scenario::test).toList());
    }

    @Test
    void eachTestOfThatNameStandsWhereTheTableSays() throws Exception {
        var scenarios = Scenarios.all();
        var tests = Scenarios.tests();
        assertThat(tests).allSatisfy(test -> assertThat(scenarios).anyMatch(scenario -> scenario.isShownBy(test)));
        for (var scenario : scenarios) {
            var classes = tests.stream()
                    .filter(scenario::isShownBy)
                    .map(test -> test.getDeclaringClass().getSimpleName());
            assertThat(classes.distinct()).as(scenario.test()).containsExactlyInAnyOrderElementsOf(scenario.classes());
        }
    }

    @Test
    void whatIsMarkedRunsOnEveryCollector() throws Exception {
        var scenarios = Scenarios.all();
        for (var test : Scenarios.tests()) {
            if (tags(test).contains("long")) continue; // too long for all of them
            boolean everywhere = scenarios.stream()
                    .filter(scenario -> scenario.isShownBy(test))
                    .anyMatch(Scenarios.Scenario::everywhere);
            assertThat(tags(test).contains("collectors")).as(test.getName()).isEqualTo(everywhere);
        }
    }

    private static List<String> tags(Method test) {
        return Stream.of(test.getAnnotationsByType(Tag.class)).map(Tag::value).toList();
    }
}
