// Which ports are open: a hundred tries at a time, half a second for each. Arguments: HOST FROM TO; without, it looks for itself.
import dev.holdfast.Holdfast;
import dev.holdfast.cancel.TooSlow;
import dev.holdfast.net.tcp.TcpClient;
import dev.holdfast.net.tcp.TcpServer;
import dev.holdfast.scope.TaskScope;
import dev.holdfast.sync.Semaphore;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;

static Set<Integer> openPorts(String host, int from, int to) {
    var open = new TreeSet<Integer>();
    var atATime = new Semaphore(100);
    TaskScope.run(scope -> {
        for (int port = from; port <= to; port++) {
            int tried = port;
            var permit = atATime.acquire();
            scope.start("try " + port, () -> {
                try (permit) {
                    if (isOpen(host, tried)) open.add(tried);
                }
            });
        }
    });
    return open;
}

static boolean isOpen(String host, int port) {
    try (var _ = TcpClient.options().within(Duration.ofMillis(500)).connect(host, port)) {
        return true;
    } catch (UncheckedIOException | TooSlow e) {
        return false; // it is refused, or nobody answers
    }
}

void main(String[] args) {
    Holdfast.run(() -> {
        if (args.length == 3) {
            openPorts(args[0], Integer.parseInt(args[1]), Integer.parseInt(args[2])).forEach(IO::println);
            return;
        }
        try (var server = TcpServer.listen("127.0.0.1", 0, _ -> {})) {
            int port = server.port();
            var open = openPorts("127.0.0.1", Math.max(1, port - 500), Math.min(65_535, port + 500));
            IO.println("found itself: " + open.contains(port));
        }
    });
}
