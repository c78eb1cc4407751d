package dev.holdfast.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
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

    private static final Pattern LOOK =
            Pattern.compile("^ +(dev\\.holdfast\\S*) +-> (dev\\.holdfast\\S*) ", Pattern.MULTILINE);

    private record Look(String from, String to) {}

    @Test
    void packagesLookDownOnly() {
        var wrong = looks().stream()
                .filter(look -> floor(look.to) >= floor(look.from))
                .toList();
        assertThat(wrong).isEmpty();
    }

    @Test
    void everyPackageHasAFloor() {
        var packages = new TreeSet<String>();
        for (var type : Built.classes())
            packages.add(type.thisClass().asSymbol().packageName());
        assertThat(packages).isNotEmpty().allSatisfy(FloorsTest::floor);
    }

    @Test
    void jdepsSeesThePackages() {
        assertThat(looks()).contains(new Look("dev.holdfast.loop", "dev.holdfast.carrier"));
    }

    private static int floor(String name) {
        var room = name.equals("dev.holdfast") ? "" : name.substring("dev.holdfast.".length());
        for (int floor = 0; floor < FLOORS.size(); floor++) {
            if (FLOORS.get(floor).contains(room)) return floor;
        }
        throw new AssertionError("no floor for package " + name + "; see design.md, The house");
    }

    private static List<Look> looks() {
        var out = new StringWriter();
        var jdeps = ToolProvider.findFirst("jdeps").orElseThrow();
        int exit = jdeps.run(
                new PrintWriter(out),
                new PrintWriter(out),
                "-verbose:package",
                "--ignore-missing-deps",
                Built.folder().toString());
        assertThat(exit).as(out.toString()).isZero();
        return LOOK.matcher(out.toString())
                .results()
                .map(look -> new Look(look.group(1), look.group(2)))
                .toList();
    }
}
