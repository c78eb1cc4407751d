package dev.holdfast.lifetime;

import static dev.holdfast.task.Coroutine.await;
import static dev.holdfast.task.Coroutine.spawn;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Holdfast;
import dev.holdfast.future.Promise;
import dev.holdfast.task.Task;
import dev.holdfast.testing.Logged;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Issue 3, "what it must show" 5: a hundred thousand who are stuck at once. `./test --long` prints how long it took.
@Tag("long")
class ManyStuckTest {
    private static final int MANY = 100_000;

    @Test
    void aHundredThousandVerdictsOneByOne(Logged log) {
        var first = new ArrayList<Long>();
        var reports = new ArrayList<String>();
        long[] start = new long[1];
        Holdfast.run(() -> {
            var tasks = new ArrayList<Task<?>>();
            for (int i = 0; i < MANY; i++) {
                tasks.add(spawn("stuck", () -> {
                    try {
                        await(new Promise<>());
                    } catch (Deadlock e) {
                        if (first.isEmpty()) first.add(System.nanoTime());
                        if (reports.size() < 2) reports.add(e.getMessage());
                    }
                }));
            }
            spawn("last", () -> start[0] = System.nanoTime());
            for (var task : tasks) task.join();
        });
        long end = System.nanoTime();
        assertThat(reports.getFirst().lines()).as("sampled").hasSizeLessThan(30);
        assertThat(reports.getFirst()).contains("… and ");
        assertThat(log.take()).hasSize(MANY);
        double firstVerdict = seconds(first.getFirst() - start[0]);
        double all = seconds(end - start[0]);
        System.out.printf("%,d stuck tasks: first verdict after %.2f s, all after %.1f s%n", MANY, firstVerdict, all);
        assertThat(firstVerdict).isLessThan(2);
        assertThat(all).isLessThan(120);
    }

    private static double seconds(long nanos) {
        return (double) nanos / TimeUnit.SECONDS.toNanos(1);
    }
}
