package shop;

import static dev.holdfast.task.Coroutine.sleep;
import static dev.holdfast.task.Coroutine.spawn;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.holdfast.cancel.TooSlow;
import dev.holdfast.net.stream.BufferedStream;
import dev.holdfast.net.stream.StreamClosed;
import dev.holdfast.net.testing.FaultyNetwork;
import dev.holdfast.net.testing.MemoryStream;
import dev.holdfast.scope.TaskScope;
import dev.holdfast.scope.Timeouts;
import dev.holdfast.testing.Sim;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class PricesTest {
    /** The client: a line there and a line back; after five seconds, or a failure, it asks again. */
    static int price(Supplier<BufferedStream> call, String item) {
        while (true) {
            try (var stream = call.get()) {
                return Timeouts.failAfter(ofSeconds(5), () -> {
                    stream.write((item + "\n").getBytes());
                    return Integer.parseInt(stream.readLine(100));
                });
            } catch (StreamClosed | TooSlow e) {
                // once more
            }
        }
    }

    /** The shop, played by the test: two for each letter. */
    static void serve(BufferedStream stream) {
        try (stream) {
            while (stream.awaitMore()) stream.write((2 * stream.readLine().length() + "\n").getBytes());
        } catch (StreamClosed e) {
            // the client asks again
        }
    }

    @Test
    void aShopThatIsSlowIsWaitedFor() {
        Sim.run(() -> {
            var pair = MemoryStream.pair();
            spawn("shop", () -> {
                sleep(ofSeconds(4));
                serve(pair.far());
            });
            assertEquals(10, price(pair::near, "apple"));
            assertEquals(ofSeconds(4), Sim.elapsed());
        });
    }

    @Test
    void aBadNetworkChangesNoPrice() {
        Sim.explore(
                200,
                () -> TaskScope.run(scope -> {
                    var network = FaultyNetwork.open()
                            .split()
                            .delay(ofSeconds(2))
                            .reset(0.05)
                            .silence(0.05);
                    Supplier<BufferedStream> call = () -> {
                        var pair = network.pair();
                        scope.start("shop", () -> Timeouts.moveOnAfter(ofMinutes(1), () -> serve(pair.far())));
                        return pair.near();
                    };
                    for (var item : new String[] {"apple", "pear", "plum"}) {
                        assertEquals(2 * item.length(), price(call, item));
                    }
                }));
    }
}
