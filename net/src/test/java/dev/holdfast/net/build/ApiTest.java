package dev.holdfast.net.build;

import dev.holdfast.build.Built;
import dev.holdfast.build.Surface;
import dev.holdfast.net.stream.ByteQueue;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The public surface of net stands as text in `api/net.txt`, so that a change of it is seen in review. `./test
/// --api` writes it anew.
@Tag("build")
class ApiTest {
    private final Surface surface = new Surface(Built.with(ByteQueue.class));

    @Test
    void thePublicSurfaceIsAsWritten() {
        surface.expectAsWrittenIn("../api/net.txt");
    }

    @Test
    void thePackagesWithPublicTypesAreExported() {
        surface.expectExported();
    }
}
