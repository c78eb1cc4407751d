// A client for lines: sends what you type and prints what comes; without HOST and PORT it talks to a parrot of its own.
import dev.holdfast.Holdfast;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.net.stream.BufferedStream;
import dev.holdfast.net.tcp.TcpClient;
import dev.holdfast.net.tcp.TcpServer;
import dev.holdfast.queue.Queue;
import dev.holdfast.scope.TaskScope;

/** What is typed. The keyboard has a thread of its own, which nobody can interrupt; its lines come in by a door. */
static Queue<String> typed() {
    var lines = new Queue<String>();
    var door = IOLoop.current().external("keyboard");
    Thread.ofPlatform().daemon().start(() -> {
        try (door) {
            for (String line; (line = IO.readln()) != null; ) {
                var next = line;
                door.tryExecute(() -> lines.tryPut(next));
            }
            door.tryExecute(lines::close);
        }
    });
    return lines;
}

static void say(BufferedStream stream, String line) {
    stream.write((line + "\n").getBytes());
}

static void talk(String host, int port) {
    try (var stream = TcpClient.connect(host, port)) {
        TaskScope.run(scope -> {
            scope.start("send", () -> {
                for (var line : typed()) say(stream, line);
                stream.closeWrite(); // nothing more is sent; what the other still says is heard
            });
            while (stream.awaitMore()) IO.println(stream.readLine());
            scope.cancel("the other has hung up");
        });
    }
}

static void parrot(BufferedStream stream) {
    say(stream, "this is a parrot");
    int lines = 0;
    for (; stream.awaitMore(); lines++) say(stream, stream.readLine() + "! " + lines);
    say(stream, "you have said " + lines + " lines");
}

void main(String[] args) {
    Holdfast.run(() -> {
        if (args.length == 2) {
            talk(args[0], Integer.parseInt(args[1]));
            return;
        }
        try (var server = TcpServer.listen("127.0.0.1", 0, stream -> parrot(stream))) {
            talk("127.0.0.1", server.port());
        }
    });
}
