package dev.holdfast.net.build;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.build.Scenarios;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// That docs/scenarios.md tells the truth of what is shown on real TCP.
@Tag("build")
class ScenariosTest {
    private static final Path TABLE = Path.of("../docs/scenarios.md");
    private static final Pattern ROW = Pattern.compile("\\| (S\\d\\d) \\| (\\w+) \\| [^|]+ \\| (\\w+) \\|");

    @Test
    void eachHasATestOfItsNameWhereTheTableSays() throws Exception {
        var here = Path.of(
                getClass().getProtectionDomain().getCodeSource().getLocation().toURI());
        var tests = Scenarios.testsIn(here).stream()
                .map(test -> test.getDeclaringClass().getSimpleName() + "." + test.getName());
        var rows = ROW.matcher(Files.readString(TABLE)).results();
        assertThat(tests.collect(toSet()))
                .isNotEmpty()
                .isEqualTo(rows.map(row -> row.group(3) + "." + row.group(1) + "_" + row.group(2))
                        .collect(toSet()));
    }
}
