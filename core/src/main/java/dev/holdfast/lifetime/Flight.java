package dev.holdfast.lifetime;

import dev.holdfast.task.Task;
import dev.holdfast.task.Words;
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
        var event = new DeadlockEvent();
        if (!event.isEnabled()) return;
        event.task = Words.of(task);
        event.report = report;
        event.commit();
    }

    static void lostTask(Task<?> task, String report) {
        var event = new LostTaskEvent();
        if (!event.isEnabled()) return;
        event.task = Words.of(task);
        event.report = report;
        event.commit();
    }

    static void brokenPromise(String name, String report) {
        var event = new BrokenPromiseEvent();
        if (!event.isEnabled()) return;
        event.promise = name;
        event.report = report;
        event.commit();
    }

    @Name("holdfast.Deadlock")
    @Label("Deadlock")
    @Description("A task was thrown out of a wait that would never have ended")
    @Category("Holdfast")
    @StackTrace(false) // it would be the loop's
    private static final class DeadlockEvent extends Event {
        @Label("Task")
        private String task = "";

        @Label("Report")
        private String report = "";
    }

    @Name("holdfast.LostTask")
    @Label("Lost Task")
    @Description("A run ended, and nothing could have woken this task any more")
    @Category("Holdfast")
    @StackTrace(false)
    private static final class LostTaskEvent extends Event {
        @Label("Task")
        private String task = "";

        @Label("Report")
        private String report = "";
    }

    @Name("holdfast.BrokenPromise")
    @Label("Broken Promise")
    @Description("The last handle of an ExternalPromise was dropped before anybody completed it")
    @Category("Holdfast")
    @StackTrace(false)
    private static final class BrokenPromiseEvent extends Event {
        @Label("Promise")
        private String promise = "";

        @Label("Report")
        private String report = "";
    }
}
