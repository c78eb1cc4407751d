package dev.holdfast.net.build;

import dev.holdfast.build.Built;
import dev.holdfast.build.Floors;
import dev.holdfast.net.stream.ByteQueue;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Law 10: packages look down only.
@Tag("build")
class FloorsTest {
    private final Floors floors =
            new Floors(Built.with(ByteQueue.class), "dev.holdfast.net", List.of(Set.of("stream")));

    @Test
    void packagesLookDownOnly() {
        floors.expectToLookDownOnly();
    }

    @Test
    void everyPackageHasAFloor() {
        floors.expectOneForEveryPackage();
    }
}
