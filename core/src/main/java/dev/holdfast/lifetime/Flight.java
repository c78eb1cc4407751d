package dev.holdfast.lifetime;

import dev.holdfast.loop.Words;
import dev.holdfast.task.Task;
import java.util.concurrent.CompletableFuture;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/// What the flight recorder sees: an event for each report. While nobody records, not even the recorder's classes are
/// loaded: that alone would take a fifth of a second, before the very error that is to come at once.
final class Flight {
    private Flight() {}

    static void deadlock(Task<?> task, String report) {
        if (FlightRecorder.isInitialized()) new DeadlockEvent().tell(Words.of(task), report);
    }

    /// For the thread that ran the loop. Such a one writes its events elsewhere: JDK 25 loses the first that a thread
    /// writes after it carried a virtual thread that wrote one.
    static void lostTask(Task<?> task, String report) {
        if (!FlightRecorder.isInitialized()) return;
        CompletableFuture.runAsync(() -> new LostTaskEvent().tell(Words.of(task), report), Thread.ofPlatform()::start)
                .join();
    }

    static void brokenPromise(String name, String report) {
        if (FlightRecorder.isInitialized()) new BrokenPromiseEvent().tell(name, report);
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
    @Description("An ExternalPromise was closed, or its handle dropped, before anybody completed it")
    private static final class BrokenPromiseEvent extends Told {}
}
