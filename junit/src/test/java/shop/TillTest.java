package shop;

import static dev.holdfast.task.Coroutine.blocking;
import static dev.holdfast.task.Coroutine.sleep;
import static java.time.Duration.ofHours;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.holdfast.junit.LoopTest;
import dev.holdfast.junit.SimTest;
import dev.holdfast.scope.TaskScope;
import dev.holdfast.sync.Lock;
import dev.holdfast.testing.Sim;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class TillTest {
    private Lock till;

    @BeforeEach
    void open() {
        till = new Lock("till");
    }

    @SimTest
    void customersAreServedOneAfterTheOther() {
        TaskScope.run(scope -> {
            for (int i = 0; i < 3; i++) scope.start("customer", this::pay);
        });
        assertEquals(ofHours(3), Sim.elapsed());
    }

    @SimTest(seeds = 1_000)
    void neverTwoAtOnce() {
        var paying = new int[1];
        TaskScope.run(scope -> {
            for (int i = 0; i < 3; i++) {
                scope.start("customer", () -> {
                    try (var _ = till.acquire()) {
                        assertEquals(1, ++paying[0]);
                        sleep(ofHours(Sim.random().nextInt(3)));
                        paying[0]--;
                    }
                });
            }
        });
    }

    @LoopTest(millis = 5_000)
    void theReceiptIsWritten(@TempDir Path folder) throws Exception {
        var receipt = folder.resolve("receipt");
        blocking(() -> Files.writeString(receipt, "paid"));
        assertEquals("paid", blocking(() -> Files.readString(receipt)));
    }

    private void pay() {
        try (var _ = till.acquire()) {
            sleep(ofHours(1));
        }
    }
}
