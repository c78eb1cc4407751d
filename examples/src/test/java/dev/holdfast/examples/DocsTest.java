package dev.holdfast.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// A whole program in the guide or the README is an example, word for word, and so is run by [ExamplesTest].
class DocsTest {
    private static final Pattern PROGRAM =
            Pattern.compile("(<!-- run: (\\S+) -->\\s*)?^```java\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);

    @TestFactory
    Stream<DynamicTest> programsInDocsAreExamples() throws IOException {
        try (var guide = Files.walk(Files.createDirectories(Shell.ROOT.resolve("docs")))) {
            var pages = guide.filter(page -> page.toString().endsWith(".md"))
                    .sorted()
                    .toList();
            return Stream.concat(Stream.of(Shell.ROOT.resolve("README.md")), pages.stream())
                    .map(page ->
                            DynamicTest.dynamicTest(Shell.ROOT.relativize(page).toString(), () -> check(page)));
        }
    }

    private static void check(Path page) throws IOException {
        for (var block : PROGRAM.matcher(Files.readString(page)).results().toList()) {
            var file = block.group(2);
            var program = block.group(3);
            if (file != null) assertThat(program).as(file).isEqualTo(Files.readString(Shell.ROOT.resolve(file)));
            else
                assertThat(program)
                        .as("a program without <!-- run: examples/Name.java --> before it")
                        .doesNotContainPattern("(?m)^void main\\(");
        }
    }
}
