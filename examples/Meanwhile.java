// Something slow, and something meanwhile.
import static dev.holdfast.task.Coroutine.*;
void main() {
    dev.holdfast.Holdfast.run(() -> {
        var slow = spawn("slow", () -> { sleep(java.time.Duration.ofSeconds(1)); return 42; });
        IO.println("meanwhile"); IO.println(slow.join());
    });
}
