package dev.holdfast.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The faults that `scripts/faults` and `scripts/proofs` plant stand as patches in folders. Whoever changes the lines
/// around one learns here that it does not fit any more, and not when the script is run the next time.
@Tag("build")
class FaultsTest {
    private static final List<Path> FOLDERS = List.of(Path.of("src/test/faults"), Path.of("../proofs/src/faults"));
    private static final Path ROOT = Path.of("..");

    @Test
    void eachFaultFitsTheCode() throws IOException {
        var faults = faults();
        assertThat(faults).hasSizeGreaterThanOrEqualTo(20);
        for (var fault : faults) {
            var hunks = hunks(Files.readAllLines(fault));
            assertThat(hunks).as("%s changes nothing", fault).isNotEmpty();
            for (var hunk : hunks) {
                var code = Files.readString(ROOT.resolve(hunk.file));
                assertThat(code).as("%s does not fit %s", fault, hunk.file).containsOnlyOnce(hunk.before());
            }
        }
    }

    @Test
    void eachFaultSaysFirstWhatItDoesWrong() throws IOException {
        for (var fault : faults()) {
            var first = Files.readAllLines(fault).getFirst();
            assertThat(first).as(fault.toString()).matches("\\p{Upper}.*\\.");
        }
    }

    private static List<Path> faults() throws IOException {
        var faults = new ArrayList<Path>();
        for (var folder : FOLDERS) {
            try (var files = Files.newDirectoryStream(folder, "*.patch")) {
                files.forEach(faults::add);
            }
        }
        return faults;
    }

    /// Some lines in a row that a patch changes, and those around them.
    private record Hunk(String file, List<String> lines) {
        /// Returns what must stand in the file.
        String before() {
            var text = new StringBuilder();
            for (var line : lines)
                if (!line.startsWith("+")) text.append(line.substring(1)).append('\n');
            return text.toString();
        }
    }

    private static List<Hunk> hunks(List<String> patch) {
        var hunks = new ArrayList<Hunk>();
        var file = "";
        for (var line : patch) {
            if (line.startsWith("--- a/")) file = line.substring("--- a/".length());
            else if (line.startsWith("@@")) hunks.add(new Hunk(file, new ArrayList<>()));
            else if (!hunks.isEmpty() && !line.startsWith("+++ "))
                hunks.getLast().lines.add(line);
        }
        return hunks;
    }
}
