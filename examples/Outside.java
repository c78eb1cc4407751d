// The rest of the world: a CompletableFuture, a blocking call, another thread, and Ctrl-C.
import static dev.holdfast.task.Coroutine.await;
import static dev.holdfast.task.Coroutine.blocking;
import static dev.holdfast.task.Coroutine.sleep;

import dev.holdfast.Holdfast;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.queue.Queue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

void main(String[] args) throws Exception {
    Holdfast.run(() -> {
        IO.println(await(CompletableFuture.supplyAsync(() -> "from a CompletableFuture")));

        IO.println("a file, read elsewhere: " + blocking(() -> Files.isDirectory(Path.of("."))));

        var readings = new Queue<Integer>();
        var door = IOLoop.current().external("sensor");
        Thread.ofPlatform().start(() -> {
            for (int i = 1; i <= 3; i++) {
                int reading = i;
                door.execute(() -> readings.tryPut(reading));
            }
            door.execute(readings::close);
            door.close();
        });
        for (int reading : readings) IO.println("reading " + reading);

        if (args.length == 0) return;
        try {
            IO.println("press Ctrl-C");
            sleep(Duration.ofHours(1));
        } finally {
            IO.println("ended in order");
        }
    });
}
