package dev.holdfast.net.peers;

import static dev.holdfast.net.peers.Words.bytes;
import static dev.holdfast.net.peers.Words.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.net.stream.BufferedStream;
import dev.holdfast.net.tcp.TcpClient;
import dev.holdfast.net.tcp.TcpServer;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Servers that everybody has: Redis and PostgreSQL, started for the test in a folder of its own.
@Tag("long")
final class DatabasesTest {
    private static final int SSL_REQUEST = 80877103; // PostgreSQL's protocol, chapter "Message Formats"
    private static final int PROTOCOL = 3 << 16;
    private static final Pattern READY = Pattern.compile("(ready to accept connections)");

    private Path folder;

    @BeforeEach
    void makeFolder() throws IOException { // no @TempDir: a server that will not run as root must be able to enter
        folder = Files.createTempDirectory("peers");
    }

    @AfterEach
    void deleteFolder() throws IOException {
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
        }
    }

    // ---- Redis

    @Test
    void redisAnswersOurClient() throws Exception {
        Words.run(() -> {
            int port = Words.freePort();
            try (var redis = Peer.start(
                            "redis-server", "--port", port, "--bind", "127.0.0.1", "--save", "", "--dir", folder);
                    var client = Words.connectTo(redis, () -> TcpClient.connect("127.0.0.1", port))) {
                client.write(bytes("PING\r\n"));
                assertThat(client.readLine()).isEqualTo("+PONG");
                client.write(bytes("SET greeting hello\r\nGET greeting\r\n"));
                assertThat(client.readLine()).isEqualTo("+OK");
                assertThat(client.readLine()).isEqualTo("$5");
                assertThat(client.readLine()).isEqualTo("hello");
                client.write(bytes("QUIT\r\n"));
                assertThat(text(client.readAll())).isEqualTo("+OK\r\n");
            }
        });
    }

    @Test
    void redisAnswersThousandsOfQuestionsAtOnce() throws Exception {
        Words.run(() -> {
            var address = UnixDomainSocketAddress.of(folder.resolve("socket"));
            try (var redis = Peer.start(
                            "redis-server", "--port", 0, "--unixsocket", address, "--save", "", "--dir", folder);
                    var client = Words.connectTo(redis, () -> TcpClient.connect(address))) {
                Words.meanwhile(() -> client.write(bytes("PING\r\n".repeat(100_000))));
                for (int i = 0; i < 100_000; i++) assertThat(client.readLine()).isEqualTo("+PONG");
            }
        });
    }

    @Test
    void theClientOfRedisUnderstandsOurServer() throws Exception {
        Words.run(() -> {
            try (var server = TcpServer.listen("127.0.0.1", 0, DatabasesTest::answerLikeRedis);
                    var cli = Peer.start("redis-cli", "-p", server.port(), "ECHO", "hello")) {
                assertThat(cli.rest()).isEqualTo("hello\n");
                assertThat(cli.status()).isZero();
            }
        });
    }

    /// Reads a list of words, each after its length, and answers the last of them.
    private static void answerLikeRedis(BufferedStream stream) {
        while (stream.awaitMore()) {
            var words = new ArrayList<String>();
            for (int left = number(stream); left > 0; left--) {
                words.add(text(stream.readExactly(number(stream))));
                stream.skip(2);
            }
            stream.write(bytes("+" + words.getLast() + "\r\n"));
        }
    }

    private static int number(BufferedStream stream) {
        return Integer.parseInt(stream.readLine().substring(1));
    }

    // ---- PostgreSQL

    @Test
    void postgresAnswersOurClient() throws Exception {
        Words.run(() -> {
            int port = Words.freePort();
            var data = folder.resolve("data");
            try (var made =
                    asPostgres("initdb", "-D", data, "-A", "trust", "-U", "postgres", "--locale=C", "--no-sync")) {
                assertThat(made.rest()).contains("Success");
            }
            try (var postgres = asPostgres(
                    "postgres", "-D", data, "-p", port, "-h", "127.0.0.1", "-k", folder, "-c", "fsync=off")) {
                postgres.awaitLine(READY);
                var client = TcpClient.connect("127.0.0.1", port);
                client.write(
                        ByteBuffer.allocate(8).putInt(8).putInt(SSL_REQUEST).array());
                assertThat(text(client.readExactly(1))).isEqualTo("N"); // it has no certificate
                client.write(startup());
                assertThat(text(client.readExactly(1))).isEqualTo("R"); // who we are is
                assertThat(ByteBuffer.wrap(client.readExactly(8)).getLong()).isEqualTo(8L << 32); // of no interest
                client.close();
            }
        });
    }

    private static byte[] startup() {
        var words = bytes("user\0postgres\0database\0postgres\0\0");
        return ByteBuffer.allocate(8 + words.length)
                .putInt(8 + words.length)
                .putInt(PROTOCOL)
                .put(words)
                .array();
    }

    /// Starts one of PostgreSQL's programs; for root, who may not, in the name of the user that Debian makes for it.
    private Peer asPostgres(String program, Object... arguments) throws IOException {
        var command = new ArrayList<String>();
        if (System.getProperty("user.name").equals("root")) {
            giveFolderTo("postgres");
            command.addAll(List.of(Peer.find("runuser").toString(), "-u", "postgres", "--"));
        }
        command.add(Peer.find(program).toString());
        for (var argument : arguments) command.add(argument.toString());
        return Peer.start(command);
    }

    private void giveFolderTo(String user) throws IOException {
        try {
            var principal =
                    folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(user);
            Files.setOwner(folder, principal);
        } catch (UserPrincipalNotFoundException e) {
            throw Peer.notRun("postgres", "does not run as root, and there is no user " + user);
        }
    }
}
