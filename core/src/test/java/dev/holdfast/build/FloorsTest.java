package dev.holdfast.build;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Law 10: packages look down only. Floors are asked of jdeps, which also sees what stands only in a descriptor.
@Tag("build")
class FloorsTest {
    /// The house of design.md, lowest floor first. Those who share a floor don't see each other.
    private static final List<Set<String>> FLOORS = List.of(
            Set.of("chain"),
            Set.of("time"),
            Set.of("cancel"),
            Set.of("carrier"),
            Set.of("loop"),
            Set.of("future"),
            Set.of("task"),
            Set.of("scope", "sync"),
            Set.of("queue", "lifetime"),
            Set.of("inspect"),
            Set.of("testing"),
            Set.of("")); // dev.holdfast itself

    private final Floors floors = new Floors(Built.CORE, "dev.holdfast", FLOORS);

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
        floors.expectToSee("dev.holdfast.loop", "dev.holdfast.carrier");
    }
}
