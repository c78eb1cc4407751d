// Two tasks on one thread: one sleeps, one counts, and no lock is needed.
import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;

import dev.holdfast.Holdfast;
import java.time.Duration;

static int counter;

static void count(int times) {
    for (int i = 0; i < times; i++) {
        counter++;
        sleep(Duration.ofMillis(1));
    }
}

void main() {
    Holdfast.run(() -> {
        var a = spawn("a", () -> count(10));
        var b = spawn("b", () -> count(20));
        a.join();
        b.join();
        IO.println("counted to " + counter);
    });
}
