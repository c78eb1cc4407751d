package dev.holdfast.net.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.holdfast.cancel.TooSlow;
import dev.holdfast.lifetime.Deadlock;
import dev.holdfast.net.stream.BufferedStream;
import dev.holdfast.net.stream.StreamClosed;
import dev.holdfast.scope.TaskScope;
import dev.holdfast.scope.Timeouts;
import dev.holdfast.testing.Logged;
import dev.holdfast.testing.Sim;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// A small bank, and clients with the mistakes that people make with networks: a [FaultyNetwork] finds each of them,
/// and lets the one pass that makes none.
final class PlantedBugsTest {
    private static final int SEEDS = 200;
    private static final int ORDERS = 10;
    private static final Duration LIMIT = Duration.ofMinutes(1);

    /// Takes orders, each a line with its number; one that comes again is not carried out again.
    private static final class Bank {
        private final FaultyNetwork network;
        private final TaskScope scope; // of its connections
        private final Set<String> known = new HashSet<>(); // numbers of orders
        int carriedOut;

        Bank(FaultyNetwork network, TaskScope scope) {
            this.network = network;
            this.scope = scope;
        }

        BufferedStream call() {
            var pair = network.pair();
            scope.start("bank", () -> Timeouts.moveOnAfter(LIMIT, () -> serve(pair.far())));
            return pair.near();
        }

        private void serve(BufferedStream stream) {
            try (stream) {
                while (stream.awaitMore()) {
                    if (known.add(stream.readLine())) carriedOut++;
                    stream.write("done\n".getBytes(UTF_8));
                }
            } catch (StreamClosed e) {
                // the client calls again
            }
        }
    }

    private interface Client {
        void order(Bank bank, int number);
    }

    private interface Faults {
        FaultyNetwork on(FaultyNetwork network);
    }

    /// The test: whatever the network does, each order is carried out, and once.
    private static void eachIsCarriedOutOnce(Client client, Faults faults) {
        TaskScope.run(scope -> {
            var bank = new Bank(faults.on(FaultyNetwork.open()), scope);
            for (int number = 1; number <= ORDERS; number++) client.order(bank, number);
            if (bank.carriedOut != ORDERS) throw new AssertionError(bank.carriedOut + " carried out");
        });
    }

    private static void send(BufferedStream stream, Object number) {
        stream.write((number + "\n").getBytes(UTF_8));
    }

    // ---- the clients

    private static void takesWhatComesForALine(Bank bank, int number) {
        try (var stream = bank.call()) {
            send(stream, number);
            var answer = new String(stream.readSome(100), UTF_8);
            if (!answer.equals("done\n")) throw new AssertionError("a strange answer: " + answer);
        }
    }

    private static void waitsForEver(Bank bank, int number) {
        try (var stream = bank.call()) {
            send(stream, number);
            stream.readLine();
        }
    }

    private static void waitsForAMinute(Bank bank, int number) {
        Timeouts.failAfter(LIMIT, () -> waitsForEver(bank, number));
    }

    private static void ordersAnewWhenItHearsNothing(Bank bank, int number) {
        for (int attempt = 0; ; attempt++) {
            try (var stream = bank.call()) {
                send(stream, number + "-" + attempt);
                Timeouts.failAfter(LIMIT, () -> stream.readLine());
                return;
            } catch (StreamClosed | TooSlow e) {
                // once more
            }
        }
    }

    private static void asksAgainWhenItHearsNothing(Bank bank, int number) {
        while (true) {
            try {
                waitsForAMinute(bank, number);
                return;
            } catch (StreamClosed | TooSlow e) {
                // once more
            }
        }
    }

    // ---- what becomes of them

    @Test
    void onAGoodNetworkAllDoTheirWork() { // and that is why such bugs live long
        Faults none = network -> network;
        Sim.explore(SEEDS, () -> {
            eachIsCarriedOutOnce(PlantedBugsTest::takesWhatComesForALine, none);
            eachIsCarriedOutOnce(PlantedBugsTest::waitsForEver, none);
            eachIsCarriedOutOnce(PlantedBugsTest::ordersAnewWhenItHearsNothing, none);
            eachIsCarriedOutOnce(PlantedBugsTest::asksAgainWhenItHearsNothing, none);
        });
    }

    @Test
    void aReadThatTakesWhatComesForALineIsFound() {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> Sim.explore(
                        SEEDS,
                        () -> eachIsCarriedOutOnce(
                                PlantedBugsTest::takesWhatComesForALine,
                                network -> network.split().delay(LIMIT.dividedBy(10)))))
                .withMessageContaining("a strange answer: ");
    }

    @Test
    void aWaitWithoutALimitIsFound(Logged log) {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> Sim.explore(
                        SEEDS,
                        () -> eachIsCarriedOutOnce(PlantedBugsTest::waitsForEver, network -> network.silence(0.01))))
                .withCauseInstanceOf(Deadlock.class)
                .withMessageContaining("Task[test] waiting 60.0 s on bytes of FaultyStream[near-");
        assertThat(log.take()).isNotEmpty();
    }

    @Test
    void anOrderThatIsCarriedOutTwiceIsFound() {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> Sim.explore(
                        SEEDS,
                        () -> eachIsCarriedOutOnce(
                                PlantedBugsTest::ordersAnewWhenItHearsNothing, network -> network.reset(0.01))))
                .withMessageContaining("11 carried out");
    }

    @Test
    void theSeedBringsItBack() {
        var found = failure(() -> Sim.explore(SEEDS, PlantedBugsTest::orderAnewOverResets));
        long seed = Long.parseLong(found.getMessage().split(" ")[3]);
        for (int i = 0; i < 3; i++) {
            assertThat(failure(() -> Sim.run(seed, PlantedBugsTest::orderAnewOverResets)))
                    .hasMessage(found.getCause().getMessage());
        }
    }

    private static void orderAnewOverResets() {
        eachIsCarriedOutOnce(
                PlantedBugsTest::ordersAnewWhenItHearsNothing,
                network -> network.split().delay(LIMIT).reset(0.01));
    }

    private static AssertionError failure(Runnable body) {
        try {
            body.run();
        } catch (AssertionError e) {
            return e;
        }
        throw new IllegalStateException("nothing was found");
    }

    @Test
    void theOneThatMakesNoMistakePassesEverything() {
        Sim.explore(
                SEEDS,
                () -> eachIsCarriedOutOnce(
                        PlantedBugsTest::asksAgainWhenItHearsNothing,
                        network -> network.split()
                                .delay(Duration.ofSeconds(5))
                                .reset(0.02)
                                .silence(0.02)
                                .slow(0.2, 10)));
    }
}
