package dev.holdfast.net.tcp;

import static dev.holdfast.task.Coroutine.sleep;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Holdfast;
import dev.holdfast.net.Certificates;
import dev.holdfast.net.netty.TlsBy;
import dev.holdfast.task.Action;
import dev.holdfast.task.Task;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/// A test of TLS by the JDK's and by OpenSSL.
@ParameterizedClass
@MethodSource("dev.holdfast.net.netty.TlsBy#all")
@Tag("threads")
abstract class OverTls {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration AFTERWARDS = Duration.ofMillis(100); // for those who end with their peers

    @Parameter
    String tls;

    @BeforeAll
    static void makeCertificates() {
        Certificates.make();
    }

    /// What stays open for good is opened, before anybody counts.
    @BeforeParameterizedClassInvocation
    static void greet(String tls) {
        Holdfast.run(LIMIT, () -> {
            TlsBy.use(tls);
            try (var server = TlsPeers.echo(Certificates.of("local"));
                    var client = TlsPeers.connect(Certificates.client(), server)) {
                client.write(TcpServerTest.bytes("hello\n"));
                client.readLine();
            }
        });
    }

    /// Runs `body` on a loop, and expects that only the main task lives when it has ended.
    final <X extends Throwable> void run(Action<X> body) throws X {
        Holdfast.run(LIMIT, () -> {
            TlsBy.use(tls);
            body.run();
            if (Task.live().size() > 1) sleep(AFTERWARDS);
            assertThat(Task.live()).hasSize(1);
        });
    }
}
