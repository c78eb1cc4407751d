package dev.holdfast.net.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Holdfast;
import dev.holdfast.net.Leaks;
import dev.holdfast.task.Action;
import dev.holdfast.task.Task;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Fails a test that leaves something behind: a file, a buffer; and, if it runs by [#run], a task.
final class NothingLeft implements BeforeEachCallback, AfterEachCallback {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final ExtensionContext.Namespace FILES = ExtensionContext.Namespace.create(NothingLeft.class);

    /// Runs `body` on a loop, and expects that only the main task lives when it has ended.
    static <X extends Throwable> void run(Action<X> body) throws X {
        Holdfast.run(LIMIT, () -> {
            body.run();
            assertThat(Task.live()).hasSize(1);
        });
    }

    @Override
    public void beforeEach(ExtensionContext context) throws Exception {
        run(NothingLeft::openWhatStaysOpen);
        context.getStore(FILES).put("files", Leaks.files());
    }

    private static void openWhatStaysOpen() throws Exception {
        try (var server = TcpServer.listen("127.0.0.1", 0, stream -> stream.write(new byte[6]));
                var peer = RawPeer.connect(server.port());
                var listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                var _ = TcpClient.connect("127.0.0.1", listener.getLocalPort());
                var _ = listener.accept()) {
            peer.read(6);
        }
    }

    @Override
    public void afterEach(ExtensionContext context) {
        assertThat(Leaks.files()).isEqualTo(context.getStore(FILES).get("files"));
        Leaks.expectNone();
    }
}
