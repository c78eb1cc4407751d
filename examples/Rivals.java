// An order that goes wrong, forced step by step; and a look at everybody when all have come to rest.
import static dev.holdfast.task.Coroutine.spawn;

import dev.holdfast.sync.Lock;
import dev.holdfast.testing.Quiet;
import dev.holdfast.testing.Sequencer;
import dev.holdfast.testing.Sim;

static int stock = 10;

void main() {
    Sim.run(() -> {
        var order = new Sequencer();
        var slow = spawn("slow clerk", () -> {
            int seen;
            try (var _ = order.step(0)) {
                seen = stock;
            }
            try (var _ = order.step(2)) {
                stock = seen - 1;
            }
        });
        var quick = spawn("quick clerk", () -> {
            try (var _ = order.step(1)) {
                stock = stock - 1;
            }
        });
        slow.join();
        quick.join();
        IO.println("two sold of 10, " + stock + " left");
    });

    Sim.run(() -> {
        var till = new Lock("till");
        var permit = till.acquire();
        var clerk = spawn("clerk", () -> till.acquire().close());
        Quiet.await();
        IO.println(clerk.describe());
        permit.close();
        Quiet.await();
        IO.println(clerk.describe());
    });
}
