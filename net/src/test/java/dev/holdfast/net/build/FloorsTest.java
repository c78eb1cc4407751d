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
    /// Lowest floor first. Those who share a floor don't see each other.
    private static final List<Set<String>> FLOORS = List.of(
            Set.of("stream", "tls"),
            Set.of("netty", "process"),
            Set.of("tcp", "channel"),
            Set.of("udp"),
            Set.of("testing"));

    private final Floors floors = new Floors(Built.with(ByteQueue.class), "dev.holdfast.net", FLOORS);

    @Test
    void packagesLookDownOnly() {
        floors.expectToLookDownOnly();
    }

    @Test
    void everyPackageHasAFloor() {
        floors.expectOneForEveryPackage();
    }

    @Test
    void jdepsSeesThePackages() {
        floors.expectToSee("dev.holdfast.net.testing", "dev.holdfast.net.stream");
    }
}
