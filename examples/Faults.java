// A client against a world that delays, reorders and loses answers, as the seed decides.
import static dev.holdfast.task.Coroutine.await;

import dev.holdfast.cancel.TooSlow;
import dev.holdfast.future.Promise;
import dev.holdfast.testing.FaultyExternal;
import dev.holdfast.testing.Sim;
import java.time.Duration;
import java.util.concurrent.Executor;

/** The client: asks, waits five seconds, asks again. `network` runs what it is given when the answer comes. */
static int ask(Executor network, int question) {
    while (true) {
        var answer = new Promise<Integer>("answer to " + question);
        network.execute(() -> answer.complete(2 * question));
        try {
            return await(answer, Duration.ofSeconds(5));
        } catch (TooSlow e) {
            askedAgain++;
        }
    }
}

static int askedAgain;

void main() {
    Sim.explore(100, () -> {
        var network = FaultyExternal.open("network")
                .delay(Duration.ofSeconds(8))
                .reorder()
                .drop(0.3);
        for (int question = 1; question <= 10; question++) {
            if (ask(network, question) != 2 * question) throw new AssertionError("a wrong answer to " + question);
        }
    });
    IO.println("1000 questions answered, " + askedAgain + " asked again");
}
