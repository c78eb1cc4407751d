package dev.holdfast.net.process;

import static dev.holdfast.task.Coroutine.await;
import static dev.holdfast.task.Coroutine.awaitCancelled;
import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static dev.holdfast.task.Coroutine.yieldNow;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.holdfast.Holdfast;
import dev.holdfast.Program;
import dev.holdfast.future.Promise;
import dev.holdfast.lifetime.Deadlock;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.net.Leaks;
import dev.holdfast.net.stream.StreamClosed;
import dev.holdfast.task.Action;
import dev.holdfast.testing.Logged;
import java.io.UncheckedIOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Other programs. After each test no process, no thread of a pipe and no file is left.
@Tag("threads")
final class SubprocessTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration SHORT = Duration.ofMillis(50);
    private static final int TERM = 128 + 15;
    private static final int KILL = 128 + 9;

    @TempDir
    Path folder;

    private int files;

    private static <X extends Throwable> void run(Action<X> body) throws X {
        Holdfast.run(LIMIT, body);
    }

    @BeforeEach
    void countFiles() throws Exception {
        run(() -> Subprocess.start("true").close()); // what stays open for good is opened
        Leaks.expectNoThread("holdfast-pipe");
        files = Leaks.files();
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        Leaks.expectNoThread("holdfast-pipe");
        Leaks.expectFiles(files);
        assertThat(ProcessHandle.current().children()).isEmpty();
    }

    // ---- talking to it

    @Test
    void whatIsWrittenItReadsAndWhatItPrintsIsRead() {
        run(() -> {
            try (var sort = Subprocess.start("sort", "-u")) {
                sort.stream().write(bytes("b\na\nb\n"));
                sort.stream().closeWrite();
                assertThat(text(sort.stream().readAll())).isEqualTo("a\nb\n");
                assertThat(sort.join()).isZero();
                assertThat(sort.join()).isZero();
            }
        });
    }

    @Test
    void itsStatusIsWhatItSays() {
        run(() -> {
            try (var child = shell("exit 3")) {
                assertThat(child.join()).isEqualTo(3);
                assertThat(child.isAlive()).isFalse();
                assertThat(child.describe()).isEqualTo("Subprocess[sh], ended; was " + child.pid());
            }
        });
    }

    @Test
    void whatItPrintedBeforeItsEndIsReadAfterIt() {
        run(() -> {
            try (var child = shell("echo hello")) {
                child.join();
                assertThat(text(child.stream().readAll())).isEqualTo("hello\n");
            }
        });
    }

    @Test
    void aReadThatIsCancelledLeavesThePipeUsable() {
        run(() -> {
            try (var cat = Subprocess.start("cat")) {
                for (int i = 0; i < 20; i++) {
                    var reader = spawn("reader", () -> cat.stream().readLine());
                    yieldNow();
                    reader.cancel("on purpose");
                    assertThatExceptionOfType(CancellationException.class).isThrownBy(reader::join);
                }
                cat.stream().write(bytes("still here\n"));
                assertThat(cat.stream().readLine()).isEqualTo("still here");
            }
        });
    }

    // ---- how it is started

    @Test
    void itRunsWhereItIsToldTo() throws Exception {
        var real = folder.toRealPath();
        run(() -> {
            try (var child = Subprocess.command("pwd").directory(real).start()) {
                assertThat(child.stream().readLine()).isEqualTo(real.toString());
            }
        });
    }

    @Test
    void itHasTheVariablesThatItIsGiven() {
        run(() -> {
            try (var child = Subprocess.command("sh", "-c", "echo $COLOUR $HOME")
                    .emptyEnvironment()
                    .environment("COLOUR", "red")
                    .start()) {
                assertThat(child.stream().readLine()).isEqualTo("red");
            }
        });
    }

    @Test
    void itsErrorsAreReadByThemselves() {
        run(() -> {
            try (var child = Subprocess.command("sh", "-c", "echo good; echo bad >&2")
                    .separateErrors()
                    .start()) {
                assertThat(text(child.stream().readAll())).isEqualTo("good\n");
                assertThat(text(child.errors().readAll())).isEqualTo("bad\n");
                assertThat(child.errors()).hasToString("errors of Subprocess[sh]");
            }
        });
    }

    @Test
    void itsErrorsAreMixedIntoWhatItPrints() {
        run(() -> {
            try (var child = Subprocess.command("sh", "-c", "echo good; echo bad >&2")
                    .mergeErrors()
                    .start()) {
                assertThat(text(child.stream().readAll())).isEqualTo("good\nbad\n");
                assertThatIllegalStateException()
                        .isThrownBy(child::errors)
                        .withMessage("Subprocess[sh] has no errors of its own; say separateErrors");
            }
        });
    }

    @Test
    void ifNothingIsSaidItsErrorsGoWhereOursGo() throws Exception {
        try (var program = Program.start(Complainer.class)) {
            program.awaitLine("bad");
            assertThat(program.status()).isZero();
        }
    }

    /// A program whose child complains.
    static final class Complainer {
        static void main() {
            run(() -> {
                try (var child = shell("echo bad >&2")) {
                    child.join();
                }
            });
        }
    }

    @Test
    void aProgramThatIsNotThereIsAnErrorInWords() {
        run(() -> {
            assertThatExceptionOfType(UncheckedIOException.class)
                    .isThrownBy(() -> Subprocess.start("no-such-program"))
                    .withMessage("cannot start no-such-program: No such file or directory");
            assertThatExceptionOfType(UncheckedIOException.class)
                    .isThrownBy(() -> Subprocess.start("/etc/passwd"))
                    .withMessage("cannot start /etc/passwd: Permission denied");
            var nowhere = folder.resolve("nowhere");
            assertThatExceptionOfType(UncheckedIOException.class)
                    .isThrownBy(
                            () -> Subprocess.command("cat").directory(nowhere).start())
                    .withMessage("cannot start cat in " + nowhere + ": No such file or directory");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Subprocess.start())
                    .withMessage("no program to start");
        });
    }

    @Test
    void oneThatIsCancelledWhileItStartsIsNotLeft() { // nothingIsLeft would say so
        run(() -> {
            for (int turns = 0; turns < 10; turns++) {
                var starter = spawn("starter", () -> {
                    try (var _ = Subprocess.start("cat")) {
                        awaitCancelled();
                    }
                });
                for (int i = 0; i < turns; i++) yieldNow();
                starter.cancel("on purpose");
                assertThatExceptionOfType(CancellationException.class).isThrownBy(starter::join);
            }
        });
    }

    // ---- its end

    @Test
    void leavingTheBlockEndsIt() {
        run(() -> {
            var cat = Subprocess.start("cat");
            try (cat) {
                assertThat(cat.isAlive()).isTrue();
            }
            assertThat(cat.isAlive()).isFalse();
            assertThat(cat.join()).isEqualTo(TERM);
        });
    }

    @Test
    void aCancellationEndsIt() {
        run(() -> {
            var child = new Promise<Subprocess>("child");
            var waiting = spawn("waiting", () -> {
                try (var cat = Subprocess.start("cat")) {
                    child.complete(cat);
                    cat.join();
                }
            });
            var cat = await(child);
            waiting.cancel("on purpose");
            assertThatExceptionOfType(CancellationException.class).isThrownBy(waiting::join);
            assertThat(cat.isAlive()).isFalse();
        });
    }

    @Test
    void aJoinThatIsCancelledLeavesItRunning() {
        run(() -> {
            try (var cat = Subprocess.start("cat")) {
                var joiner = spawn("joiner", cat::join);
                yieldNow();
                joiner.cancel("on purpose");
                assertThatExceptionOfType(CancellationException.class).isThrownBy(joiner::join);
                assertThat(cat.isAlive()).isTrue();
                cat.kill();
                assertThat(cat.join()).isEqualTo(KILL);
            }
        });
    }

    @Test
    void oneThatIgnoresTheQuestionIsKilled() {
        run(() -> {
            var deaf = Subprocess.command("sh", "-c", "trap '' TERM; echo ready; while :; do sleep 0.05; done")
                    .patience(Duration.ofMillis(300))
                    .start();
            try (deaf) {
                deaf.stream().readLine();
                deaf.terminate();
                sleep(SHORT);
                assertThat(deaf.isAlive()).isTrue();
            }
            assertThat(deaf.join()).isEqualTo(KILL);
        });
    }

    @Test
    void withoutPatienceItIsKilledAtOnce() {
        run(() -> {
            var cat = Subprocess.command("cat").patience(Duration.ZERO).start();
            cat.close();
            cat.close();
            assertThat(cat.join()).isEqualTo(KILL);
        });
    }

    /// One that lives on would keep the pipe open, and our thread in a read.
    @Test
    @SuppressWarnings("try") // one is closed before its time
    void whatItHasStartedEndsWithIt() {
        run(() -> {
            try (var child = shell("sleep 1000 & echo $!; wait")) {
                long sleeper = Long.parseLong(child.stream().readLine());
                assertThat(runs(sleeper)).isTrue();
                child.close();
                assertThat(runs(sleeper)).isFalse();
            }
        });
    }

    /// Returns false also of one that has ended and waits for the system to bury it.
    private static boolean runs(long pid) {
        return ProcessHandle.of(pid).flatMap(each -> each.info().commandLine()).isPresent();
    }

    @Test
    void whatItStartsWhenItIsAskedToEndEndsWithItToo() throws Exception {
        var sleepers = folder.resolve("sleepers");
        run(() -> {
            var script = "trap 'echo no' TERM; while :; do sleep 1000 & echo $! >> sleepers; echo; wait $!; done";
            var child = Subprocess.command("sh", "-c", script)
                    .directory(folder)
                    .patience(Duration.ofSeconds(2))
                    .start();
            try (child) {
                child.stream().readLine();
            }
        });
        var pids = Files.readAllLines(sleepers);
        assertThat(pids).hasSizeGreaterThan(1);
        for (var pid : pids) assertThat(runs(Long.parseLong(pid))).isFalse();
    }

    /// Where the system's first process buries nobody, as in many a container, its dead stay listed for ever.
    @Test
    void whoNobodyBuriesIsNotWaitedFor() throws Exception {
        try (var program = Program.start(Orphanage.class, "--enable-native-access=ALL-UNNAMED")) {
            program.awaitLine("closed");
            assertThat(program.status()).isZero();
        }
    }

    /// A program that becomes the parent of all orphans below it, and buries none of them.
    static final class Orphanage {
        private static final int PR_SET_CHILD_SUBREAPER = 36;

        @SuppressWarnings("restricted") // its JVM is told that it may
        static void main() throws Throwable {
            var linker = Linker.nativeLinker();
            var type = FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG);
            var prctl = linker.downcallHandle(linker.defaultLookup().findOrThrow("prctl"), type);
            int refused = (int) prctl.invokeExact(PR_SET_CHILD_SUBREAPER, 1L);
            if (refused != 0) throw new AssertionError("prctl: " + refused);
            try (var parent = Program.start(Parent.class)) {
                IO.println(parent.rest());
            }
        }
    }

    /// A program with a child that has a child.
    static final class Parent {
        static void main() {
            run(() -> {
                try (var child = shell("sleep 1000 & echo; wait")) {
                    child.stream().readLine();
                }
                IO.println("closed");
            });
        }
    }

    @Test
    void aPatienceThatMakesNoSenseIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Subprocess.command("cat").patience(Duration.ofSeconds(-1)))
                .withMessage("patience < 0: -1 s");
    }

    @Test
    void endlessPatienceEndsWithIt() {
        run(() -> {
            var cat = Subprocess.command("cat")
                    .patience(Duration.ofSeconds(Long.MAX_VALUE))
                    .start();
            cat.close();
            assertThat(cat.join()).isEqualTo(TERM);
        });
    }

    @Test
    void aCallbackMayCloseIt() {
        run(() -> {
            var cat = Subprocess.start("cat");
            IOLoop.current().execute(cat::close);
            assertThat(cat.join()).isEqualTo(TERM);
        });
    }

    @Test
    void oneThatNobodyClosesEndsWithItsLoop() { // nothingIsLeft would say so
        run(() -> Subprocess.start("cat"));
    }

    @Test
    void whatItHasStartedEndsWithItsLoopToo() { // else it keeps the pipe open, and nothingIsLeft says so
        run(() -> shell("sleep 1000 & echo; wait").stream().readLine());
    }

    // ---- faults

    @Test
    void oneThatClosesItsInputIsToldToWhoWrites() {
        run(() -> {
            try (var child = shell("exec <&-; echo closed; sleep 1000")) {
                child.stream().readLine();
                assertThatExceptionOfType(StreamClosed.class)
                        .isThrownBy(() -> {
                            while (true) child.stream().write(new byte[100_000]);
                        })
                        .withMessage("Subprocess[sh] failed: Broken pipe");
            }
        });
    }

    @Test
    void oneThatHasEndedIsToldToWhoWrites() {
        run(() -> {
            try (var child = Subprocess.start("true")) {
                child.join();
                assertThatExceptionOfType(StreamClosed.class).isThrownBy(() -> {
                    while (true) child.stream().write(new byte[100_000]);
                });
            }
        });
    }

    @Test
    void oneThatPrintsWithoutEndWaitsForWhoReads() {
        run(() -> {
            try (var yes = Subprocess.start("yes")) {
                yes.stream().readExactly(1_000);
                long before = cpuTime(yes);
                sleep(SHORT);
                sleep(SHORT);
                assertThat(cpuTime(yes) - before)
                        .isLessThan(Duration.ofMillis(50).toNanos());
                yes.stream().skip(10_000_000);
            }
        });
    }

    private static long cpuTime(Subprocess child) {
        return ProcessHandle.of(child.pid())
                .flatMap(each -> each.info().totalCpuDuration())
                .orElseThrow()
                .toNanos();
    }

    @Test
    void oneThatReadsNothingHasWhoWritesWait() {
        run(() -> {
            try (var child = Subprocess.start("sleep", "1000")) {
                var writer = spawn("writer", () -> child.stream().write(new byte[1_000_000]));
                sleep(SHORT);
                assertThat(writer.future().isDone()).isFalse();
                child.kill();
                assertThatExceptionOfType(StreamClosed.class)
                        .isThrownBy(writer::join)
                        .withMessageStartingWith("Subprocess[sleep] failed: ");
            }
        });
    }

    @Test
    @SuppressWarnings("try") // one is closed before its time
    void closingItWhileItReadsNothingHangsNobody() {
        run(() -> {
            try (var child = Subprocess.start("sleep", "1000")) {
                var writer = spawn("writer", () -> child.stream().write(new byte[1_000_000]));
                sleep(SHORT);
                child.close();
                assertThatExceptionOfType(StreamClosed.class).isThrownBy(writer::join);
            }
        });
    }

    @Test
    void manyAtATime() {
        run(() -> {
            var children = new java.util.ArrayList<Subprocess>();
            for (int i = 0; i < 20; i++) children.add(Subprocess.start("cat"));
            for (var each : children) each.stream().write(bytes("hello\n"));
            for (var each : children) assertThat(each.stream().readLine()).isEqualTo("hello");
            children.forEach(Subprocess::close);
        });
    }

    @Test
    void whoWaitsBesideOneThatHasEndedIsTold(Logged log) {
        assertThatExceptionOfType(Deadlock.class)
                .isThrownBy(() -> Holdfast.run(
                        () -> { // a limit would count
                            try (var child = Subprocess.start("true")) {
                                child.join();
                                assertThat(child.stream().readAll()).isEmpty();
                                await(new Promise<Void>("never"));
                            }
                        }));
        assertThat(log.take()).hasSize(1);
    }

    private static Subprocess shell(String script) {
        return Subprocess.start("sh", "-c", script);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, UTF_8);
    }
}
