package dev.holdfast.net.tcp;

import static dev.holdfast.task.Coroutine.sleep;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.net.Certificates;
import dev.holdfast.net.tls.TlsConfig;
import dev.holdfast.testing.Logged;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.logging.Level;

/// Servers and clients for tests of what goes wrong with TLS.
final class TlsPeers {
    private TlsPeers() {}

    static TcpServer echo(TlsConfig config) {
        return TcpServer.options().tls(config).listen("127.0.0.1", 0, stream -> stream.copyTo(stream));
    }

    static TcpStream connect(TlsConfig config, TcpServer server) {
        return TcpClient.options()
                .tls(config)
                .resolver(_ -> List.of(InetAddress.getLoopbackAddress()))
                .connect("localhost", server.port());
    }

    static TcpStream connect(ServerSocket server) {
        return TcpClient.options().tls(Certificates.client()).connect("127.0.0.1", server.getLocalPort());
    }

    static ServerSocket rawServer() throws IOException {
        return new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    }

    /// Checks that one line was logged, that a connection of the server has failed, and why.
    static void expectTold(Logged log, String why) {
        for (int i = 0; i < 200 && log.size() == 0; i++) sleep(Duration.ofMillis(10));
        assertThat(log.take()).singleElement().satisfies(line -> {
            assertThat(line.getLevel()).isEqualTo(Level.INFO);
            assertThat(line.getMessage())
                    .matches("Task\\[tcp-1] of TcpServer\\[127.0.0.1:\\d+] ended: TcpStream\\[127.0.0.1:\\d+] failed: "
                            + why);
        });
    }
}
