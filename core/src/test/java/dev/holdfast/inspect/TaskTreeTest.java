package dev.holdfast.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.inspect.TaskInfo.State;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TaskTreeTest {
    private static final StackTraceElement FRAME = new StackTraceElement("Bank", "transfer", "Bank.java", 17);

    private static TaskInfo task(String name, State state, @Nullable String at, List<String> holds) {
        var waitsFor = state == State.WAITING ? "Queue[0]" : null;
        return new TaskInfo(name, state, waitsFor, Duration.ofMillis(1_940), at, null, holds, null, List.of(), 0);
    }

    private static String tree(List<? extends Branch> branches) {
        var root = new ScopeInfo("IOLoop[main]", null, List.copyOf(branches), 0);
        return TaskTree.of(new LoopInfo.Answered("IOLoop[main]", 0, 0, List.of(), 1, 1, root));
    }

    @Test
    void nothingIsALineToo() {
        assertThat(TaskTree.of(List.of())).isEqualTo("no loop is open");
    }

    @Test
    void severalLoopsStandBelowEachOther() {
        assertThat(TaskTree.of(List.of(new LoopInfo.Closed("IOLoop[a]"), new LoopInfo.Resting("IOLoop[b]", List.of()))))
                .isEqualTo("IOLoop[a] is closed\nIOLoop[b] does not run; 0 tasks");
    }

    @Test
    void eachStateHasItsWords() {
        var tasks = Stream.of(State.values()).map(state -> task("t", state, "Bank.transfer(Bank.java:17)", List.of()));
        assertThat(tree(tasks.toList())).isEqualTo("""
                IOLoop[main]: 1 task, 1 waiting; 0 ready, 0 timers, 0 externals
                  Task[t] ready, at Bank.transfer(Bank.java:17)
                  Task[t] running, at Bank.transfer(Bank.java:17)
                  Task[t] blocked, at Bank.transfer(Bank.java:17)
                  Task[t] waiting 1.9 s on Queue[0], at Bank.transfer(Bank.java:17)""");
    }

    @Test
    void whoDoesTheSameAtTheSameLineIsCountedAndWhoDoesNotIsShown() {
        var many = IntStream.range(0, 100)
                .mapToObj(i -> task("conn-" + i, State.WAITING, "Server.read(S.java:4)", List.of()));
        var others = Stream.of(
                task("odd", State.WAITING, "Server.write(S.java:9)", List.of()),
                task("holder", State.WAITING, "Server.read(S.java:4)", List.of("Lock[a]")));
        assertThat(tree(Stream.concat(many, others).toList()).lines().skip(1 + TaskTree.ALIKE))
                .containsExactly(
                        "  Task[odd] waiting 1.9 s on Queue[0], at Server.write(S.java:9)",
                        "  Task[holder] waiting 1.9 s on Queue[0], at Server.read(S.java:4), holds Lock[a]",
                        "  … and 90 more waiting, at Server.read(S.java:4)");
    }

    @Test
    void aNameBreaksNoLine() { // nor paints it, nor turns it around
        var evil = "a\n  Task[forged] running\u001b[31m\u202e" + "x".repeat(1_000);
        assertThat(tree(List.of(task(evil, State.READY, null, List.of()))))
                .hasLineCount(2)
                .contains("  Task[a\\n  Task[forged] running\\u001b[31m\\u202exxx")
                .endsWith("x… ready");
        assertThat(TaskTree.of(new LoopInfo.Busy(evil, evil, List.of(), List.of(evil))))
                .hasLineCount(2);
    }

    @Test
    void whoHoldsALoopIsShownWithSomeOfHisStackAndOfTheOthers() {
        var stack = Collections.nCopies(1_000, FRAME);
        var names = IntStream.range(0, 1_000).mapToObj(i -> "t" + i).toList();
        assertThat(TaskTree.of(new LoopInfo.Busy("IOLoop[main]", "Task[t7]", stack, names))
                        .lines()
                        .toList())
                .hasSize(1 + 30 + 1 + TaskTree.ALIKE + 1)
                .startsWith("IOLoop[main] does not answer; Task[t7] holds it:", "    at Bank.transfer(Bank.java:17)")
                .contains("    … and 970 more", "  Task[t0]", "  Task[t9]")
                .endsWith("  … and 990 more");
    }

    @Test
    void manyDoorsAreCounted() {
        var doors = IntStream.range(0, 12).mapToObj(i -> "d" + i).toList();
        var root = new ScopeInfo("IOLoop[main]", null, List.of(), 0);
        assertThat(TaskTree.of(new LoopInfo.Answered("IOLoop[main]", 3, 1, doors, 0, 0, root)))
                .isEqualTo("IOLoop[main]: 0 tasks, 0 waiting; 3 ready, 1 timer, 12 externals: "
                        + "d0, d1, d2, d3, d4, d5, d6, d7, d8, d9 and 2 more");
    }
}
