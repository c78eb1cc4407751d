package dev.holdfast.task;

import static dev.holdfast.task.Coroutine.await;

import dev.holdfast.Holdfast;
import dev.holdfast.cancel.TooSlow;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.Validate;

/// Threads call a group, each from a loop of its own, while one of them closes it. Each call is answered once, by a
/// value, or by the news that the group is closed, also if it was cut short; and all of it could have happened one
/// after the other: the counter on the group's loop counts exactly those calls that got a number. A call that nobody
/// answers gives up after ten seconds, and says what no order allows.
public class GroupIsLinear {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final LoopGroup group = LoopGroup.open("group", 1);
    private int count; // only the group's loop

    @Operation
    public String call() {
        try {
            return Holdfast.run(LIMIT, () -> String.valueOf(await(group.submit(() -> ++count))));
        } catch (RejectedExecutionException | CancellationException e) {
            return "closed";
        } catch (TooSlow e) {
            return "nobody answered";
        }
    }

    @Operation(runOnce = true)
    public void close() {
        group.close();
    }

    /// Each story has a group of its own, which is closed when it has been told.
    @Validate
    public void end() {
        group.close();
    }

    /// The same for one thread, without a group.
    public static final class OneAfterTheOther {
        private int count;
        private boolean closed;

        public String call() {
            return closed ? "closed" : String.valueOf(++count);
        }

        public void close() {
            closed = true;
        }
    }

    /// Throws if there is an order that is not allowed.
    ///
    /// @param stories how many
    /// @param times each of them is told
    public static void prove(int stories, int times) {
        new StressOptions()
                .threads(2)
                .actorsPerThread(2)
                .actorsBefore(0)
                .actorsAfter(1)
                .iterations(stories)
                .invocationsPerIteration(times)
                .sequentialSpecification(OneAfterTheOther.class)
                .minimizeFailedScenario(false) // each call that nobody answers takes its time
                .check(GroupIsLinear.class);
    }
}
