package dev.holdfast.carrier;

import static dev.holdfast.task.Coroutine.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat;
import dev.holdfast.future.Promise;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.task.Tasks;
import dev.holdfast.testing.OnBaton;
import dev.holdfast.testing.OnMounted;
import dev.holdfast.testing.Trail;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What `jcmd PID Thread.dump_to_file` shows of a loop.
///
/// A dump is made here while all virtual threads are parked: JDK 25.0.3 crashes when it takes one that is just
/// being mounted or unmounted, whoever carries it.
@Tag("threads")
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ThreadDumpTest {
    private static final int PATIENCE = 100; // collections
    private static final Pattern CONTAINER =
            Pattern.compile("\"container\": \"([^\"]*)\".*?(?=\"container\":|\\z)", Pattern.DOTALL);
    private static final Pattern NAME = Pattern.compile("\"name\": \"([^\"]*)\"");

    private final Trail trail = new Trail();

    @Test
    @OnMounted
    void aDumpShowsTasksUnderTheirLoop(@TempDir Path folder) throws Exception {
        try (var loop = IOLoop.open("kitchen")) {
            var tasks = Tasks.of(loop);
            var promise = new Promise<String>();
            for (var name : List.of("cook", "waiter")) {
                tasks.start(name, tasks.root(), () -> {
                    trail.mark(await(promise));
                    return null;
                });
            }
            runUntilAllWait(loop);
            assertThat(threadsUnder("IOLoop[kitchen]", dump(folder.resolve("dump.json"))))
                    .contains("cook", "waiter");
        }
    }

    @Test
    @OnMounted
    void aLoopThatWasClosedIsInNoDump(@TempDir Path folder) throws Exception {
        var loop = IOLoop.open("closed kitchen");
        loop.execute(() -> trail.mark("ran"));
        loop.run();
        loop.close();
        // The thread of the last callbacks leaves the loop on the rescue thread.
        for (int i = 0; i < PATIENCE && !loop.carrier().strands().isEmpty(); i++)
            Rescue.EXECUTOR.submit(() -> {}).get();
        assertThat(dump(folder.resolve("dump.json"))).doesNotContain("closed kitchen");
    }

    @Test
    @OnBaton
    void onTheBatonTasksStandUnderAnExecutor(@TempDir Path folder) throws Exception {
        try (var loop = IOLoop.open("kitchen")) {
            var tasks = Tasks.of(loop);
            tasks.start("cook on a baton", tasks.root(), () -> await(new Promise<String>()));
            runUntilAllWait(loop);
            assertThat(threadsUnder("java.util.concurrent.ThreadPerTaskExecutor", dump(folder.resolve("dump.json"))))
                    .contains("cook on a baton");
        }
    }

    private static void runUntilAllWait(IOLoop loop) {
        loop.callLater(Duration.ofMillis(5), loop::stop);
        loop.run();
    }

    private static String dump(Path file) throws IOException {
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                .dumpThreads(file.toString(), ThreadDumpFormat.JSON);
        return Files.readString(file);
    }

    private static List<String> threadsUnder(String loop, String dump) {
        return CONTAINER
                .matcher(dump)
                .results()
                .filter(container -> container.group(1).startsWith(loop))
                .flatMap(container -> NAME.matcher(container.group()).results())
                .map(name -> name.group(1))
                .toList();
    }
}
