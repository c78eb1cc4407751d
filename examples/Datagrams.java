// Datagrams: a question that is asked again until somebody answers.
import static dev.holdfast.task.Coroutine.spawn;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.holdfast.Holdfast;
import dev.holdfast.cancel.TooSlow;
import dev.holdfast.net.udp.UdpSocket;
import dev.holdfast.scope.Timeouts;
import java.net.InetSocketAddress;
import java.time.Duration;

/** Does not hear the first question, as happens to datagrams. */
static void answer(UdpSocket server) {
    server.receive();
    while (true) {
        var question = server.receive();
        var answer = new String(question.bytes(), UTF_8).toUpperCase();
        server.send(answer.getBytes(UTF_8), question.sender());
    }
}

static String ask(UdpSocket client, InetSocketAddress server, String question) {
    while (true) {
        client.send(question.getBytes(UTF_8), server);
        try {
            return new String(Timeouts.failAfter(Duration.ofSeconds(2), client::receive).bytes(), UTF_8);
        } catch (TooSlow e) {
            IO.println("nobody heard " + question);
        }
    }
}

void main() {
    Holdfast.run(() -> {
        try (var server = UdpSocket.bind("localhost", 0);
                var client = UdpSocket.bind("localhost", 0)) {
            var answering = spawn("server", () -> answer(server));
            IO.println(ask(client, server.address(), "one"));
            IO.println(ask(client, server.address(), "two"));
            answering.cancel("no more questions");
        }
    });
}
