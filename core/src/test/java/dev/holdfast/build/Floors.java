package dev.holdfast.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;

/// The packages of a module, in floors: each looks down only. Asked of jdeps, which also sees what stands only in a
/// descriptor.
///
/// @param built the module
/// @param root the name that all of its packages begin with
/// @param floors lowest first; those who share a floor don't see each other
public record Floors(Built built, String root, List<Set<String>> floors) {
    private record Look(String from, String to) {}

    public void expectToLookDownOnly() {
        var wrong = looks().stream()
                .filter(look -> floor(look.to) >= floor(look.from))
                .toList();
        assertThat(wrong).isEmpty();
    }

    public void expectOneForEveryPackage() {
        var packages = new TreeSet<String>();
        for (var type : built.classes())
            packages.add(type.thisClass().asSymbol().packageName());
        assertThat(packages).isNotEmpty().allSatisfy(this::floor);
    }

    /// Checks that we are not blind: `from` is known to look at `to`.
    public void expectToSee(String from, String to) {
        assertThat(looks()).contains(new Look(from, to));
    }

    private int floor(String name) {
        var room = name.equals(root) ? "" : name.substring(root.length() + 1);
        for (int floor = 0; floor < floors.size(); floor++) {
            if (floors.get(floor).contains(room)) return floor;
        }
        throw new AssertionError("no floor for package " + name + "; see design.md, The house");
    }

    private List<Look> looks() {
        var out = new StringWriter();
        var jdeps = ToolProvider.findFirst("jdeps").orElseThrow();
        int exit = jdeps.run(
                new PrintWriter(out),
                new PrintWriter(out),
                "-verbose:package",
                "--ignore-missing-deps",
                // Not the folder itself: there jdeps would find a module, and look for those that it requires.
                built.folder().resolve("dev").toString());
        assertThat(exit).as(out.toString()).isZero();
        var name = "(" + root.replace(".", "\\.") + "\\S*)";
        return Pattern.compile("^ +" + name + " +-> " + name + " ", Pattern.MULTILINE)
                .matcher(out.toString())
                .results()
                .map(look -> new Look(look.group(1), look.group(2)))
                .toList();
    }
}
