package dev.holdfast.build;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The public surface of core stands as text in `api/core.txt`, so that a change of it is seen in review. `./test
/// --api` writes it anew.
@Tag("build")
class ApiTest {
    private final Surface surface = new Surface(Built.CORE);

    @Test
    void thePublicSurfaceIsAsWritten() {
        surface.expectAsWrittenIn("../api/core.txt");
    }

    @Test
    void thePackagesWithPublicTypesAreExported() {
        surface.expectExported();
    }
}
