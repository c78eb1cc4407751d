package dev.holdfast.proofs;

import dev.holdfast.carrier.InboxIsLinear;
import dev.holdfast.carrier.SleepIsNeverOverslept;
import dev.holdfast.task.GroupIsLinear;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jetbrains.lincheck.LincheckAssertionError;

/// The proofs by Lincheck.
enum Stories {
    INBOX(InboxIsLinear.class) {
        @Override
        String prove(Length length) {
            InboxIsLinear.prove(length.stories, length.orders);
            return told(2 * length.stories, length.orders);
        }
    },
    SLEEP(SleepIsNeverOverslept.class) {
        @Override
        String prove(Length length) {
            int orders = length.stories * length.orders;
            SleepIsNeverOverslept.prove(orders);
            return told(1, orders);
        }
    },
    /// On real threads, with loops of their own: a fraction of the orders takes as long.
    GROUP(GroupIsLinear.class) {
        @Override
        String prove(Length length) {
            int stories = length.stories / 4;
            int times = length.orders / 4;
            GroupIsLinear.prove(stories, times);
            return told(stories, times);
        }
    };

    private final Class<?> proof;

    Stories(Class<?> proof) {
        this.proof = proof;
    }

    /// Returns what was done. Throws a [LincheckAssertionError] if it does not hold.
    abstract String prove(Length length);

    private static String told(int stories, int orders) {
        return String.format(Locale.ROOT, "%,d stories, up to %,d orders of each", stories, orders);
    }

    /// Runs those whose names match.
    ///
    /// @param folder for the steps of a story that went wrong
    /// @param wanted a regular expression
    static List<Verdict> run(Length length, Path folder, String wanted) throws IOException {
        var pattern = Pattern.compile(wanted);
        var verdicts = new ArrayList<Verdict>();
        for (var story : values()) {
            if (pattern.matcher(story.proof.getName()).find()) verdicts.add(story.verdict(length, folder));
        }
        return verdicts;
    }

    private Verdict verdict(Length length, Path folder) throws IOException {
        var name = proof.getSimpleName();
        try {
            return new Verdict(name, true, prove(length));
        } catch (LincheckAssertionError e) {
            var message = String.valueOf(e.getMessage());
            Files.writeString(folder.resolve(name + ".txt"), message);
            return new Verdict(name, false, inShort(message));
        }
    }

    /// Who did what in which order; each step inside of it stands in the file.
    private static String inShort(String message) {
        return message.lines()
                .takeWhile(line -> !line.startsWith("Detailed trace"))
                .filter(line -> !line.isBlank())
                .collect(Collectors.joining("\n    "));
    }
}
