package dev.holdfast.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The way in: what `./run` does and says.
class RunTest {
    private static final String RUN = Shell.ROOT.resolve("run").toString();

    @TempDir
    Path folder;

    private Shell shell;

    /// The first run on a fresh clone says that it fetches something.
    @BeforeAll
    static void buildCore() {
        assertThat(new Shell(Shell.ROOT).run(RUN, "examples/Seed.java").exit()).isZero();
    }

    @BeforeEach
    void openTerminal() throws IOException {
        shell = new Shell(folder);
        write(
                "Hello.java",
                "void main(String[] args) { IO.println(\"hello \" + String.join(\",\", args)); System.exit(7); }");
    }

    @Test
    void runsAProgramFromAnyFolderWithItsArgumentsAndItsExitCode() {
        assertThat(shell.run(RUN, "Hello.java", "a", "b c")).isEqualTo(new Shell.Printed(7, "hello a,b c\n", ""));
    }

    @Test
    void worksThroughALink() throws IOException {
        Files.createSymbolicLink(folder.resolve("link"), Path.of(RUN));
        assertThat(shell.run("./link", "Hello.java").out()).isEqualTo("hello \n");
        Files.delete(folder.resolve("link"));
    }

    @Test
    void passesJavaOpts() throws IOException {
        write("Opts.java", "void main() { IO.println(System.getProperty(\"a\") + System.getProperty(\"b\")); }");
        var printed = new Shell(folder, Map.of("JAVA_OPTS", "-Da=1 -Db=2")).run(RUN, "Opts.java");
        assertThat(printed).isEqualTo(new Shell.Printed(0, "12\n", ""));
    }

    @Test
    void seesHoldfastAndTheInsideOfTheJdk() throws IOException {
        write(
                "Open.java",
                "import module java.base; void main() throws Exception {"
                        + " Class.forName(\"dev.holdfast.time.Clock\");"
                        + " IO.println(Object.class.getModule().isOpen(\"java.lang\", getClass().getModule())); }");
        assertThat(shell.run(RUN, "Open.java").out()).isEqualTo("true\n");
    }

    @Test
    void listsTheExamplesOnOneScreen() throws IOException {
        var printed = shell.run(RUN);
        assertThat(printed.exit()).isZero();
        assertThat(printed.out())
                .contains("./run FILE.java", "--dump PID", "--install", "JAVA_OPTS")
                .hasLineCount(4 + examples());
        assertThat(printed.out().lines()).hasSizeLessThanOrEqualTo(24);
    }

    private static int examples() throws IOException {
        try (var files = Files.newDirectoryStream(Shell.ROOT.resolve("examples"), "*.java")) {
            int count = 0;
            for (var _ : files) count++;
            return count;
        }
    }

    @Test
    void saysInOneLineThatThereIsNoSuchFile() {
        assertThat(shell.run(RUN, "Nobody.java"))
                .isEqualTo(new Shell.Printed(1, "", "run: no such file: Nobody.java\n"));
    }

    @Test
    void saysInOneLineWhatIsNoProgram() throws IOException {
        write("notes.txt", "");
        assertThat(shell.run(RUN, "notes.txt"))
                .isEqualTo(new Shell.Printed(1, "", "run: not a .java file: notes.txt\n"));
        assertThat(shell.run(RUN, "--fly").err())
                .isEqualTo("run: unknown option --fly; ./run without arguments says what there is\n");
    }

    @Test
    void saysWhatDoesNotCompileWithoutAStackTrace() throws IOException {
        write("Broken.java", "void main() { nothing(); }");
        var printed = shell.run(RUN, "Broken.java");
        assertThat(printed.exit()).isEqualTo(1);
        assertThat(printed.err())
                .startsWith("Broken.java:1: error: cannot find symbol")
                .doesNotContain("\tat ");
        assertThat(printed.err()).endsWith("error: compilation failed\n");
    }

    /// The scripts, asked for a JDK that nobody has yet.
    @Test
    void saysInOneLineWhichJdkIsMissing() throws IOException {
        Files.createDirectory(folder.resolve("scripts"));
        Files.copy(Path.of(RUN), folder.resolve("run"));
        var finder = Files.readString(Shell.ROOT.resolve("scripts/jdk.sh"));
        write("scripts/jdk.sh", finder.replace("oldest=25\n", "oldest=99\n"));
        assertThat(shell.run("./run", "Hello.java"))
                .isEqualTo(new Shell.Printed(
                        1,
                        "",
                        "run: no JDK 99 or newer found; install one (Eclipse Temurin 99, say) or set JAVA_HOME\n"));
    }

    /// A JAVA_HOME that is too old is passed over, as a `java` on the path that is.
    @Test
    void findsAJdkByItself() throws IOException {
        Files.createDirectories(folder.resolve("old/bin"));
        write("old/release", "JAVA_VERSION=\"17.0.15\"\n");
        write("old/bin/javac", "");
        assertThat(folder.resolve("old/bin/javac").toFile().setExecutable(true)).isTrue();
        var path = Path.of(System.getProperty("java.home"), "bin") + ":" + System.getenv("PATH");
        var printed = new Shell(
                        folder, Map.of("JAVA_HOME", folder.resolve("old").toString(), "PATH", path))
                .run(RUN, "Hello.java");
        assertThat(printed.out()).isEqualTo("hello \n");
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }
}
