// A chat: whoever is connected hears everybody; who does not read for two seconds is disconnected, in words.
import static dev.holdfast.task.Coroutine.await;

import dev.holdfast.Holdfast;
import dev.holdfast.future.Promise;
import dev.holdfast.net.stream.BufferedStream;
import dev.holdfast.net.stream.StreamClosed;
import dev.holdfast.net.tcp.TcpClient;
import dev.holdfast.net.tcp.TcpServer;
import dev.holdfast.scope.TaskScope;
import dev.holdfast.scope.Timeouts;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

static final int LONGEST_NAME = 100;
static final int LONGEST_LINE = 100_000;
static final Duration PATIENCE = Duration.ofSeconds(2);

static final Map<String, BufferedStream> guests = new LinkedHashMap<>();

/** The server's part: the first line of a guest is a name, the others are for all. */
static void serve(BufferedStream stream) {
    var name = stream.readLine(LONGEST_NAME);
    if (guests.putIfAbsent(name, stream) != null) {
        say(stream, "* somebody is called " + name + " already");
        return;
    }
    try {
        tellAll("* " + name + " is here");
        while (stream.awaitMore()) tellAll(name + ": " + stream.readLine(LONGEST_LINE));
    } finally {
        guests.remove(name, stream);
    }
    tellAll("* " + name + " has left");
}

static void tellAll(String line) {
    for (var guest : List.copyOf(guests.keySet())) {
        if (tell(guest, line, PATIENCE)) continue;
        tell(guest, "* you read too slowly, good bye", Duration.ofMillis(1));
        var stream = guests.remove(guest);
        if (stream == null) continue; // another has done this meanwhile
        stream.close();
        tellAll("* " + guest + " reads too slowly and is disconnected");
    }
}

/** Returns whether the guest took it in time. What is not taken in time waits all the same, before whatever comes next. */
static boolean tell(String guest, String line, Duration limit) {
    var stream = guests.get(guest);
    if (stream == null) return true;
    try {
        return Timeouts.moveOnAfter(limit, () -> say(stream, line));
    } catch (StreamClosed e) {
        return true; // has left, and whoever serves it will say so
    }
}

static void say(BufferedStream stream, String line) {
    stream.write((line + "\n").getBytes());
}

// ---- the guests

static BufferedStream enter(int port, String name) {
    var stream = TcpClient.connect("127.0.0.1", port);
    say(stream, name);
    hear(stream, "* " + name + " is here");
    return stream;
}

/** Reads up to this line, and returns how many came before it. */
static int hear(BufferedStream stream, String line) {
    int before = 0;
    while (!stream.readLine().equals(line)) before++;
    return before;
}

static void greetEachOther(int port) {
    TaskScope.run(scope -> {
        var bell = new Promise<String>();
        for (int i = 1; i <= 20; i++) {
            var guest = enter(port, "guest " + i);
            scope.start("guest", () -> {
                await(bell);
                say(guest, "hello");
                for (int greetings = 0; greetings < 20; ) if (guest.readLine().endsWith(": hello")) greetings++;
                guest.close();
            });
        }
        bell.complete("ring");
    });
    IO.println("twenty guests have heard twenty greetings each");
}

static void talkWhileOneSleeps(int port) {
    try (var eve = enter(port, "eve");
            var adam = enter(port, "adam")) {
        TaskScope.run(scope -> {
            scope.start("talk", () -> {
                while (true) say(adam, "and so on ".repeat(9_000));
            });
            hear(adam, "* eve reads too slowly and is disconnected");
            scope.cancel("eve has gone");
        });
        IO.println("adam has heard that eve reads too slowly");
        int late = hear(eve, "* you read too slowly, good bye");
        IO.println("eve wakes up, finds more than ten lines: " + (late > 10) + "; and then a good bye");
        IO.println("and then the end: " + !eve.awaitMore());
    }
}

void main() {
    Holdfast.run(() -> {
        try (var server = TcpServer.listen("127.0.0.1", 0, stream -> serve(stream))) {
            greetEachOther(server.port());
            talkWhileOneSleeps(server.port());
        }
    });
}
