package dev.holdfast.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Every example prints what the `.out` beside it says, on both carriers, run as a reader would run it.
class ExamplesTest {
    @TestFactory
    Stream<DynamicTest> examplesPrintWhatIsWritten() throws IOException {
        return examples()
                .flatMap(example -> Stream.of("mounted", "baton")
                        .map(carrier -> DynamicTest.dynamicTest(
                                example.getFileName() + " on " + carrier, () -> check(example, carrier))));
    }

    private static void check(Path example, String carrier) throws IOException {
        var shell = new Shell(Shell.ROOT, Map.of("JAVA_OPTS", "-Dholdfast.carrier=" + carrier));
        var printed = shell.run("./run", "examples/" + example.getFileName());
        var expected = Path.of(example.toString().replaceAll("\\.java$", ".out"));
        assertThat(withoutTimes(printed.out())).as(printed.err()).isEqualTo(Files.readString(expected));
        assertThat(printed.exit()).as(printed.err()).isZero();
    }

    /// How long somebody waited depends on the machine.
    private static String withoutTimes(String printed) {
        return printed.replaceAll("waiting \\d+\\.\\d s", "waiting 0.0 s");
    }

    @TestFactory
    Stream<DynamicTest> examplesBeginWithALineThatSaysWhatTheyShow() throws IOException {
        return examples()
                .map(example -> DynamicTest.dynamicTest(
                        example.getFileName().toString(),
                        () -> assertThat(Files.readAllLines(example).getFirst()).matches("///? .*\\.")));
    }

    private static Stream<Path> examples() throws IOException {
        try (var files = Files.list(Shell.ROOT.resolve("examples"))) {
            return files.filter(file -> file.toString().endsWith(".java")).sorted().toList().stream();
        }
    }
}
