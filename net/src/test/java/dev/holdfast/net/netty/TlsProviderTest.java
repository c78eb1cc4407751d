package dev.holdfast.net.netty;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("threads")
final class TlsProviderTest {
    @Test
    void openSslIsTakenWhereItWorks() {
        var openSsl = TlsProvider.OPENSSL.problem() == null;
        assertThat(TlsProvider.choose("").provider()).isEqualTo(openSsl ? TlsProvider.OPENSSL : TlsProvider.JDK);
    }

    @Test
    void theOtherCanBeAskedFor() {
        assertThat(TlsProvider.choose("jdk").provider()).isEqualTo(TlsProvider.JDK);
        assertThat(TlsProvider.choose("jdk").refusal()).isNull();
    }

    @Test
    void aNameThatIsUnknownIsRefusedInWords() {
        assertThat(TlsProvider.choose("rot13").refusal()).isEqualTo("holdfast.tls is neither openssl nor jdk: rot13");
    }
}
