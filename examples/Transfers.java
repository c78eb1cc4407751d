// A bug that only shows in some orders: it passes in order, a seed finds it, and the seed brings it back.
import static dev.holdfast.task.Coroutine.sleep;

import dev.holdfast.scope.TaskScope;
import dev.holdfast.sync.Lock;
import dev.holdfast.testing.Sim;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** Two accounts in a slow store: each read and each write is a wait. */
static final class Bank {
    private final Map<String, Integer> store = new HashMap<>(Map.of("a", 100, "b", 100));
    private final Lock lock = new Lock();

    void transfer(String from, String to, int amount) {
        int source = read(from);
        int target = read(to);
        write(from, source - amount);
        write(to, target + amount);
    }

    void transferAlone(String from, String to, int amount) {
        try (var _ = lock.acquire()) {
            transfer(from, to, amount);
        }
    }

    int sum() {
        return read("a") + read("b");
    }

    private int read(String account) {
        sleep(Duration.ZERO);
        return store.get(account);
    }

    private void write(String account, int balance) {
        sleep(Duration.ZERO);
        store.put(account, balance);
    }
}

interface Transfer {
    void transfer(Bank bank, String from, String to, int amount);
}

/** The test: somebody pays at nine, somebody pays back when the first has long been served. */
static void transfersKeepTheSum(Transfer way) {
    var bank = new Bank();
    TaskScope.run(scope -> {
        scope.start("pays", () -> way.transfer(bank, "a", "b", 30));
        scope.start("pays back", () -> {
            for (int i = 0; i < 5; i++) sleep(Duration.ZERO);
            way.transfer(bank, "b", "a", 10);
        });
    });
    if (bank.sum() != 200) throw new AssertionError("the sum is " + bank.sum());
}

void main() {
    Sim.run(() -> transfersKeepTheSum(Bank::transfer));
    IO.println("in order it passes");
    try {
        Sim.explore(1_000, () -> transfersKeepTheSum(Bank::transfer));
    } catch (AssertionError e) {
        IO.println(e.getMessage());
    }
    Sim.explore(1_000, () -> transfersKeepTheSum(Bank::transferAlone));
    IO.println("with a lock it passes from a thousand seeds");
}
