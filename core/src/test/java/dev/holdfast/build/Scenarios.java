package dev.holdfast.build;

import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.support.descriptor.MethodSource;

/// The scenarios of docs/scenarios.md, and the tests that are named after them.
public final class Scenarios {
    private static final Path TABLE = Path.of("../docs/scenarios.md");
    private static final Pattern TEST = Pattern.compile("S\\d\\d[a-z]?_\\w+");
    private static final Pattern ROW =
            Pattern.compile("\\| (S\\d\\d[a-z]?) \\| (\\w+) \\| [^|]+ \\| (●?) ?\\| (\\w+(?:, \\w+)*) \\|");

    private Scenarios() {}

    /// One of them.
    ///
    /// @param test what its test is called; variants go on after an underscore
    /// @param everywhere whether each collector has to pass it
    /// @param classes where its tests stand, by simple name
    record Scenario(String test, boolean everywhere, List<String> classes) {
        boolean isShownBy(Method method) {
            return method.getName().equals(test) || method.getName().startsWith(test + "_");
        }
    }

    static List<Scenario> all() throws IOException {
        return ROW.matcher(Files.readString(TABLE))
                .results()
                .map(row -> new Scenario(
                        row.group(1) + "_" + row.group(2),
                        !row.group(3).isEmpty(),
                        List.of(row.group(4).split(", "))))
                .toList();
    }

    static boolean isOne(TestDescriptor test) {
        return test.getSource().orElse(null) instanceof MethodSource method && isOne(method.getMethodName());
    }

    private static boolean isOne(String method) {
        return TEST.matcher(method).matches();
    }

    /// Returns the folder of the compiled tests.
    static Path folder() throws URISyntaxException {
        return Path.of(Scenarios.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
    }

    /// Returns all tests of core that are named after a scenario.
    static List<Method> tests() throws Exception {
        return testsIn(folder());
    }

    /// Returns all tests in `folder`, of compiled ones, that are named after a scenario.
    public static List<Method> testsIn(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            return files.map(folder::relativize)
                    .map(Path::toString)
                    .filter(file -> file.endsWith("Test.class"))
                    .map(file -> file.replace(".class", "")
                            .replace(folder.getFileSystem().getSeparator(), "."))
                    .flatMap(Scenarios::testsOf)
                    .toList();
        }
    }

    private static Stream<Method> testsOf(String type) {
        try {
            return Stream.of(Class.forName(type).getDeclaredMethods()).filter(method -> isOne(method.getName()));
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }
}
