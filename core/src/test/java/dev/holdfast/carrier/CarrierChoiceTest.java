package dev.holdfast.carrier;

import static dev.holdfast.task.Coroutine.yieldNow;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Holdfast;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.testing.OnBaton;
import dev.holdfast.testing.OnMounted;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Which carrier is taken, and what is said about it: docs/carriers.md. Each in a JVM of its own.
@Tag("threads")
class CarrierChoiceTest {
    private static final String FLAG = "--add-opens=java.base/java.lang=ALL-UNNAMED";
    private static final String WARNING = "WARNING: Holdfast runs on its slow carrier, the baton: add --add-opens"
            + " java.base/java.lang=ALL-UNNAMED to the java command";

    /// Runs two loops, so that a warning has a chance to come twice.
    static final class Twice {
        private Twice() {}

        public static void main(String[] args) {
            for (int i = 0; i < 2; i++) {
                System.out.println(Holdfast.run(() -> {
                    yieldNow();
                    return IOLoop.current().carrier().kind();
                }));
            }
        }
    }

    @Test
    void withTheFlagItIsMountedAndSilent() throws Exception {
        assertThat(Child.run(Twice.class, FLAG)).isEqualTo(new Child(0, "mounted\nmounted"));
    }

    @Test
    void withoutTheFlagItIsTheBatonWithOneWarning() throws Exception {
        var child = Child.run(Twice.class);
        assertThat(child.status()).isZero();
        assertThat(child.output().lines().skip(1)).containsExactly(WARNING, "baton", "baton");
    }

    @Test
    void theBatonThatWasAskedForIsSilent() throws Exception {
        assertThat(Child.run(Twice.class, "-Dholdfast.carrier=baton")).isEqualTo(new Child(0, "baton\nbaton"));
    }

    @Test
    void mountedWithoutTheFlagIsRefusedInWords() throws Exception {
        var child = Child.run(Twice.class, "-Dholdfast.carrier=mounted");
        assertThat(child.status()).isEqualTo(1);
        assertThat(child.output())
                .contains("IllegalStateException: no mounted carrier: add --add-opens java.base/java.lang=ALL-UNNAMED"
                        + " to the java command");
    }

    @Test
    void anotherWordIsRefused() throws Exception {
        var child = Child.run(Twice.class, "-Dholdfast.carrier=flying");
        assertThat(child.output()).contains("holdfast.carrier is neither mounted nor baton: flying");
    }

    @Test
    void aJarWhoseManifestOpensJavaLangNeedsNoFlag(@TempDir Path folder) throws Exception {
        var manifest = new Manifest();
        var main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        main.put(Attributes.Name.MAIN_CLASS, Twice.class.getName());
        main.put(new Attributes.Name("Add-Opens"), "java.base/java.lang");
        main.put(Attributes.Name.CLASS_PATH, classPathAsUrls());
        var jar = folder.resolve("app.jar");
        new JarOutputStream(Files.newOutputStream(jar), manifest).close();
        assertThat(Child.java("-jar", jar.toString())).isEqualTo(new Child(0, "mounted\nmounted"));
    }

    @Test
    void onTheModulePathTheFlagNamesTheModule(@TempDir Path folder) throws Exception {
        var program = folder.resolve("Kind.java");
        Files.writeString(program, """
                void main() {
                    IO.println(dev.holdfast.Holdfast.run(() -> dev.holdfast.loop.IOLoop.current().carrier().kind()));
                }
                """);
        var core = Path.of(
                IOLoop.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        var module = new String[] {"-p", core.toString(), "--add-modules", "dev.holdfast.core"};
        assertThat(Child.java(concat(module, FLAG, program.toString())).output())
                .endsWith("add --add-opens java.base/java.lang=dev.holdfast.core to the java command\nbaton");
        assertThat(Child.java(concat(module, "--add-opens=java.base/java.lang=dev.holdfast.core", program.toString())))
                .isEqualTo(new Child(0, "mounted"));
    }

    private static String[] concat(String[] first, String... rest) {
        return Stream.concat(Stream.of(first), Stream.of(rest)).toArray(String[]::new);
    }

    private static String classPathAsUrls() {
        var urls = new StringBuilder();
        for (var entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            urls.append(Path.of(entry).toUri()).append(' ');
        }
        return urls.toString();
    }

    // ---- what the choice means for threads that are not ours

    @Test
    @OnMounted
    void aVirtualThreadThatACoroutineStartsIsCarriedByTheLoop() {
        assertThat(carriedHere()).isTrue();
    }

    @Test
    @OnBaton
    void onTheBatonAVirtualThreadThatACoroutineStartsRunsBeside() {
        assertThat(carriedHere()).isFalse();
    }

    private static boolean carriedHere() {
        return Holdfast.run(() -> {
            var carrier = IOLoop.current().carrier();
            var here = new AtomicBoolean();
            var thread = Thread.ofVirtual().start(() -> here.set(carrier.isHere()));
            while (thread.isAlive()) yieldNow();
            return here.get();
        });
    }

    // ---- the JDK's version and its insides

    @Test
    void below25_0_3TheJdkIsRefused() {
        for (var version : new String[] {"25", "25.0.1", "25.0.2+10", "24.0.9"}) {
            assertThat(Internals.problemOf(Runtime.Version.parse(version)))
                    .isEqualTo("JDK " + version + " may lose wake-ups (JDK-8369227); use 25.0.3 or newer");
        }
    }

    @Test
    void from25_0_3OnItIsNot() {
        for (var version : new String[] {"25.0.3", "25.0.3+9-LTS", "25.0.10", "26", "27-ea+3"}) {
            assertThat(Internals.problemOf(Runtime.Version.parse(version))).isNull();
        }
    }

    @Test
    @OnMounted
    void theSelfTestFindsThatTheJdkHandsOverContinuationsAndTimedParks() {
        var trial = new SelfTest.Trial();
        trial.run();
        assertThat(trial.problem).isNull();
        assertThat(trial.timedParks).isEqualTo(1);
        assertThat(SelfTest.problem()).isNull();
        assertThat(SelfTest.handsOverTimedParks()).isTrue();
    }

    @Test
    @OnMounted
    void theSelfTestFindsASchedulerThatTheJdkDoesNotUse() {
        var trial = new SelfTest.Trial() {
            @Override
            public void execute(Runnable continuation) {}
        };
        trial.run();
        assertThat(trial.problem)
                .isEqualTo(
                        "JDK " + Runtime.version() + " has other insides than 25: a virtual thread made 0 of 4 steps");
    }
}
