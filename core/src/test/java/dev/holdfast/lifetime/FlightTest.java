package dev.holdfast.lifetime;

import static dev.holdfast.task.Coroutine.await;
import static dev.holdfast.task.Coroutine.spawn;
import static dev.holdfast.task.Coroutine.yieldNow;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.holdfast.Holdfast;
import dev.holdfast.future.Promise;
import dev.holdfast.testing.Logged;
import java.io.IOException;
import java.nio.file.Path;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the flight recorder sees of verdicts, and that its classes are loaded only for it.
class FlightTest {
    @TempDir
    Path folder;

    private RecordedEvent recorded(String event, Runnable program) throws IOException {
        try (var recording = new Recording()) {
            recording.enable(event);
            recording.start();
            program.run();
            recording.stop();
            recording.dump(folder.resolve("recorded.jfr"));
        }
        var events = RecordingFile.readAllEvents(folder.resolve("recorded.jfr"));
        assertThat(events).hasSize(1);
        return events.getFirst();
    }

    @Test
    void aDeadlockIsAnEvent(Logged log) throws IOException {
        var event = recorded(
                "holdfast.Deadlock",
                () -> assertThatExceptionOfType(Deadlock.class)
                        .isThrownBy(() -> Holdfast.run(() -> await(new Promise<>("answer")))));
        assertThat(event.getString("name")).isEqualTo("Task[main]");
        assertThat(event.getString("report")).contains("Task[main] waiting 0.0 s on answer");
        assertThat(log.take()).hasSize(1);
    }

    @Test
    void aLostTaskIsAnEvent(Logged log) throws IOException {
        var event = recorded(
                "holdfast.LostTask",
                () -> Holdfast.run(() -> {
                    spawn("lost", () -> await(new Promise<>("answer")));
                    yieldNow();
                }));
        assertThat(event.getString("name")).isEqualTo("Task[lost]");
        assertThat(event.getString("report")).contains("on answer");
        assertThat(log.take()).hasSize(1);
    }

    @Test
    void aBrokenPromiseIsAnEvent() throws IOException {
        var event = recorded(
                "holdfast.BrokenPromise",
                () -> Holdfast.run(() -> {
                    var promise = ExternalPromise.<Integer>open("answer");
                    promise.close("no answer today");
                    assertThatExceptionOfType(BrokenPromise.class).isThrownBy(() -> await(promise.future()));
                }));
        assertThat(event.getString("name")).isEqualTo("answer");
        assertThat(event.getString("report")).contains("no answer today");
    }
}
