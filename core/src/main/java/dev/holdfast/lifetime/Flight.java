package dev.holdfast.lifetime;

import dev.holdfast.loop.Words;
import dev.holdfast.task.Task;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/// What the flight recorder sees: an event for each report. It costs nothing while none is recording.
final class Flight {
    private Flight() {}

    static void deadlock(Task<?> task, String report) {
        new DeadlockEvent().tell(Words.of(task), report);
    }

    static void lostTask(Task<?> task, String report) {
        new LostTaskEvent().tell(Words.of(task), report);
    }

    static void brokenPromise(String name, String report) {
        new BrokenPromiseEvent().tell(name, report);
    }

    @Category("Holdfast")
    @StackTrace(false) // it would be the loop's
    @SuppressWarnings("UnusedVariable") // the recorder reads the fields
    private abstract static class Told extends Event {
        @Label("Name")
        String name = "";

        @Label("Report")
        String report = "";

        final void tell(String name, String report) {
            if (!isEnabled()) return;
            this.name = name;
            this.report = report;
            commit();
        }
    }

    @Name("holdfast.Deadlock")
    @Label("Deadlock")
    @Description("A task was thrown out of a wait that would never have ended")
    private static final class DeadlockEvent extends Told {}

    @Name("holdfast.LostTask")
    @Label("Lost Task")
    @Description("A run ended, and nothing could have woken this task any more")
    private static final class LostTaskEvent extends Told {}

    @Name("holdfast.BrokenPromise")
    @Label("Broken Promise")
    @Description("The last handle of an ExternalPromise was dropped before anybody completed it")
    private static final class BrokenPromiseEvent extends Told {}
}
