package dev.holdfast.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A user's own project, exactly as the README has it: nobody types a flag, and it runs mounted. It installs Holdfast
/// into the local Maven
/// repository, as the README tells people to.
class OwnProjectTest {
    private static final Pattern FILE =
            Pattern.compile("^```\\w+\n(?:// |<!-- )(\\S+)(?: -->)?\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
    private static final String SECTION = "## Your own project\n";

    @TempDir
    Path folder;

    @BeforeEach
    void writeTheFilesOfTheReadme() throws IOException {
        var readme = Files.readString(Shell.ROOT.resolve("README.md"));
        var section =
                readme.substring(readme.indexOf(SECTION) + SECTION.length()).split("(?m)^## ")[0];
        assertThat(section).contains("`./run --install`", "`mvn -q package`", "`java -jar target/hello-1.jar`");
        for (var file : FILE.matcher(section).results().toList()) {
            var path = folder.resolve(file.group(1));
            Files.createDirectories(path.getParent());
            Files.writeString(path, file.group(2));
        }
        assertThat(folder.resolve("pom.xml")).exists();
        assertThat(Files.readAllLines(folder.resolve("pom.xml"))).hasSizeLessThanOrEqualTo(30);
    }

    @Test
    void buildsTestsAndRunsMounted() {
        var home = System.getProperty("java.home");
        var shell = new Shell(folder, Map.of("JAVA_HOME", home, "PATH", home + "/bin:" + System.getenv("PATH")));

        var install = shell.run(Shell.ROOT.resolve("run").toString(), "--install");
        assertThat(install.out()).as(install.err()).isEqualTo("""
                installed dev.holdfast:holdfast-core:0.1.0-SNAPSHOT
                installed dev.holdfast:holdfast-junit:0.1.0-SNAPSHOT
                installed dev.holdfast:holdfast-net:0.1.0-SNAPSHOT
                """);

        var build = shell.run("mvn", "-q", "package");
        assertThat(build.exit()).as(build.out() + build.err()).isZero();
        assertThat(folder.resolve("target/surefire-reports/TEST-HelloTest.xml"))
                .content()
                .contains("tests=\"1\"");

        // Silent is what the mounted carrier is; the baton would warn.
        assertThat(build.out() + build.err()).doesNotContain("holdfast");
        assertThat(shell.run("env", "java", "-jar", "target/hello-1.jar"))
                .isEqualTo(new Shell.Printed(0, "hello, world\n", ""));
        // And who insists on mounted is refused where that can't be.
        var insist = shell.run("env", "java", "-Dholdfast.carrier=mounted", "-jar", "target/hello-1.jar");
        assertThat(insist).isEqualTo(new Shell.Printed(0, "hello, world\n", ""));
        var strict = shell.run("mvn", "-q", "surefire:test", "-Dholdfast.carrier=mounted");
        assertThat(strict.exit()).as(strict.out() + strict.err()).isZero();
    }
}
