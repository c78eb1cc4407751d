// Other programs: written to, read line by line, and ended with their block.
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.holdfast.Holdfast;
import dev.holdfast.net.process.Subprocess;
import dev.holdfast.scope.Timeouts;
import java.time.Duration;

void main() {
    Holdfast.run(() -> {
        try (var sort = Subprocess.start("sort", "-u")) {
            sort.stream().write("pear\nfig\npear\n".getBytes(UTF_8));
            sort.stream().closeWrite();
            while (sort.stream().awaitMore()) IO.println(sort.stream().readLine());
            IO.println("status " + sort.join());
        }
        boolean ended = Timeouts.moveOnAfter(Duration.ofMillis(100), () -> {
            try (var sleep = Subprocess.start("sleep", "1000")) {
                sleep.join();
            }
        });
        IO.println(ended ? "it has ended" : "it was ended");
    });
}
