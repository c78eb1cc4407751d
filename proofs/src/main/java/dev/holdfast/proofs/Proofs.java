package dev.holdfast.proofs;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Runs the proofs and prints a verdict for each: `Proofs FOLDER short|long [filter]`. Ends with 1 if one fails, or if
/// none was run. What the tools say at length goes to `FOLDER/proofs.log`.
final class Proofs {
    private Proofs() {}

    public static void main(String... args) throws Exception {
        var folder = Files.createDirectories(Path.of(args[0]));
        var length = Length.valueOf(args[1].toUpperCase(Locale.ROOT));
        var wanted = args.length > 2 ? args[2] : "";
        var verdicts = quietly(folder, length, wanted);
        verdicts.forEach(System.out::println);
        if (verdicts.isEmpty()) System.out.println("no proof is called like this: " + wanted);
        boolean hold = !verdicts.isEmpty() && verdicts.stream().allMatch(Verdict::holds);
        System.exit(hold ? 0 : 1); // threads of a proof that failed may wait for ever
    }

    private static List<Verdict> quietly(Path folder, Length length, String wanted) throws Exception {
        var out = System.out;
        var err = System.err;
        try (var log = new PrintStream(folder.resolve("proofs.log").toFile())) {
            System.setOut(log);
            System.setErr(log);
            return run(folder, length, wanted);
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
    }

    private static List<Verdict> run(Path folder, Length length, String wanted) throws Exception {
        var verdicts = new ArrayList<Verdict>();
        verdicts.addAll(Races.run(length, folder, wanted));
        verdicts.addAll(Stories.run(length, folder, wanted));
        return verdicts;
    }
}
