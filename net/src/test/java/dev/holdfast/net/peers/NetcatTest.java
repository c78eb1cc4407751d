package dev.holdfast.net.peers;

import static dev.holdfast.net.peers.Words.bytes;
import static dev.holdfast.net.peers.Words.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.net.tcp.TcpClient;
import dev.holdfast.net.tcp.TcpServer;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Small programs that connect anything to anything: `nc`, `socat`, `curl`.
@Tag("long")
final class NetcatTest {
    private static final Pattern LISTENING = Pattern.compile("listening on AF=2 127\\.0\\.0\\.1:(\\d+)");

    @TempDir
    Path folder;

    // ---- nc, of OpenBSD

    @Test
    void ncTalksToOurServer() throws Exception { // it sends all, then its end, and reads what still comes
        Words.run(() -> {
            try (var server = Words.shouting();
                    var nc = Peer.start("nc", "-N", "127.0.0.1", server.port())) {
                nc.type("hello\nwo").type("rld\n");
                assertThat(nc.line()).isEqualTo("HELLO");
                nc.typeEnd();
                assertThat(nc.rest()).isEqualTo("WORLD\nbye\n");
                assertThat(nc.status()).isZero();
            }
        });
    }

    @Test
    void ncTalksToOurUnixSocket() throws Exception {
        Words.run(() -> {
            var address = UnixDomainSocketAddress.of(folder.resolve("ours"));
            try (var _ = TcpServer.listen(address, Words::shout);
                    var nc = Peer.start("nc", "-N", "-U", address)) {
                nc.type("hello\n").typeEnd();
                assertThat(nc.rest()).isEqualTo("HELLO\nbye\n");
            }
        });
    }

    @Test
    void ourClientTalksToNcByAUnixSocket() throws Exception {
        Words.run(() -> {
            var address = UnixDomainSocketAddress.of(folder.resolve("theirs"));
            try (var nc = Peer.start("nc", "-N", "-l", "-U", address);
                    var client = Words.connectTo(nc, () -> TcpClient.connect(address))) {
                client.write(bytes("hello\n"));
                assertThat(nc.line()).isEqualTo("hello");
                nc.type("from nc\n").typeEnd();
                assertThat(text(client.readAll())).isEqualTo("from nc\n");
                client.write(bytes("and back\n"));
                client.closeWrite();
                assertThat(nc.rest()).isEqualTo("and back\n");
                assertThat(nc.status()).isZero();
            }
        });
    }

    // ---- socat

    @Test
    void socatTalksToOurServer() throws Exception {
        Words.run(() -> {
            try (var server = Words.shouting();
                    var socat = Peer.start("socat", "-", "TCP:127.0.0.1:" + server.port())) {
                socat.type("hello\n").typeEnd();
                assertThat(socat.rest()).isEqualTo("HELLO\nbye\n");
                assertThat(socat.status()).isZero();
            }
        });
    }

    @Test
    void ourClientTalksToSocat() throws Exception { // which sends back what comes
        Words.run(() -> {
            try (var socat = Peer.start("socat", "-d", "-d", "TCP-LISTEN:0,bind=127.0.0.1", "EXEC:cat");
                    var client = TcpClient.connect("127.0.0.1", Integer.parseInt(socat.awaitLine(LISTENING)))) {
                client.write(bytes("hello\n"));
                assertThat(client.readLine()).isEqualTo("hello");
                client.closeWrite();
                assertThat(client.readAll()).isEmpty();
            }
        });
    }

    @Test
    void manyBytesGoThroughSocatAndBack() throws Exception { // our client, socat between, our server
        var sent = Words.random(20_000_000);
        Words.run(() -> {
            try (var server = TcpServer.listen("127.0.0.1", 0, stream -> stream.copyTo(stream));
                    var socat = Peer.start(
                            "socat", "-d", "-d", "TCP-LISTEN:0,bind=127.0.0.1", "TCP:127.0.0.1:" + server.port());
                    var client = TcpClient.connect("127.0.0.1", Integer.parseInt(socat.awaitLine(LISTENING)))) {
                Words.meanwhile(() -> {
                    client.write(sent);
                    client.closeWrite();
                });
                assertThat(client.readAll()).isEqualTo(sent);
            }
        });
    }

    // ---- curl

    @Test
    void curlTalksToOurServer() throws Exception {
        Words.run(() -> {
            try (var server = TcpServer.listen("127.0.0.1", 0, stream -> {
                        stream.write(bytes("who is there?\n"));
                        stream.write(bytes("hello " + stream.readLine() + "\n"));
                    });
                    var curl = Peer.start("curl", "--silent", "--no-buffer", "telnet://127.0.0.1:" + server.port())) {
                assertThat(curl.line()).isEqualTo("who is there?");
                curl.type("curl\n");
                assertThat(curl.line()).isEqualTo("hello curl");
                curl.typeEnd(); // it has heard the end, and waits for that too
                assertThat(curl.rest()).isEmpty();
                assertThat(curl.status()).isZero();
            }
        });
    }
}
