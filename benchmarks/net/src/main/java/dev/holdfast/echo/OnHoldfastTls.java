package dev.holdfast.echo;

import dev.holdfast.Holdfast;
import dev.holdfast.net.tcp.TcpServer;
import dev.holdfast.net.tls.TlsConfig;
import java.nio.file.Path;

/// The echo server on Holdfast, by TLS: of the JDK or OpenSSL's, as `-Dholdfast.tls` says.
final class OnHoldfastTls {
    private OnHoldfastTls() {}

    public static void main(String... args) {
        var tls = TlsConfig.usual().keyStore(Path.of(args[0]), Certificate.PASSWORD.toCharArray());
        Holdfast.run(() -> {
            try (var server = TcpServer.options().tls(tls).listen("127.0.0.1", 0, stream -> stream.copyTo(stream))) {
                Orders.at(server.port());
                server.join();
            }
        });
    }
}
