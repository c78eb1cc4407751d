package dev.holdfast.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `./run --dump PID`, asked about real programs that did nothing to prepare it.
class DumpTest {
    private static final String RUN = Shell.ROOT.resolve("run").toString();
    private static final String JAR =
            Shell.ROOT.resolve("target/run/holdfast.jar").toString();
    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    @TempDir
    Path folder;

    private Process program; // the other one; null in tests that need none

    /// The first run on a fresh clone says that it fetches something.
    @BeforeAll
    static void buildCore() {
        assertThat(new Shell(Shell.ROOT).run(RUN, "examples/Seed.java").exit()).isZero();
    }

    @AfterEach
    void end() {
        if (program != null) program.destroyForcibly();
    }

    /// Starts a program, which prints a line when it has come as far as it should.
    private String start(String carrier, String source, String... command) throws IOException {
        var file = Files.writeString(folder.resolve("Other.java"), source);
        var builder = new ProcessBuilder(new ArrayList<>(List.of(command))).redirectError(Redirect.INHERIT);
        builder.command().addLast(file.toString());
        builder.environment().put("JAVA_OPTS", "-Dholdfast.slow=off -Dholdfast.carrier=" + carrier);
        program = builder.start();
        assertThat(program.inputReader().readLine()).isEqualTo("ready");
        return Long.toString(program.pid());
    }

    private static Shell.Printed dump(String... pid) {
        var command = new String[pid.length + 2];
        command[0] = RUN;
        command[1] = "--dump";
        System.arraycopy(pid, 0, command, 2, pid.length);
        return new Shell(Shell.ROOT).run(command);
    }

    private static void expectRefusal(String why, Shell.Printed printed) {
        assertThat(printed).isEqualTo(new Shell.Printed(1, "", "dump: " + why + "\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"mounted", "baton"})
    void printsTheTreeOfAProgramThatWaits(String carrier) throws IOException {
        var pid = start(carrier, """
                import static dev.holdfast.task.Coroutine.*;
                import dev.holdfast.*;
                import dev.holdfast.queue.Queue;
                import dev.holdfast.scope.TaskScope;
                void main() {
                    Holdfast.run(() -> {
                        var jobs = new Queue<Integer>(8).named("jobs");
                        var door = dev.holdfast.loop.IOLoop.current().external("network");
                        TaskScope.run(scope -> {
                            scope.start("reader", () -> jobs.get());
                            sleep(java.time.Duration.ofMillis(10));
                            IO.println("ready");
                            awaitCancelled();
                        });
                        door.close();
                    });
                }
                """, RUN);
        for (int i = 0; i < 2; i++) { // the second time its port is open already
            var printed = dump(pid);
            assertThat(printed.err()).isEmpty();
            assertThat(printed.out().replaceAll("\\d+\\.\\d s", "0.0 s")).isEqualTo("""
                    IOLoop[main]: 2 tasks, 2 waiting; 0 ready, 0 timers, 1 external: network
                      Task[main] waiting 0.0 s on cancellation, at Other.main(Other.java:13), started at \
                    Other.main(Other.java:6)
                        TaskScope[main]
                          Task[reader] waiting 0.0 s on Queue[0/8] "jobs", at Other.main(Other.java:10), started at \
                    Other.main(Other.java:10)
                    """);
        }
        assertThat(program.isAlive()).isTrue();
    }

    @Test
    void showsWhoHoldsALoopThatDoesNotAnswer() throws IOException {
        var pid = start("mounted", """
                void main() {
                    dev.holdfast.Holdfast.run(() -> dev.holdfast.task.Coroutine.spawn("computing", () -> compute()).join());
                }
                static void compute() {
                    IO.println("ready");
                    while (true) Thread.onSpinWait();
                }
                """, RUN);
        assertThat(dump(pid).out())
                .startsWith("IOLoop[main] does not answer; Task[computing] holds it:\n    at ")
                .containsPattern("\n    at .*Other\\.compute\\(Other\\.java:6\\)\n")
                .endsWith("\n  Task[main]\n  Task[computing]\n");
    }

    @Test
    void needsOnlyTheJar() throws IOException {
        var pid = start(
                "mounted",
                "void main() { dev.holdfast.Holdfast.run(() -> { IO.println(\"ready\"); "
                        + "dev.holdfast.task.Coroutine.awaitCancelled(); }); }",
                RUN);
        var printed = new Shell(folder).run(JAVA, "-cp", JAR, "dev.holdfast.inspect.Dump", pid);
        assertThat(printed.out()).startsWith("IOLoop[main]: 1 task, 1 waiting;");
    }

    @Test
    void saysInOneLineThatThereIsNoSuchProcess() throws Exception {
        var gone = new ProcessBuilder("true").start();
        gone.waitFor();
        expectRefusal("no such process: " + gone.pid(), dump(Long.toString(gone.pid())));
    }

    @Test
    void saysInOneLineWhatIsNoNumber() {
        expectRefusal("not the number of a process: ''; jcmd lists those of Java", dump());
        expectRefusal("not the number of a process: 'Server'; jcmd lists those of Java", dump("Server"));
        expectRefusal("not the number of a process: '1 2'; jcmd lists those of Java", dump("1", "2"));
    }

    @Test
    void saysInOneLineWhatIsNotJavaAndLeavesItAlone() throws IOException {
        program = new ProcessBuilder("sleep", "100").start();
        var pid = Long.toString(program.pid());
        expectRefusal("not a Java process: " + pid, dump(pid));
        assertThat(program.isAlive()).isTrue();
    }

    @Test
    void saysInOneLineWhatIsNotHoldfast() throws IOException {
        var pid = start(
                "mounted", "void main() throws Exception { IO.println(\"ready\"); Thread.sleep(100_000); }", JAVA);
        expectRefusal("not a Holdfast program: " + pid, dump(pid));
    }

    @Test
    void saysInOneLineWhoRefuses() throws IOException {
        var pid = start(
                "mounted",
                "void main() throws Exception { IO.println(\"ready\"); Thread.sleep(100_000); }",
                JAVA,
                "-XX:+DisableAttachMechanism");
        expectRefusal("refused by process " + pid + ": The VM does not support the attach mechanism", dump(pid));
    }

    @Test
    void saysInOneLineThatThisIsNoWholeJdk() {
        var me = Long.toString(ProcessHandle.current().pid());
        for (var modules : List.of("java.base", "java.base,java.management,java.management.rmi")) {
            var printed = new Shell(folder)
                    .run(JAVA, "--limit-modules", modules, "-cp", JAR, "dev.holdfast.inspect.Dump", me);
            expectRefusal("no jcmd in " + System.getProperty("java.home") + "; run this on a whole JDK", printed);
        }
    }
}
