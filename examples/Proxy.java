// A TLS proxy: it speaks TLS with its clients, and hands everything on in clear to a server that knows no TLS.
import static dev.holdfast.task.Coroutine.blocking;

import dev.holdfast.Holdfast;
import dev.holdfast.net.tcp.TcpClient;
import dev.holdfast.net.tcp.TcpServer;
import dev.holdfast.net.tcp.TcpStream;
import dev.holdfast.net.tls.TlsConfig;
import dev.holdfast.scope.TaskScope;
import java.nio.file.Files;
import java.nio.file.Path;

static final char[] PASSWORD = "secret".toCharArray();

/** The server behind: it answers in capitals. */
static void shout(TcpStream stream) {
    while (stream.awaitMore()) stream.write((stream.readLine().toUpperCase() + "\n").getBytes());
}

/** Both ways at once; each ends when its source has. */
static void handOn(TcpStream client, int port) throws Exception {
    try (var server = TcpClient.connect("localhost", port)) {
        TaskScope.run(scope -> {
            scope.start("there", () -> {
                client.copyTo(server);
                server.closeWrite();
            });
            scope.start("back", () -> {
                server.copyTo(client);
                client.closeWrite();
            });
        });
    }
}

/** A certificate for this machine, as one makes it to try things out. */
static void makeCertificate(Path store) throws Exception {
    var keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    var options = "-genkeypair -alias proxy -keyalg EC -dname CN=proxy -ext san=dns:localhost -storepass secret -keystore";
    var command = (keytool + " " + options + " " + store).split(" ");
    if (new ProcessBuilder(command).start().waitFor() != 0) throw new IllegalStateException("keytool failed");
}

void main() throws Exception {
    Holdfast.run(() -> {
        var folder = Files.createTempDirectory("proxy");
        var store = folder.resolve("store.p12");
        blocking(() -> makeCertificate(store));
        var options = TcpServer.options().name("proxy").tls(TlsConfig.usual().keyStore(store, PASSWORD));
        try (var server = TcpServer.listen("localhost", 0, stream -> shout(stream));
                var proxy = options.listen("localhost", 0, stream -> handOn(stream, server.port()))) {
            var trusting = TcpClient.options().tls(TlsConfig.usual().trustStore(store, PASSWORD));
            try (var client = trusting.connect("localhost", proxy.port())) {
                IO.println(client.tls().version() + " with " + client.tls().peerCertificates().getFirst().getSubjectX500Principal());
                for (var word : new String[] {"hello", "bye"}) {
                    client.write((word + "\n").getBytes());
                    IO.println(client.readLine());
                }
            }
        }
        Files.delete(store);
        Files.delete(folder);
    });
}
