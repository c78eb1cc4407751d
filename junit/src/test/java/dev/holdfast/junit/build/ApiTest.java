package dev.holdfast.junit.build;

import dev.holdfast.build.Built;
import dev.holdfast.build.Surface;
import dev.holdfast.junit.SimTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The public surface of junit stands as text in `api/junit.txt`, so that a change of it is seen in review. `./test
/// --api` writes it anew.
@Tag("build")
class ApiTest {
    private final Surface surface = new Surface(Built.with(SimTest.class));

    @Test
    void thePublicSurfaceIsAsWritten() {
        surface.expectAsWrittenIn("../api/junit.txt");
    }

    @Test
    void thePackagesWithPublicTypesAreExported() {
        surface.expectExported();
    }
}
